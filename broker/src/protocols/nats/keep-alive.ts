import type { Cancel, Scheduler } from '../../foundation/index.ts';
import type { ConnectionLimits } from './options.ts';

/** What keeping a connection alive takes. */
export interface KeepAliveEvents {
  ping(): void;
  /** As many pings as may were not answered. */
  onSilence(): void;
  /** Whether the broker itself makes the client wait, so that no answer can be seen. */
  isHeldBack(): boolean;
}

/** Pings a client regularly and notices when it is gone without having closed its connection. */
export class KeepAlive {
  readonly #scheduler: Scheduler;
  readonly #limits: ConnectionLimits;
  readonly #events: KeepAliveEvents;
  #unansweredCount = 0;
  #cancel: Cancel;

  constructor(scheduler: Scheduler, limits: ConnectionLimits, events: KeepAliveEvents) {
    this.#scheduler = scheduler;
    this.#limits = limits;
    this.#events = events;
    this.#cancel = this.#plan();
  }

  /** Whatever comes proves that the client is there. */
  onData(): void {
    this.#unansweredCount = 0;
  }

  stop(): void {
    this.#cancel();
  }

  #plan(): Cancel {
    return this.#scheduler.after(this.#limits.pingIntervalMs, () => this.#tick());
  }

  #tick(): void {
    if (this.#events.isHeldBack()) this.#unansweredCount = 0;
    if (this.#unansweredCount >= this.#limits.pingsMissedMax) return this.#events.onSilence();
    this.#unansweredCount += 1;
    this.#events.ping();
    this.#cancel = this.#plan();
  }
}
