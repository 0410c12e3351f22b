import { once } from 'node:events';
import { copyFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { PostgresDatabase } from '../../../broker/src/metadata/postgres/index.ts';
import type {
  PostgresOptions,
  PostgresParts,
} from '../../../broker/src/metadata/postgres/index.ts';
import {
  postgresUser,
  RecordedLogger,
  registerRelease,
  startPostgres,
  tempDir,
  TestAuthority,
  waitUntil,
} from '../../support/index.ts';
import type { PostgresServer } from '../../support/index.ts';
import { postgresOptions, postgresParts } from '../../contract/metadata-store/postgres.ts';

// The real client against a real Postgres that is hurt. Times are short where a test waits for them
// to be over, long where it must not.

jest.setTimeout(60_000);

const open: PostgresDatabase[] = [];

async function openDatabase(
  options: PostgresOptions,
  parts: Partial<PostgresParts> = {},
): Promise<PostgresDatabase> {
  const database = await PostgresDatabase.open(options, postgresParts(parts));
  open.push(database);
  return database;
}

afterEach(async () => {
  for (const database of open.splice(0)) await database.close();
});

const one = { text: 'SELECT 1 AS one' };

describe('PostgresDatabase', () => {
  let server: PostgresServer;
  let name: string;

  beforeAll(async () => {
    server = await startPostgres();
    name = await server.createDatabase();
  });

  function options(different: Partial<PostgresOptions> = {}): PostgresOptions {
    return postgresOptions(server, name, different);
  }

  test('goes on when idle sessions are ended, again and again', async () => {
    const database = await openDatabase(options());
    for (let round = 0; round < 20; round += 1) {
      await expect(database.run(one, 10_000)).resolves.toMatchObject({ rows: [{ one: 1 }] });
      await endSessions();
    }
    await expect(database.run(one, 10_000)).resolves.toMatchObject({ rows: [{ one: 1 }] });
  });

  test('tries a statement again whose session was ended while it ran, and says so', async () => {
    const database = await openDatabase(options({ statementTimeoutMs: 60_000 }));
    await server.query('CREATE TABLE attempts (at timestamptz)', name);
    const letGo = await holdLock();
    const text = 'INSERT INTO attempts SELECT now() FROM pg_advisory_xact_lock(7)';
    const result = database.run({ text }, 60_000);
    await waitUntil(async () => (await sessions("query LIKE 'INSERT INTO attempts%'")).length > 0);
    await endSessions();
    await letGo();
    await expect(result).resolves.toMatchObject({ isRepeated: true });
    await expect(server.query('SELECT count(*)::int FROM attempts', name)).resolves.toEqual([
      { count: 1 },
    ]);
  });

  test('refuses changes while the server is away, at once from the second on, and is back with it', async () => {
    const told: (string | undefined)[] = [];
    const logger = new RecordedLogger();
    const database = await openDatabase(
      options({ changeTimeoutMs: 300, probeWhileAwayIntervalMs: 20 }),
      { onReach: (problem) => told.push(problem), logger },
    );
    for (const how of ['fast', 'immediate'] as const) {
      await database.run(one, 10_000);
      await server.stop(how);
      const refusal = await database.run(one, 300).catch((error: unknown) => error);
      expect(refusal).toMatchObject({
        code: expect.stringMatching(/^METADATA_(UNREACHABLE|OUTCOME_UNKNOWN)$/),
        retryable: true,
      });
      // Without a single try: a timeout of ten minutes would be waited for.
      await expect(database.run(one, 600_000)).rejects.toMatchObject({
        code: 'METADATA_UNREACHABLE',
      });
      expect(told.at(-1)).toMatch(/ECONNREFUSED/);
      await server.start();
      await waitUntil(() => told.at(-1) === undefined);
      await expect(database.run(one, 10_000)).resolves.toMatchObject({ isRepeated: false });
    }
    expect(told).toHaveLength(4);
    expect(JSON.stringify(logger.lines)).not.toContain(postgresUser.password);
  });

  test('leaves a server that takes no changes any more, as the old one after a failover', async () => {
    const database = await openDatabase(options());
    await server.query('CREATE TABLE changes (number integer)', name);
    await database.run(one, 10_000);
    await server.query('ALTER SYSTEM SET default_transaction_read_only = on');
    await server.query('SELECT pg_reload_conf()');
    await waitUntil(async () => {
      const [row] = await server.query('SHOW default_transaction_read_only');
      return row?.['default_transaction_read_only'] === 'on';
    });
    const change = database.run({ text: 'INSERT INTO changes VALUES (1)' }, 60_000);
    await waitUntil(() => database.connectionCount === 0);
    await server.query('ALTER SYSTEM RESET default_transaction_read_only');
    await server.query('SELECT pg_reload_conf()');
    await expect(change).resolves.toMatchObject({ isRepeated: false });
    await expect(server.query('SELECT * FROM changes', name)).resolves.toEqual([{ number: 1 }]);
  });

  test('takes a new password from its file without a restart', async () => {
    const passwordFile = join(tempDir(), 'password');
    await server.query(`CREATE ROLE rotated LOGIN SUPERUSER PASSWORD 'before'`);
    writeFileSync(passwordFile, 'before\n');
    const database = await openDatabase(options({ user: 'rotated', passwordFile }));
    await server.query(`ALTER ROLE rotated PASSWORD 'after'`);
    await endSessions();
    const change = database.run(one, 60_000);
    await waitUntil(() => server.log.includes('password authentication failed for user "rotated"'));
    writeFileSync(passwordFile, 'after\n');
    await expect(change).resolves.toMatchObject({ rows: [{ one: 1 }] });
  });

  test.each([
    ['a wrong password', { passwordFile: '/proc/self/comm' }, 'password authentication failed'],
    ['a password file that is not there', { passwordFile: '/nowhere' }, 'ENOENT'],
    ['no password', { passwordFile: '' }, 'password'],
    ['a user that is not there', { user: 'nobody' }, 'nobody'],
    ['a database that is not there', { database: 'nowhere' }, 'nowhere'],
    ['encryption that the server does not have', { tls: 'verify-full' as const }, 'SSL'],
  ])('rejects at once to start with %s, naming it', async (_, different, named) => {
    const refusal = openDatabase(options({ ...different, startTimeoutMs: 20_000 }));
    await expect(refusal).rejects.toMatchObject({
      code: 'METADATA_CONNECTION',
      message: expect.stringContaining(named),
    });
    await refusal.catch((error: Error) => {
      expect(String(error.stack)).not.toContain(postgresUser.password);
    });
  });

  test('waits for a server that is not there yet when it starts', async () => {
    const late = await startPostgres();
    await late.stop();
    const logger = new RecordedLogger();
    const opened = openDatabase(postgresOptions(late, 'postgres'), { logger });
    await waitUntil(() => logger.lines.length > 0);
    await late.start();
    await expect((await opened).run(one, 10_000)).resolves.toMatchObject({ rows: [{ one: 1 }] });
  });

  test('gives a server up that accepts connections and says nothing, and leaves none behind', async () => {
    const { port, sockets } = await silentServer();
    const opened = PostgresDatabase.open(
      options({ port, connectTimeoutMs: 30, startTimeoutMs: 300 }),
      postgresParts(),
    );
    await expect(opened).rejects.toMatchObject({ code: 'METADATA_UNREACHABLE' });
    expect(sockets.length).toBeGreaterThan(1);
    await waitUntil(() => sockets.every((socket) => socket.destroyed));
  });

  test('has never more connections than it may, whatever is asked of it', async () => {
    const database = await openDatabase(options({ connectionCountMax: 3 }));
    const text = `SELECT count(*)::integer AS count
      FROM pg_stat_activity WHERE application_name = 'thebes' AND pg_sleep(0.01) IS NOT NULL`;
    const asked = Array.from({ length: 40 }, () => database.run({ text }, 60_000));
    const counts = (await Promise.all(asked)).map(({ rows }) => Number(rows[0]?.['count']));
    expect(Math.max(...counts)).toBe(3);
    expect(database.connectionCount).toBeLessThanOrEqual(3);
  });

  test('refuses who has waited too long for a connection, and calls nobody away for it', async () => {
    const told: unknown[] = [];
    const database = await openDatabase(
      options({ connectionCountMax: 1, statementTimeoutMs: 60_000 }),
      { onReach: (problem) => told.push(problem) },
    );
    const slow = database.run({ text: 'SELECT pg_sleep(600)' }, 60_000).catch(() => undefined);
    await waitUntil(async () => (await sessions("query LIKE '%600%'")).length > 0);
    await expect(database.run(one, 100)).rejects.toMatchObject({
      code: 'METADATA_UNREACHABLE',
      message: expect.stringContaining('connections are in use'),
    });
    expect(told).toEqual([]);
    await database.close();
    await endSessions();
    await slow;
  });

  test('is told why Postgres says no', async () => {
    const database = await openDatabase(options());
    await expect(database.run({ text: 'SELECT * FROM nowhere' }, 10_000)).rejects.toMatchObject({
      code: 'METADATA_REFUSED',
      message: expect.stringContaining('42P01 relation "nowhere" does not exist'),
    });
  });

  test('takes a cancelled statement for one that was not carried out', async () => {
    // One try: a second one might be cut off by our own deadline, and nobody would know what became of it.
    const once = { statementTimeoutMs: 50, retryDelayMs: 60_000 };
    const database = await openDatabase(options(once));
    const slow = database.run({ text: 'SELECT pg_sleep(600)' }, 20_000);
    await expect(slow).rejects.toMatchObject({ code: 'METADATA_UNREACHABLE' });
  });

  function endSessions(): Promise<unknown> {
    return server.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'thebes'`,
    );
  }

  function sessions(condition: string): Promise<readonly unknown[]> {
    return server.query(
      `SELECT pid FROM pg_stat_activity WHERE application_name <> '' AND datname = '${name}' AND ${condition} AND pid <> pg_backend_pid()`,
    );
  }

  /** A session that has advisory lock 7, until the returned function is called. */
  async function holdLock(): Promise<() => Promise<void>> {
    const held = server.query('SELECT pg_advisory_lock(7), pg_sleep(600)', name);
    held.catch(() => undefined);
    const holder = `FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = 7`;
    await waitUntil(async () => (await server.query(`SELECT pid ${holder}`)).length > 0);
    return async () => {
      await server.query(`SELECT pg_terminate_backend(pid) ${holder}`);
      await held.catch(() => undefined);
    };
  }
});

describe('PostgresDatabase with TLS', () => {
  const authority = new TestAuthority('authority of the database');
  const stranger = new TestAuthority('somebody else');
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres({ certificate: authority.sign('database') });
  });

  function options(different: Partial<PostgresOptions>): PostgresOptions {
    const tls = { tls: 'verify-full' as const, authorityFile: authority.file };
    return postgresOptions(server, 'postgres', { ...tls, startTimeoutMs: 20_000, ...different });
  }

  test.each([
    ['by name', { host: 'localhost' }],
    ['by address', { host: '127.0.0.1' }],
    ['by another name than the host', { host: '127.0.0.1', serverName: 'localhost' }],
  ])('connects %s where the certificate is made out for it', async (_, different) => {
    const database = await openDatabase(options(different));
    const { rows } = await database.run(
      { text: 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()' },
      10_000,
    );
    expect(rows).toEqual([{ ssl: true }]);
  });

  test.each([
    ['an authority that is not known', { authorityFile: stranger.file }, /certificate/],
    ['no authority but those of Node', { authorityFile: '' }, /certificate/],
    ['another name', { serverName: 'database.example' }, /database\.example/],
    ['a CA file that is none', { authorityFile: '/proc/self/comm' }, /CA file/],
  ])('rejects at once a certificate with %s', async (_, different, named) => {
    await expect(openDatabase(options(different))).rejects.toMatchObject({
      code: 'METADATA_CONNECTION',
      message: expect.stringMatching(named),
    });
  });

  test('reads the CA file anew for each connection', async () => {
    const authorityFile = join(tempDir(), 'ca.pem');
    copyFileSync(authority.file, authorityFile);
    const database = await openDatabase(options({ authorityFile, probeWhileAwayIntervalMs: 20 }));
    copyFileSync(stranger.file, authorityFile);
    await server.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'thebes'`,
    );
    await waitUntil(() => database.connectionCount === 0);
    await expect(database.run(one, 500)).rejects.toMatchObject({
      message: expect.stringContaining('certificate'),
    });
    copyFileSync(authority.file, authorityFile);
    await waitUntil(() => database.run(one, 10_000));
  });
});

