import type { Scheduler } from '../../foundation/index.ts';

/** Something with bytes to send. */
export interface Flushable {
  flush(): void;
}

/**
 * Sends what has gathered in one turn of the event loop: one plan for all connections, and one
 * socket write for each, however many frames it got.
 */
export class FlushRound {
  readonly #scheduler: Scheduler;
  #waiting: Flushable[] = [];

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  /** To be called once per flush. */
  add(flushable: Flushable): void {
    if (this.#waiting.push(flushable) === 1) this.#scheduler.soon(() => this.#run());
  }

  #run(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const flushable of waiting) flushable.flush();
  }
}
