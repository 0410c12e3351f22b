import { BrokerError } from '../../core/errors/index.ts';
import { ConnectionPool } from './connection-pool.ts';
import type { Database, Outcome, Statement } from './database.ts';
import { Failure } from './failure.ts';
import { migrate } from './migrate.ts';
import { migrations as allMigrations } from './migrations/index.ts';
import type { Migration } from './migrations/index.ts';
import type { PostgresOptions, PostgresParts } from './options.ts';

/** SQLSTATE disk_full. */
const diskFull = '53100';

/**
 * Postgres behind a pool that survives restarts and failovers of the server.
 *
 * | state | means | left by |
 * |---|---|---|
 * | `reachable` | statements are tried until their time is up | one that had no answer in its time, a look that failed: `away` |
 * | `away` | statements are refused at once: clients wait for one second only, and a row of them would fall on the server when it is back | a look that succeeds: `reachable` |
 * | `closed` | nothing is taken any more | |
 */
export class PostgresDatabase implements Database {
  readonly #options: PostgresOptions;
  readonly #parts: PostgresParts;
  readonly #pool: ConnectionPool;
  /** Why the server is out of reach; undefined while it is not. */
  #problem: string | undefined;
  #isClosed = false;
  #cancelProbe: () => void = () => undefined;

  /**
   * Connects, and brings the schema up to date, once among all brokers that start.
   *
   * Waits for a server that is away, for `startTimeoutMs` in all. Rejects with METADATA_UNREACHABLE after
   * it, with METADATA_CONNECTION when the login, the certificate or the database is not accepted, with
   * METADATA_SCHEMA_NEWER, with METADATA_REFUSED when the user may not do what a migration does.
   */
  static async open(
    options: PostgresOptions,
    parts: PostgresParts,
    migrations: readonly Migration[] = allMigrations,
  ): Promise<PostgresDatabase> {
    const database = new PostgresDatabase(options, parts);
    try {
      await database.#begin(migrations);
    } catch (error) {
      await database.close();
      throw error;
    }
    database.#planProbe();
    return database;
  }

  private constructor(options: PostgresOptions, parts: PostgresParts) {
    this.#options = options;
    this.#parts = parts;
    this.#pool = new ConnectionPool(options, parts);
  }

  /** Connections that are open or on their way. */
  get connectionCount(): number {
    return this.#pool.count;
  }

