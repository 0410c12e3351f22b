import type { Cancel, Clock, Scheduler } from '../../foundation/index.ts';

/** Something is looked after at least this often while there is something to expire. */
const delayMaxMs = 60_000;
/** And at most this often, so that a fast station costs no timer per message. */
const delayMinMs = 50;

/** What is to be looked after. */
export interface UpkeepSubject {
  /** When something expires next; Infinity when nothing will. */
  dueMs(): number;
  /** Removes what has expired. */
  tidy(): void;
}

/** The one timer by which a partition finds what expires without anybody asking. */
export class PartitionUpkeep {
  readonly #time: { readonly clock: Clock; readonly scheduler: Scheduler };
  readonly #subject: UpkeepSubject;
  #cancel: Cancel | undefined;
  #stopped = false;

  constructor(
    time: { readonly clock: Clock; readonly scheduler: Scheduler },
    subject: UpkeepSubject,
  ) {
    this.#time = time;
    this.#subject = subject;
  }

  /**
   * After a start, the oldest messages are looked at within half a minute and not all at once:
   * with 10,000 stations that would be 10,000 reads. A pull looks by itself.
   */
  planFirst(stationId: number): void {
    this.#after(delayMinMs + ((stationId * 7919) % 30_000));
  }

  /** Does nothing while it is planned already. */
  plan(): void {
    if (this.#cancel !== undefined || this.#stopped) return;
    const dueMs = this.#subject.dueMs();
    if (dueMs === Infinity) return;
    const delayMs = dueMs - this.#time.clock.wallMs();
    this.#after(Math.min(Math.max(delayMs, delayMinMs), delayMaxMs));
  }

  /** For good. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #after(delayMs: number): void {
    this.#cancel = this.#time.scheduler.after(delayMs, () => {
      this.#cancel = undefined;
      this.#subject.tidy();
      this.plan();
    });
  }
}
