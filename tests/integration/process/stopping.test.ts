import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { readdirSync } from 'node:fs';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { headerBlocks } from '../../../broker/src/codecs/nats/index.ts';
import { EmbeddedEngine } from '../../../broker/src/engines/embedded/index.ts';
import { SystemClock, SystemScheduler } from '../../../broker/src/host/index.ts';
import { EmbeddedMetadataStore } from '../../../broker/src/metadata/embedded/index.ts';
import { silentLogger, startBroker, waitUntil } from '../../support/index.ts';
import { openTestStore } from '../../support/embedded-store.ts';
import type { BrokerProcess } from '../../support/index.ts';

jest.setTimeout(60_000);

async function connectTo(broker: BrokerProcess): Promise<NatsConnection> {
  return connect({
    servers: `127.0.0.1:${String(broker.clientPort)}`,
    user: 'root',
    pass: broker.rootPassword,
    reconnect: false,
  });
}

async function createStation(client: NatsConnection, name: string): Promise<void> {
  const request = {
    name,
    retention_type: 'message_age_sec',
    retention_value: 3600,
    storage_type: 'file',
    replicas: 1,
    idempotency_window_in_ms: 120_000,
    dls_configuration: { poison: true, Schemaverse: true },
    partitions_number: 1,
  };
  const reply = await client.request('$memphis_station_creations', JSON.stringify(request));
  if (reply.string() !== '') throw new Error(reply.string());
}

/** Publishes as fast as answers come, 200 at a time, until the connection ends; counts by sequence. */
async function publishUntilClosed(client: NatsConnection, acknowledged: Map<number, string>) {
  let publishedCount = 0;
  const publisher = async (): Promise<void> => {
    for (;;) {
      const text = `message ${String((publishedCount += 1))}`;
      try {
        const ack = await client.request('orders$1.final', text, { timeout: 30_000 });
        const { seq } = ack.json<{ seq?: number }>();
        if (seq !== undefined) acknowledged.set(seq, text);
      } catch {
        return; // closed: this message has no answer, and may or may not be there
      }
    }
  };
  await Promise.all(Array.from({ length: 200 }, publisher));
}

/** What the stopped broker has stored, read without it. */
async function storedMessages(dataDir: string, sequences: Iterable<number>) {
  const store = await openTestStore(dataDir);
  const onFatal = (error: Error): never => {
    throw error;
  };
  const metadata = await EmbeddedMetadataStore.open(store, silentLogger, {
    newInstallId: '',
    onFatal,
  });
  const engine = new EmbeddedEngine(
    store,
    { clock: new SystemClock(), scheduler: new SystemScheduler() },
    {
      blockBytesTarget: 65_536,
      blockCacheBytesMax: 1_000_000,
      memoryStationBytesMax: 1_000_000,
      lazyCommitDelayMs: 10,
      retryDelayMs: 10,
      waitingPullCountMax: 1,
      passedOverCountMax: 100,
      delayedCountMax: 100,
      termReportTimeoutMs: 1000,
      deadLetterCountMax: 1_000,
      deadLetterBytesMax: 1024 * 1024,
      onDeadLettersFull: () => undefined,
      readHeader: headerBlocks.read,
      onFatal,
    },
  );
  const [station] = await metadata.stations();
  if (station === undefined) throw new Error('The station is not there');
  await engine.openStation(station);
  const texts = new Map<number, string>();
  for (const sequence of sequences) {
    const stored = await engine.message({ stationId: station.id, partition: 1 }, sequence);
    if (stored !== undefined) {
      texts.set(sequence, Buffer.from(stored.message.subarray(stored.headerBytes)).toString());
    }
  }
  await engine.close();
  await store.close();
  return texts;
}

describe('A broker that is told to stop', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'ends with 0 on %s, leaving no lock behind',
    async (signal) => {
      const broker = await startBroker();
      process.kill(broker.pid, signal);
      expect(await broker.ended).toEqual({ code: 0, signal: null });
      expect(readdirSync(broker.dataDir).filter((name) => name.startsWith('lock-'))).toEqual([]);
      expect(broker.stderr).toBe('');
    },
  );

  test('has everything that it has acknowledged, though it was stopped under load', async () => {
    const broker = await startBroker();
    const client = await connectTo(broker);
    await createStation(client, 'orders');
    const acknowledged = new Map<number, string>();
    const publishing = publishUntilClosed(client, acknowledged);
    await waitUntil(() => acknowledged.size > 2000, { what: '2000 acknowledged messages' });
    expect(await broker.stop()).toEqual({ code: 0, signal: null });
    await publishing;
    expect(await storedMessages(broker.dataDir, acknowledged.keys())).toEqual(acknowledged);
    expect(broker.stderr).toBe('');
  });

  test('closes the sockets of its clients without an error line, idle and silent ones too', async () => {
    const broker = await startBroker();
    const silent = dial(broker.clientPort, '127.0.0.1');
    let received = '';
    silent.setEncoding('utf8').on('data', (text: string) => (received += text));
    await waitUntil(() => received.startsWith('INFO'), { what: 'INFO' });
    const client = await connectTo(broker);
    const closed = client.closed();
    const silentClosed = once(silent, 'close');
    expect(await broker.stop()).toEqual({ code: 0, signal: null });
    await Promise.all([closed, silentClosed]);
    expect(received).not.toContain('-ERR');
  });

  test('obeys a signal that comes while it starts', async () => {
    const broker = await startBroker();
    await broker.stop();
    const seen = broker.log.length;
    const starting = broker.start().catch(() => undefined);
    await waitUntil(() => broker.log.length > seen, { what: 'the first line of the second start' });
    process.kill(broker.pid, 'SIGTERM');
    expect(await broker.ended).toEqual({ code: 0, signal: null });
    await starting;
  });
});

describe('A broker that was killed', () => {
  test('starts again on its data without help', async () => {
    const broker = await startBroker();
    const client = await connectTo(broker);
    await createStation(client, 'orders');
    await broker.kill9();
    await client.closed();
    expect(readdirSync(broker.dataDir).some((name) => name.startsWith('lock-'))).toBe(true);
    await broker.start();
    const again = await connectTo(broker);
    const ack = await again.request('orders$1.final', 'x');
    expect(ack.json()).toMatchObject({ stream: 'orders$1', seq: 1 });
    await again.close();
    await broker.stop();
  });
});

describe('A broker with a fault', () => {
  /** Run before the broker: makes it throw, or reject, when a test says so. */
  const planted = `data:text/javascript,
    process.on('SIGUSR2', () => { throw new TypeError('planted throw'); });
    process.on('SIGWINCH', () => { void Promise.reject(new TypeError('planted rejection')); });`;

  test.each([
    ['SIGUSR2', 'planted throw'],
    ['SIGWINCH', 'planted rejection'],
  ] as const)('says where it is and ends with 1 (signal=%s)', async (signal, message) => {
    const nodeArguments = ['--import', planted.replaceAll('\n', '')];
    const broker = await startBroker({ nodeArguments });
    process.kill(broker.pid, signal);
    expect(await broker.ended).toEqual({ code: 1, signal: null });
    expect(broker.stderr).toContain(`The broker has a fault and ends: ${message}`);
    expect(broker.stderr).toContain('TypeError');
    expect(broker.log.at(-1)).toMatchObject({
      level: 'error',
      err: { type: 'TypeError', message, stack: expect.any(String) },
    });
    await broker.start(); // what it had is there for the next one
    await broker.stop();
  });
});
