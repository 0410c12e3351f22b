import { startBroker, waitUntil } from '../support/index.ts';
import type { BrokerProcess } from '../support/index.ts';
import { RawClient } from '../integration/wire/raw-client.ts';
import { createConsumer, createStation } from '../integration/wire/stations.ts';
import { SdkProgram } from './harness/sdk-program.ts';
import { preparedColumns, sdksOf } from './harness/sdks.ts';
import { WireTap } from './harness/wire-tap.ts';

// Goal: what the Go SDK sends and the others do not works, also where that SDK cannot be had. Method: the NATS
// client under it sends the bytes that wire-protocol.md has. This fills no cell of the table.

describe('The set-up', () => {
  test('says for each column which SDKs it found, or why there is none', () => {
    for (const { column, reason, sdks } of preparedColumns()) {
      expect({ column, reason, isReady: sdks.length > 0 }).toEqual({
        column,
        reason: sdks.length > 0 ? undefined : expect.any(String),
        isReady: sdks.length > 0,
      });
    }
  });
});

for (const { title, command } of sdksOf(['nats-go'])) {
  describe(title, () => {
    let broker: BrokerProcess;
    let tap: WireTap;
    let program: SdkProgram;
    let observer: RawClient;

    beforeAll(async () => {
      program = SdkProgram.start(command);
      broker = await startBroker();
      tap = await WireTap.open(() => broker.clientPort);
      await program.call('connect', {
        host: '127.0.0.1',
        port: tap.port,
        username: 'root$1',
        password: broker.rootPassword,
        name: '11111111-2222-4333-8444-555555555555::root',
      });
      observer = await RawClient.dial(broker.clientPort);
      await observer.connect({ user: 'root', pass: broker.rootPassword });
    });

    test('subscribes with two blanks where it has no queue, and unsubscribes with one behind', async () => {
      await program.call('request', { subject: '$JS.API.INFO', text: '' });
      const lines = tap.sentLines();
      expect(lines.filter((line) => /^SUB _INBOX\.\S+  \d+$/.test(line))).not.toEqual([]);
      await createStation(observer, 'blanks');
      await createConsumer(observer, 'blanks', 'g');
      await program.call('fetch', { stream: 'blanks$1', group: 'g', batch: 1, waitMs: 300 });
      // The client writes it behind the answer, in its own time.
      await waitUntil(() => tap.sentLines().some((line) => /^UNSUB \d+ ?$/.test(line)), {
        what: 'the UNSUB of the fetch',
      });
      expect(broker.log.filter(({ level }) => level === 'error')).toEqual([]);
    });

    test('names stations and groups as they were typed', async () => {
      const consumer = {
        name: 'Reader',
        station_name: 'My.Station',
        connection_id: '11111111-2222-4333-8444-555555555555',
        consumer_type: 'application',
        consumers_group: 'CG.Go',
        max_ack_time_ms: 30_000,
        max_msg_deliveries: 10,
        start_consume_from_sequence: 1,
        last_messages: -1,
        req_version: 4,
        username: 'root',
        app_id: 'app',
        sdk_lang: 'go',
      };
      const text = await program.call('request', {
        subject: '$memphis_consumer_creations',
        text: JSON.stringify(consumer),
      });
      expect(JSON.parse(text as string)).toMatchObject({ error: '' });
      const info = await observer.requestJson('$JS.API.CONSUMER.INFO.my#station$1.cg#go');
      expect(info).toMatchObject({ stream_name: 'my#station$1', name: 'cg#go' });
      const destroy = { station_name: 'My.Station', username: 'root' };
      expect(
        await program.call('request', {
          subject: '$memphis_station_destructions',
          text: JSON.stringify(destroy),
        }),
      ).toBe('');
    });

    test('writes a notification with capitalised keys, and station settings with small ones', async () => {
      const notification = { Title: 'Schema validation has failed', Msg: 'm', Code: 'c' };
      await program.call('publish', {
        subject: '$memphis_notifications',
        text: JSON.stringify({ ...notification, Type: 'schema_validation_fail_alert' }),
      });
      const station = {
        name: 'small-keys',
        retention_type: 'messages',
        retention_value: 7,
        storage_type: 'file',
        replicas: 1,
        idempotency_window_in_ms: 120_000,
        schema_name: '',
        dls_configuration: { poison: true, schemaverse: false },
        username: 'root',
        tiered_storage_enabled: false,
        partitions_number: 1,
        dls_station: '',
      };
      expect(
        await program.call('request', {
          subject: '$memphis_station_creations',
          text: JSON.stringify(station),
        }),
      ).toBe('');
      const producer = {
        name: 'p',
        station_name: 'small-keys',
        connection_id: 'c',
        req_version: 4,
      };
      const reply = await program.call('request', {
        subject: '$memphis_producer_creations',
        text: JSON.stringify({ ...producer, producer_type: 'application', username: 'root' }),
      });
      expect(JSON.parse(reply as string)).toMatchObject({ schemaverse_to_dls: false, error: '' });
    });

    test('has more publishes in flight than may be, and gets an answer to each', async () => {
      await createStation(observer, 'flood');
      const acked = await program.call('publishMany', { subject: 'flood$1.final', count: 10_000 });
      expect(acked).toBe(10_000);
      const { state } = await observer.requestJson('$JS.API.STREAM.INFO.flood$1');
      expect(state).toMatchObject({ messages: 10_000, last_seq: 10_000 });
    });

    test('asks for heartbeats from ten seconds on, and gets them until a message comes', async () => {
      await createStation(observer, 'slow');
      await createConsumer(observer, 'slow', 'g');
      const fetched = program.call('fetch', {
        stream: 'slow$1',
        group: 'g',
        batch: 1,
        waitMs: 12_000,
      });
      const isHeartbeat = ({ headers }: { headers: string }): boolean =>
        headers.startsWith('NATS/1.0 100 Idle Heartbeat\r\n');
      const received = tap.sockets[0]?.received ?? [];
      await waitUntil(() => received.some(isHeartbeat), { what: 'a heartbeat' });
      const [pull] = tap.published(/^\$JS\.API\.CONSUMER\.MSG\.NEXT\.slow/);
      expect(JSON.parse(pull?.payload ?? '')).toMatchObject({ idle_heartbeat: 5e9, batch: 1 });
      await observer.request('slow$1.final', 'at last');
      expect(await fetched).toEqual([expect.objectContaining({ text: 'at last' })]);
    });
  });
}
