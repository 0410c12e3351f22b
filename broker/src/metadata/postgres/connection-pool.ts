import { assert, Fifo } from '../../foundation/index.ts';
import { Connection } from './connection.ts';
import { Failure } from './failure.ts';
import type { PostgresOptions, PostgresParts } from './options.ts';

interface Waiting {
  readonly serve: () => void;
}

/**
 * A few sessions with Postgres, shared.
 *
 * Never more than `connectionCountMax` are open or being opened: other brokers and people share the
 * server. Who finds none waits in a row, with a deadline. A connection that broke, or is old, is
 * replaced when it is next wanted; so the pool comes back by itself when the server does.
 */
export class ConnectionPool {
  readonly #options: PostgresOptions;
  readonly #parts: PostgresParts;
  readonly #idle: Connection[] = [];
  readonly #waiting = new Fifo<Waiting>();
  readonly #open = new Set<Connection>();
  /** Taken, idle, and on their way. */
  #count = 0;
  #isClosed = false;

  constructor(options: PostgresOptions, parts: PostgresParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** How many there are, those on their way included. */
  get count(): number {
    return this.#count;
  }

  /** Lends a connection to `task`. Rejects with a Failure of kind `away` or `barred` when there is none in time. */
  async use<Result>(
    timeoutMs: number,
    task: (connection: Connection) => Promise<Result>,
  ): Promise<Result> {
    const connection = await this.#take(timeoutMs);
    try {
      return await task(connection);
    } finally {
      await this.#giveBack(connection);
    }
  }

  /** What is lent out is closed when it comes back. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#idle.splice(0).map((connection) => this.#drop(connection)));
  }

  async #take(timeoutMs: number): Promise<Connection> {
    const deadlineMs = this.#parts.clock.monotonicMs() + timeoutMs;
    for (;;) {
      if (this.#isClosed) throw new Failure('away', 'the broker is stopping');
      const idle = this.#idle.pop();
      if (idle !== undefined) {
        if (!idle.isBroken && !this.#isOld(idle)) return idle;
        await this.#drop(idle);
        continue;
      }
      const leftMs = deadlineMs - this.#parts.clock.monotonicMs();
      if (leftMs <= 0) throw busy(this.#count);
      if (this.#count < this.#options.connectionCountMax) return this.#connect(leftMs);
      await this.#turn(leftMs);
    }
  }

  async #connect(leftMs: number): Promise<Connection> {
    this.#count += 1;
    const timeoutMs = Math.min(leftMs, this.#options.connectTimeoutMs);
    const nowMs = this.#parts.clock.monotonicMs();
    try {
      const connection = await Connection.open(this.#options, this.#parts.scheduler, {
        nowMs,
        timeoutMs,
      });
      this.#open.add(connection);
      connection.onBroken(() => this.#forgetIdle(connection));
      return connection;
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  async #giveBack(connection: Connection): Promise<void> {
    if (connection.isBroken || this.#isClosed) return this.#drop(connection);
    this.#idle.push(connection);
    this.#serveNext();
  }

  /** One that breaks while nobody uses it gives its place away at once. */
  #forgetIdle(connection: Connection): void {
    const index = this.#idle.indexOf(connection);
    if (index < 0) return;
    this.#idle.splice(index, 1);
    void this.#drop(connection);
  }

  async #drop(connection: Connection): Promise<void> {
    assert(this.#open.delete(connection), 'A connection leaves the pool once');
    this.#leave();
    await connection.close();
  }

  #leave(): void {
    this.#count -= 1;
    this.#serveNext();
  }

  #serveNext(): void {
    this.#waiting.shift()?.serve();
  }

  #isOld(connection: Connection): boolean {
    const ageMs = this.#parts.clock.monotonicMs() - connection.openedAtMs;
    return ageMs > this.#options.connectionAgeMaxMs;
  }

  /** Resolves when there may be a connection or a place for one, and when the time is up. */
  #turn(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      let isOver = false;
      const serve = (): void => {
        // Whose time was up is still in the row: its turn goes to the one behind it.
        if (isOver) return this.#serveNext();
        isOver = true;
        cancel();
        resolve();
      };
      const cancel = this.#parts.scheduler.after(timeoutMs, () => {
        isOver = true;
        resolve();
      });
      this.#waiting.push({ serve });
    });
  }
}

function busy(count: number): Failure {
  return new Failure('away', `all ${String(count)} connections are in use`, 'POOL_BUSY');
}
