import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { checkServerIdentity } from 'node:tls';
import type { ConnectionOptions, PeerCertificate } from 'node:tls';
import pg from 'pg';
import type { Scheduler } from '../../foundation/index.ts';
import { Failure, failureToConnect, failureToRun, isConnectionSpent } from './failure.ts';
import type { PostgresOptions } from './options.ts';
import type { Statement } from './database.ts';

const goodbyeTimeoutMs = 500;

type Row = Readonly<Record<string, unknown>>;

/**
 * What each session is set to. Synchronous commit is only ever raised: what the store says is durable
 * has to be, whatever the server's default is.
 */
const prepareSession = `
SELECT
  set_config('statement_timeout', $1, false),
  set_config('lock_timeout', $1, false),
  set_config('idle_in_transaction_session_timeout', $1, false),
  CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')
    THEN set_config('synchronous_commit', 'on', false) END,
  pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean AS is_read_only,
  pg_backend_pid() AS backend`;

/** One session with Postgres that takes changes. */
export class Connection {
  readonly openedAtMs: number;
  /** Whether something between the broker and Postgres shares sessions out. */
  readonly isPooled: boolean;
  readonly #client: pg.Client;
  readonly #scheduler: Scheduler;
  #isBroken = false;
  #onBroken: () => void = () => undefined;

  /** Rejects with a Failure of kind `away` or `barred`; nothing is left open then. */
  static async open(
    options: PostgresOptions,
    scheduler: Scheduler,
    time: { readonly nowMs: number; readonly timeoutMs: number },
  ): Promise<Connection> {
    const client = new pg.Client({
      host: options.host,
      port: options.port,
      database: options.database,
      user: options.user,
      password: () => readPassword(options.passwordFile),
      ssl: options.tls === 'off' ? false : await tlsOptions(options),
      application_name: 'thebes',
      client_encoding: 'UTF8',
      keepAlive: true,
    });
    const connection = { current: undefined as Connection | undefined };
    // From the first moment: an error that nobody listens to would end the process.
    client.on('error', () => connection.current?.break());
    client.on('end', () => connection.current?.break());
    const late = new Failure('away', `no session within ${String(time.timeoutMs)} ms`, 'ETIMEDOUT');
    try {
      connection.current = await within(scheduler, time.timeoutMs, late, async () => {
        await client.connect();
        const { rows } = await client.query<Row>(prepareSession, [
          String(options.statementTimeoutMs),
        ]);
        if (rows[0]?.['is_read_only'] === true) {
          throw new Failure(
            'away',
            'the server takes no changes (it follows another one)',
            '25006',
          );
        }
        const isPooled = rows[0]?.['backend'] !== processIdOf(client);
        return new Connection(client, scheduler, { openedAtMs: time.nowMs, isPooled });
      });
      return connection.current;
    } catch (error) {
      destroy(client);
      throw failureToConnect(error);
    }
  }

  private constructor(
    client: pg.Client,
    scheduler: Scheduler,
    facts: { readonly openedAtMs: number; readonly isPooled: boolean },
  ) {
    this.#client = client;
    this.#scheduler = scheduler;
    this.openedAtMs = facts.openedAtMs;
    this.isPooled = facts.isPooled;
  }

  /** Broken, it is of no more use. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Calls back once, when it breaks. */
  onBroken(listener: () => void): void {
    this.#onBroken = listener;
  }

  /** Rejects with a Failure; when the time is up the connection is cut, as nothing else stops a statement for certain. */
  async query(statement: Statement, timeoutMs: number): Promise<readonly Row[]> {
    if (this.#isBroken) throw new Failure('away', 'the connection was lost', 'ECONNRESET');
    const { text, values } = statement;
    const late = new Failure('unknown', `no answer within ${String(timeoutMs)} ms`, 'ETIMEDOUT');
    try {
      const { rows } = await within(this.#scheduler, timeoutMs, late, () =>
        this.#client.query<Row>(text, values === undefined ? [] : [...values]),
      );
      return rows;
    } catch (error) {
      const failure = failureToRun(error);
      if (isConnectionSpent(failure)) this.break();
      throw failure;
    }
  }

  /** Several statements in one, without values: the simple protocol, which migrations need. */
  async script(sql: string, timeoutMs: number): Promise<void> {
    const late = new Failure('unknown', `no answer within ${String(timeoutMs)} ms`, 'ETIMEDOUT');
    try {
      await within(this.#scheduler, timeoutMs, late, () => this.#client.query(sql));
    } catch (error) {
      const failure = failureToRun(error);
      if (isConnectionSpent(failure)) this.break();
      throw failure;
    }
  }

  break(): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    destroy(this.#client);
    this.#onBroken();
  }

  /** Says goodbye, and leaves when nobody answers; never rejects. */
  async close(): Promise<void> {
    if (this.#isBroken) return;
    this.#isBroken = true;
    const late = new Failure('away', 'no goodbye');
    await within(this.#scheduler, goodbyeTimeoutMs, late, () => this.#client.end()).catch(() =>
      destroy(this.#client),
    );
  }
}

/** Resolves as `work` does, or rejects with `late` when that takes too long. */
async function within<Result>(
  scheduler: Scheduler,
  timeoutMs: number,
  late: Failure,
  work: () => Promise<Result>,
): Promise<Result> {
  let cancel: () => void = () => undefined;
  const timeout = new Promise<never>((_, reject) => {
    cancel = scheduler.after(timeoutMs, () => reject(late));
  });
  const result = work();
  result.catch(() => undefined); // when it comes too late, nobody waits for it any more
  try {
    return await Promise.race([result, timeout]);
  } finally {
    cancel();
  }
}

/** Cuts the connection in whatever state it is; `end` would wait for a server that may not answer. */
function destroy(client: pg.Client): void {
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } })
    .connection;
  stream.destroy();
}

/** As the server told it when the session began. */
function processIdOf(client: pg.Client): unknown {
  return (client as unknown as { processID: unknown }).processID;
}

async function readPassword(path: string): Promise<string> {
  if (path === '') return '';
  try {
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
  } catch (error) {
    throw new Failure('barred', `the password file can not be read (${String(error)})`, '', error);
  }
}

async function tlsOptions(options: PostgresOptions): Promise<ConnectionOptions> {
  const { authorityFile, host, serverName } = options;
  const expected = serverName === '' ? host : serverName;
  const checkName = (_: string, certificate: PeerCertificate): Error | undefined =>
    checkServerIdentity(expected, certificate);
  const common = { rejectUnauthorized: true, checkServerIdentity: checkName };
  if (authorityFile === '') return common;
  try {
    const ca = await readFile(authorityFile);
    new X509Certificate(ca); // what is no certificate would be passed over: nobody would be trusted
    return { ...common, ca };
  } catch (error) {
    throw new Failure('barred', `the CA file can not be used (${String(error)})`, '', error);
  }
}
