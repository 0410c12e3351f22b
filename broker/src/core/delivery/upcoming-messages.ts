import { Fifo } from '../../foundation/index.ts';
import type { DeliveryLedger } from './delivery-ledger.ts';
import type { KeyOrder } from './key-order.ts';
import type { MessageDelays, MessageLog } from './message-log.ts';

/**
 * What a group has not been given yet on one partition, in the order in which it will be: one sequence after the other, but
 * for delayed messages, and in a group that is ordered by key those of which an earlier one is out. They are
 * passed over, and come first when their time has come, or their turn.
 */
export class UpcomingMessages {
  readonly #log: MessageLog;
  readonly #delays: MessageDelays;
  readonly #ledger: DeliveryLedger;
  #keys: KeyOrder | undefined;
  #deliveredSequence: number;
  /** Below `deliveredSequence`, and yet to be delivered; in ascending order. */
  readonly #passedOver = new Set<number>();
  /** Of those, whose time or turn may have come; one that was settled or removed meanwhile is not passed over any more. */
  readonly #ready = new Fifo<number>();
  #isUncertain = false;

  /**
   * @param deliveredSequence Everything up to here was given to the group, passed over, or none of its business.
   * @param keys Undefined for a group without an order by key.
   */
  constructor(
    log: MessageLog,
    delays: MessageDelays,
    ledger: DeliveryLedger,
    deliveredSequence: number,
    keys: KeyOrder | undefined,
  ) {
    this.#log = log;
    this.#delays = delays;
    this.#ledger = ledger;
    this.#deliveredSequence = deliveredSequence;
    for (const sequence of ledger.untouched(deliveredSequence)) this.#passedOver.add(sequence);
    this.#passCancelled();
    this.orderBy(keys);
  }

  get deliveredSequence(): number {
    return this.#deliveredSequence;
  }

  get count(): number {
    return this.#log.lastSequence - this.#deliveredSequence + this.#passedOver.size;
  }

  /** Of these, what waits for another of its key, as far as that was looked at. */
  get waitingForKeyCount(): number {
    return this.#keys?.waitingCount ?? 0;
  }

  /** What `next` said cannot be relied on: keys cannot be read at the moment. */
  get isUncertain(): boolean {
    return this.#isUncertain;
  }

  /** Whether it was not given to the group yet. */
  isToCome(sequence: number): boolean {
    return sequence > this.#deliveredSequence || this.#passedOver.has(sequence);
  }

  /** From now on by these keys, or by none: what was passed over is looked at anew. */
  orderBy(keys: KeyOrder | undefined): void {
    this.#keys = keys;
    this.#isUncertain = false;
    this.#ready.clear();
    for (const sequence of this.#passedOver) {
      if (!this.#delays.isDelayed(sequence)) this.#ready.push(sequence);
    }
  }

  /** The one whose turn is next; it stays so until `taken`. */
  next(): number | undefined {
    if (this.#passedOver.size > 0) {
      const ready = this.#nextReady();
      if (ready !== undefined) return ready;
    }
    while (this.#deliveredSequence < this.#log.lastSequence && this.#keys?.isFull !== true) {
      const sequence = this.#deliveredSequence + 1;
      if (!this.#ledger.isSettled(sequence)) {
        if (!this.#hasToWait(sequence)) return sequence;
        this.#passedOver.add(sequence);
      }
      this.#deliveredSequence = sequence;
    }
    return undefined;
  }

  /** It was given to the group. */
  taken(sequence: number): void {
    this.#keys?.take(sequence);
    this.#leave(sequence);
  }

  /** It was settled without being given to the group. True where something may come now that had to wait. */
  dropped(sequence: number): boolean {
    this.#leave(sequence);
    return this.settled(sequence);
  }

  /** What was given to the group is settled, or gone. True where something may come now that had to wait. */
  settled(sequence: number): boolean {
    const keys = this.#keys;
    if (keys === undefined) return false;
    const wasFull = keys.isFull;
    const next = keys.free(sequence);
    if (next !== undefined) this.#ready.push(next);
    return next !== undefined || (wasFull && !keys.isFull);
  }

  /** The time of a delayed message has come. */
  due(sequence: number): void {
    if (this.#passedOver.has(sequence)) this.#ready.push(sequence);
  }

  /** Nothing up to `sequence` is to come any more. True where something may come now that had to wait. */
  skipTo(sequence: number): boolean {
    let isFreed = false;
    this.#deliveredSequence = Math.max(this.#deliveredSequence, sequence);
    for (const passed of this.#passedOver) {
      if (passed > sequence) break;
      this.#passedOver.delete(passed);
      if (this.settled(passed)) isFreed = true;
    }
    return isFreed;
  }

  /** Everything above `sequence` is to come, but for what was cancelled; nothing is out any more. */
  moveTo(sequence: number): void {
    this.#deliveredSequence = sequence;
    this.#ledger.settleAll(this.#delays.cancelled());
    this.#passCancelled();
    this.#passedOver.clear();
    this.#ready.clear();
    this.#keys?.clear();
  }

  #leave(sequence: number): void {
    if (sequence <= this.#deliveredSequence) this.#passedOver.delete(sequence);
    else if (sequence === this.#deliveredSequence + 1) this.#deliveredSequence = sequence;
    this.#passCancelled();
  }

  /** What was cancelled right behind the last one does not count as something that is to come. */
  #passCancelled(): void {
    if (this.#delays.cancelledCount === 0) return;
    while (
      this.#deliveredSequence < this.#log.lastSequence &&
      this.#ledger.isSettled(this.#deliveredSequence + 1)
    ) {
      this.#deliveredSequence += 1;
    }
  }

  #nextReady(): number | undefined {
    for (let next = this.#ready.peek(); next !== undefined; next = this.#ready.peek()) {
      if (this.#passedOver.has(next) && !this.#hasToWait(next)) return next;
      this.#ready.shift();
    }
    return undefined;
  }

  /** A delayed one is heard of again by `due`, one behind another of its key when that is settled. */
  #hasToWait(sequence: number): boolean {
    if (this.#delays.isDelayed(sequence)) return true;
    if (this.#keys === undefined) return false;
    const turn = this.#keys.turnOf(sequence);
    this.#isUncertain = turn === 'unknown';
    return turn === 'behind';
  }
}
