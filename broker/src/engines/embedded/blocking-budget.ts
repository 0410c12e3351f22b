import type { Clock } from '../../foundation/index.ts';

/** A write that takes no longer costs nothing. */
const freeMs = 1;
/** For how many times as long as a slower write took, no other blocks. */
const pauseFactor = 10;

/**
 * Decides which records the broker's one thread writes itself, standing still until they are on disk.
 *
 * Handing a write to another thread and hearing of its end are two wake-ups. For a commit of a few messages on a quick
 * disk they take as long as the flush, and a publisher that waits for each ack feels every one of them (decision
 * 0017). A disk that is slow must not hold up what has nothing to do with it: after a blocking write of more
 * than a millisecond, all go to the other thread for ten times as long as it took. So a slow disk
 * costs this thread an eleventh of its time at most, and one that stalls, a single write.
 */
export class BlockingBudget {
  readonly #clock: Clock;
  readonly #recordBytesMax: number;
  #pausedUntilMs = -Infinity;

  /** @param recordBytesMax Larger records are always handed over; 0: all of them. */
  constructor(clock: Clock, recordBytesMax: number) {
    this.#clock = clock;
    this.#recordBytesMax = recordBytesMax;
  }

  /** Whether a record of so many bytes may be written with `spend`. */
  covers(byteCount: number): boolean {
    return byteCount <= this.#recordBytesMax && this.#clock.monotonicMs() >= this.#pausedUntilMs;
  }

  /** Carries out a write that blocks, and notes what it cost; also when it throws. */
  spend(write: () => void): void {
    const startMs = this.#clock.monotonicMs();
    try {
      write();
    } finally {
      const endMs = this.#clock.monotonicMs();
      const elapsedMs = endMs - startMs;
      if (elapsedMs > freeMs) this.#pausedUntilMs = endMs + pauseFactor * elapsedMs;
    }
  }
}
