import type { Cancel, Clock, Scheduler } from '../../broker/src/foundation/index.ts';

interface Timer {
  readonly dueMs: number;
  readonly task: () => void;
}

/** Turns of the event loop that work in memory may need until nothing moves any more. */
const settlingTurns = 8;

/**
 * Time that passes only when a test says so: `Clock` and `Scheduler` in one.
 *
 * Timers run in the order of their due times, those of one moment in the order in which they were
 * set. `soon` is the one thing that does not wait for `advance`: it runs in the event loop's next
 * turn, as in production, because what it does belongs to the present moment.
 */
export class ManualTime implements Clock, Scheduler {
  readonly #startWallMs = Date.UTC(2026, 0, 1);
  #elapsedMs = 0;
  #wallShiftMs = 0;
  readonly #timers = new Set<Timer>();

  wallMs(): number {
    return this.#startWallMs + this.#elapsedMs + this.#wallShiftMs;
  }

  /** Begins far from zero and from the wall clock, so that nobody mistakes one for the other. */
  monotonicMs(): number {
    return 5_000_000 + this.#elapsedMs;
  }

  soon(task: () => void): void {
    setImmediate(task);
  }

  after(delayMs: number, task: () => void): Cancel {
    const timer = { dueMs: this.#elapsedMs + Math.max(0, delayMs), task };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** How many timers wait; 0 once everything that used this time has been closed. */
  get timerCount(): number {
    return this.#timers.size;
  }

  /** Lets time pass, running each timer at its own moment. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#elapsedMs + ms;
    await this.settled();
    for (let timer = this.#next(endMs); timer !== undefined; timer = this.#next(endMs)) {
      this.#elapsedMs = Math.max(this.#elapsedMs, timer.dueMs);
      this.#timers.delete(timer);
      timer.task();
      await this.settled();
    }
    this.#elapsedMs = endMs;
  }

  /** Sets the machine's clock, forwards or back; timers do not notice. */
  shiftWall(ms: number): void {
    this.#wallShiftMs += ms;
  }

  /** Lets what is already planned for this moment run. */
  async settled(): Promise<void> {
    for (let turn = 0; turn < settlingTurns; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #next(endMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= endMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }
}