describe('Migrations', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
  });

  test('are made by one of ten that start at once on an empty database, and all of them serve', async () => {
    for (let round = 0; round < 5; round += 1) {
      const name = await server.createDatabase();
      const logger = new RecordedLogger();
      const options = postgresOptions(server, name, { connectionCountMax: 2 });
      const databases = await Promise.all(
        Array.from({ length: 10 }, () => openDatabase(options, { logger })),
      );
      expect(logger.lines.filter(({ fields }) => fields['event'] === 'migrated')).toHaveLength(1);
      const answers = await Promise.all(
        databases.map((database) =>
          database.run({ text: 'SELECT id FROM thebes.station' }, 10_000),
        ),
      );
      expect(answers.map(({ rows }) => rows)).toEqual(Array.from({ length: 10 }, () => []));
      for (const database of open.splice(0)) await database.close();
    }
  });

  test('go on from where an older broker has left the schema', async () => {
    const name = await server.createDatabase();
    const steps = [1, 2, 3].map((number) => ({
      number,
      name: `step ${String(number)}`,
      sql: `CREATE TABLE thebes.step_${String(number)} ();`,
    }));
    const options = postgresOptions(server, name);
    open.push(await PostgresDatabase.open(options, postgresParts(), steps.slice(0, 1)));
    open.push(await PostgresDatabase.open(options, postgresParts(), steps));
    const rows = await server.query('SELECT number FROM thebes.migration ORDER BY number', name);
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3]);
  });

  test('leave nothing behind of one that fails', async () => {
    const name = await server.createDatabase();
    const sql = 'CREATE TABLE thebes.half (); SELECT 1 / 0';
    const failing = [{ number: 1, name: 'failing', sql }];
    const options = postgresOptions(server, name);
    await expect(PostgresDatabase.open(options, postgresParts(), failing)).rejects.toMatchObject({
      code: 'METADATA_REFUSED',
    });
    const [row] = await server.query(`SELECT to_regnamespace('thebes') IS NULL AS gone`, name);
    expect(row).toEqual({ gone: true });
    await openDatabase(options);
  });

  test('reject a schema that a newer broker has made', async () => {
    const name = await server.createDatabase();
    const options = postgresOptions(server, name);
    await openDatabase(options);
    await server.query(`INSERT INTO thebes.migration VALUES (99, 'of the future')`, name);
    await expect(openDatabase(options)).rejects.toMatchObject({
      code: 'METADATA_SCHEMA_NEWER',
      details: { database: name, found: 99, known: 1 },
    });
  });
});

/** Takes connections and says nothing on them. */
async function silentServer(): Promise<{ port: number; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined).resume(); // unread, its end would not be seen
    sockets.push(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  registerRelease(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}
