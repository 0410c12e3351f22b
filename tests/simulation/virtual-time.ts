import type { Cancel, Clock, Scheduler } from '../../broker/src/foundation/index.ts';
import { EventQueue } from './event-queue.ts';

/** One event queue and one clock for the whole simulated world. */
export class VirtualTime implements Clock {
  readonly #queue = new EventQueue();
  #nowMs = 0;
  #wallShiftMs = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return Date.UTC(2026, 0, 1) + Math.floor(this.#nowMs) + this.#wallShiftMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  /** Sets the machine's clock, forwards or back; timers do not notice. */
  shiftWall(ms: number): void {
    this.#wallShiftMs += ms;
  }

  after(delayMs: number, happen: () => void): Cancel {
    return this.#queue.plan(this.#nowMs + Math.max(0, delayMs), happen);
  }

  /** Lets the next event happen; false when nothing is planned any more. */
  step(): boolean {
    const event = this.#queue.next();
    if (event === undefined) return false;
    this.#nowMs = Math.max(this.#nowMs, event.dueMs);
    event.happen();
    return true;
  }
}

/** The scheduler of one process: when the process is killed, nothing of what it planned happens. */
export class ProcessScheduler implements Scheduler {
  readonly #time: VirtualTime;
  #isKilled = false;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  kill(): void {
    this.#isKilled = true;
  }

  soon(task: () => void): void {
    this.after(0, task);
  }

  after(delayMs: number, task: () => void): Cancel {
    return this.#time.after(delayMs, () => {
      if (!this.#isKilled) task();
    });
  }
}
