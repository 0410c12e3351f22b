import { LoadConnection } from '../wire/index.ts';
import type { ServerAddress } from '../wire/index.ts';

/** How many connections to hold open. */
export interface IdleConnectionsJob {
  readonly address: ServerAddress;
  readonly connectionCount: number;
}

/** Connections that said CONNECT and one SUB and then nothing more, held until they are released. */
export class IdleConnections {
  #held: LoadConnection[] = [];

  /** Opens them a few at a time, so that no accept queue overflows. */
  async open(job: IdleConnectionsJob): Promise<{ readonly openCount: number }> {
    while (this.#held.length < job.connectionCount) {
      const count = Math.min(50, job.connectionCount - this.#held.length);
      const opened = Array.from({ length: count }, async () => LoadConnection.open(job.address));
      this.#held.push(...(await Promise.all(opened)));
    }
    // Each of them answers, so none was dropped on the way.
    await Promise.all(this.#held.map(async (connection) => connection.ping()));
    return { openCount: this.#held.length };
  }

  async release(): Promise<void> {
    await Promise.all(this.#held.map(async (connection) => connection.close()));
    this.#held = [];
  }
}
