import type { RawClient } from './raw-client.ts';

/** Creates a station as an SDK does, with what the test changes. */
export async function createStation(
  client: RawClient,
  name: string,
  settings: object = {},
): Promise<void> {
  const answer = await client.request('$memphis_station_creations', {
    name,
    retention_type: 'message_age_sec',
    retention_value: 3600,
    storage_type: 'file',
    replicas: 1,
    idempotency_window_in_ms: 120_000,
    schema_name: '',
    dls_configuration: { poison: true, Schemaverse: true },
    username: 'root',
    tiered_storage_enabled: false,
    partitions_number: 1,
    dls_station: '',
    ...settings,
  });
  expect(answer.payload).toBe('');
}

/** Creates a consumer as an SDK does, with what the test changes; its group is named like it. */
export async function createConsumer(
  client: RawClient,
  station: string,
  name: string,
  settings: object = {},
): Promise<void> {
  const answer = await client.requestJson('$memphis_consumer_creations', {
    name,
    station_name: station,
    connection_id: 'connection-1',
    consumer_type: 'application',
    consumers_group: name,
    max_ack_time_ms: 30_000,
    max_msg_deliveries: 3,
    start_consume_from_sequence: 1,
    last_messages: -1,
    req_version: 4,
    username: 'root',
    app_id: 'app-1',
    sdk_lang: 'node.js',
    ...settings,
  });
  expect(answer['error']).toBe('');
}

/** The headers that every SDK puts on a message. */
export const sdkHeaders =
  'NATS/1.0\r\n$memphis_connectionId: connection-1\r\n$memphis_producedBy: p1\r\n\r\n';

/** Stores messages with the headers of an SDK, one after the other. */
export async function produce(
  client: RawClient,
  stream: string,
  payloads: readonly string[],
): Promise<void> {
  for (const payload of payloads) {
    const ack = await client.requestJson(`${stream}.final`, payload, sdkHeaders);
    expect(ack).toMatchObject({ stream, seq: expect.any(Number) });
  }
}
