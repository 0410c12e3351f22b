import { join } from 'node:path';
import {
  connectMemphis,
  postgresUser,
  startBroker,
  startPostgres,
  tempDir,
  waitUntil,
} from '../../support/index.ts';
import type { BrokerProcess, PostgresServer } from '../../support/index.ts';
import { runToEnd } from '../process/run-to-end.ts';
import { postgresSettingsOf, startPostgresBroker } from './postgres-broker.ts';

// The built broker as a process, its metadata in a real Postgres.

jest.setTimeout(120_000);

describe('A broker with its metadata in Postgres', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
  });

  test('publishes and delivers while Postgres is away, refuses changes with the reason, and works after', async () => {
    const broker = await startPostgresBroker(server, await server.createDatabase());
    const memphis = await connectMemphis(broker);
    const producer = await memphis.producer({ stationName: 'orders', producerName: 'p' });
    const consumer = await memphis.consumer({
      stationName: 'orders',
      consumerName: 'c',
      consumerGroup: 'g',
    });
    const exchange = async (text: string): Promise<void> => {
      await producer.produce({ message: Buffer.from(text), asyncProduce: false });
      const [message] = await consumer.fetch({ batchSize: 1 });
      expect(message?.getData().toString()).toBe(text);
      message?.ack();
    };
    await exchange('before');
    expect(await readiness(broker)).toEqual([200, { status: 'ready' }]);

    await server.stop('immediate');
    for (let number = 0; number < 20; number += 1) await exchange(`while ${String(number)}`);
    await expect(memphis.station({ name: 'new' })).rejects.toThrow(/metadata store/);
    await expect(
      memphis.consumer({ stationName: 'orders', consumerName: 'other', consumerGroup: 'h' }),
    ).rejects.toThrow('The change was not made: the metadata store is out of reach');
    expect(await readiness(broker)).toEqual([
      200,
      { status: 'ready', degraded: { metadata: expect.stringContaining('ECONNREFUSED') } },
    ]);
    // Somebody who knows the station needs no change of it.
    await memphis.station({ name: 'orders' });
    await exchange('still');

    await server.start();
    await waitUntil(async () => (await readiness(broker))[1].degraded === undefined);
    await memphis.station({ name: 'new' });
    await exchange('after');
    expect(await broker.stop()).toEqual({ code: 0, signal: null });
    expect(JSON.stringify(broker.log) + broker.stderr).not.toContain(postgresUser.password);
  });

  test('serves beside nine others that start at the same time on an empty database', async () => {
    const database = await server.createDatabase();
    const env = { THEBES_POSTGRES_CONNECTION_COUNT_MAX: '2' };
    const brokers = await Promise.all(
      Array.from({ length: 10 }, () =>
        startPostgresBroker(server, database, { env, readyTimeoutMs: 90_000 }),
      ),
    );
    const migrated = brokers.flatMap(({ log }) => log.filter(({ event }) => event === 'migrated'));
    expect(migrated).toHaveLength(1);
    for (const broker of brokers) {
      expect(await readiness(broker)).toEqual([200, { status: 'ready' }]);
      await broker.stop();
    }
  });

  test('ends with 1 and the reason when its login is not accepted', async () => {
    const { code, stderr } = await runToEnd({
      ...postgresSettingsOf(server, 'postgres'),
      THEBES_POSTGRES_PASSWORD_FILE: '/proc/self/comm',
      THEBES_DATA_DIR: join(tempDir(), 'data'),
    });
    expect(code).toBe(1);
    expect(stderr).toContain('password authentication failed');
    expect(stderr).toContain('correct the settings THEBES_POSTGRES_*');
  });

  test('rejects a data directory that has metadata itself, and the other way round', async () => {
    const embedded = await startBroker();
    await embedded.stop();
    const database = await server.createDatabase();
    const settings = postgresSettingsOf(server, database);
    const wanted = await runToEnd({ ...settings, THEBES_DATA_DIR: embedded.dataDir });
    expect([wanted.code, wanted.stderr]).toEqual([
      1,
      expect.stringContaining('set THEBES_METADATA=embedded'),
    ]);
    const postgres = await startPostgresBroker(server, database);
    await postgres.stop();
    const found = await runToEnd({ THEBES_DATA_DIR: postgres.dataDir });
    expect([found.code, found.stderr]).toEqual([
      1,
      expect.stringContaining('set THEBES_METADATA=postgres'),
    ]);
  });

  test('rejects an empty data directory where the stations have messages, and a strange database', async () => {
    const database = await server.createDatabase();
    const broker = await startPostgresBroker(server, database);
    const memphis = await connectMemphis(broker);
    await memphis.station({ name: 'kept' });
    await broker.stop();
    const lost = await runToEnd({
      ...postgresSettingsOf(server, database),
      THEBES_DATA_DIR: join(tempDir(), 'data'),
    });
    expect([lost.code, lost.stderr]).toEqual([
      1,
      expect.stringContaining('the messages of 1 stations, kept among them, are in another one'),
    ]);
    const strange = await runToEnd({
      ...postgresSettingsOf(server, await server.createDatabase()),
      THEBES_DATA_DIR: broker.dataDir,
    });
    expect([strange.code, strange.stderr]).toEqual([
      1,
      expect.stringContaining('the data directory was used with another database'),
    ]);
  });
});

async function readiness(
  broker: BrokerProcess,
): Promise<[number, { status: string; degraded?: Record<string, string> }]> {
  const answer = await fetch(`http://127.0.0.1:${broker.monitoringPort}/readyz`);
  return [answer.status, (await answer.json()) as { status: string }];
}