  async run(statement: Statement, timeoutMs: number): Promise<Outcome> {
    if (this.#problem !== undefined) throw unreachable(this.#problem);
    const deadlineMs = this.#parts.clock.monotonicMs() + timeoutMs;
    let isRepeated = false;
    for (;;) {
      try {
        const rows = await this.#try(statement, deadlineMs);
        return { rows, isRepeated };
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (error.kind === 'unknown') isRepeated = true;
        if (error.kind === 'refused') throw refused(error);
        const isOver = !(await this.#pause(deadlineMs));
        if (isOver || this.#isClosed) {
          if (error.code !== 'POOL_BUSY') this.#becomeAway(error.message);
          throw isRepeated ? outcomeUnknown(error) : unreachable(error.message, error);
        }
      }
    }
  }

  /** Idempotent; what runs is waited for by whoever asked for it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelProbe();
    await this.#pool.close();
  }

  async #try(statement: Statement, deadlineMs: number): Promise<Outcome['rows']> {
    return this.#pool.use(this.#leftMs(deadlineMs), (connection) =>
      connection.query(statement, this.#leftMs(deadlineMs)),
    );
  }

  async #begin(migrations: readonly Migration[]): Promise<void> {
    const deadlineMs = this.#parts.clock.monotonicMs() + this.#options.startTimeoutMs;
    const onMigrated = ({ number, name }: Migration): void => {
      this.#parts.logger.info({ event: 'migrated', number, name }, 'The metadata schema is newer');
    };
    let said = '';
    for (;;) {
      let problem = 'another broker is migrating';
      try {
        const round = await this.#pool.use(this.#leftMs(deadlineMs), (connection) => {
          if (connection.isPooled) this.#warnOfPooler();
          return migrate(connection, migrations, this.#options.database, onMigrated);
        });
        if (round === 'done') return;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (error.kind === 'barred') throw this.#barred(error);
        if (error.kind === 'refused') throw refused(error);
        problem = error.message;
        if (said !== problem) {
          this.#parts.logger.warn({ err: error }, 'The metadata store is out of reach; waiting');
        }
        said = problem;
      }
      if (!(await this.#pause(deadlineMs))) throw unreachable(problem);
    }
  }

  #warnOfPooler(): void {
    this.#parts.logger.warn(
      {},
      'A pooler shares the sessions of Postgres out: timeouts may not hold; use its direct port',
    );
  }

  /** Looks whether the server is there, as long as the database is open: nobody may ask for anything for hours. */
  #planProbe(): void {
    if (this.#isClosed) return;
    const { probeIntervalMs, probeWhileAwayIntervalMs, connectTimeoutMs } = this.#options;
    const delayMs = this.#problem === undefined ? probeIntervalMs : probeWhileAwayIntervalMs;
    this.#cancelProbe();
    this.#cancelProbe = this.#parts.scheduler.after(delayMs, () => {
      const deadlineMs = this.#parts.clock.monotonicMs() + connectTimeoutMs;
      this.#try({ text: 'SELECT 1' }, deadlineMs)
        .then(
          () => this.#becomeReachable(),
          (error: unknown) => {
            if (error instanceof Failure && error.code === 'POOL_BUSY') return;
            this.#becomeAway(error instanceof Error ? error.message : String(error));
          },
        )
        .finally(() => this.#planProbe());
    });
  }

  #becomeAway(problem: string): void {
    const isNews = this.#problem === undefined && !this.#isClosed;
    this.#problem = problem;
    if (!isNews) return;
    this.#parts.logger.error(
      { event: 'metadata-away', problem },
      'The metadata store is out of reach: changes are refused, messages go on',
    );
    this.#parts.onReach(problem);
    this.#planProbe(); // at its own pace from now on, not at that of a server that answers
  }

  #becomeReachable(): void {
    if (this.#problem === undefined || this.#isClosed) return;
    this.#problem = undefined;
    this.#parts.logger.info({ event: 'metadata-back' }, 'The metadata store is in reach again');
    this.#parts.onReach(undefined);
  }

  /** Waits a little before the next try; false when there is no time for one. */
  async #pause(deadlineMs: number): Promise<boolean> {
    const { retryDelayMs } = this.#options;
    const delayMs = Math.ceil(retryDelayMs * (0.5 + this.#parts.chance()));
    if (this.#leftMs(deadlineMs) <= delayMs) return false;
    await new Promise<void>((resolve) => this.#parts.scheduler.after(delayMs, resolve));
    return true;
  }

  #leftMs(deadlineMs: number): number {
    return Math.max(1, Math.ceil(deadlineMs - this.#parts.clock.monotonicMs()));
  }

  #barred(failure: Failure): BrokerError {
    const { host, port, database, user } = this.#options;
    const details = { host, port, database, user, cause: failure.message };
    return new BrokerError('METADATA_CONNECTION', details, failure);
  }
}

function unreachable(cause: string, error?: unknown): BrokerError {
  return new BrokerError('METADATA_UNREACHABLE', { cause }, error);
}

function outcomeUnknown(failure: Failure): BrokerError {
  return new BrokerError('METADATA_OUTCOME_UNKNOWN', { cause: failure.message }, failure);
}

function refused(failure: Failure): BrokerError {
  const { code, message } = failure;
  if (code === diskFull) return new BrokerError('CHANGE_REFUSED', { cause: message }, failure);
  return new BrokerError('METADATA_REFUSED', { code, cause: message }, failure);
}
