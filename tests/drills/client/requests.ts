/** What a drill asks a station to be. */
export interface StationPlan {
  readonly name: string;
  readonly partitionCount: number;
  readonly retention: 'age' | 'count' | 'acked';
}

/** What a station with retention by count keeps of each partition. */
export const countRetained = 60;

const retentions = {
  age: { retention_type: 'message_age_sec', retention_value: 7 * 24 * 3600 },
  count: { retention_type: 'messages', retention_value: countRetained },
  acked: { retention_type: 'ack_based', retention_value: 0 },
} as const;

/** Payload of `$memphis_station_creations`, as an SDK sends it. */
export function stationRequest({ name, partitionCount, retention }: StationPlan): string {
  return JSON.stringify({
    name,
    ...retentions[retention],
    storage_type: 'file',
    replicas: 1,
    // As long as may be: a drill looks much later whether ids are still known.
    idempotency_window_in_ms: 24 * 3_600_000,
    schema_name: '',
    dls_configuration: { poison: true, Schemaverse: true },
    username: 'root',
    tiered_storage_enabled: false,
    partitions_number: partitionCount,
    dls_station: '',
  });
}

/** Payload of `$memphis_consumer_creations` for a group that begins with the first message. */
export function joinRequest(station: string, group: string): string {
  return JSON.stringify({
    name: group,
    station_name: station,
    connection_id: 'drill',
    consumer_type: 'application',
    consumers_group: group,
    // Longer than a drill: what comes again does so because the drill asks for it.
    max_ack_time_ms: 600_000,
    max_msg_deliveries: 10,
    start_consume_from_sequence: 1,
    last_messages: -1,
    req_version: 4,
    username: 'root',
    app_id: 'drill',
    sdk_lang: 'node.js',
  });
}
