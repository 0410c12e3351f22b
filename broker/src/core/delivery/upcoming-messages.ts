import { Fifo } from '../../foundation/index.ts';
import type { DeliveryLedger } from './delivery-ledger.ts';
import type { MessageDelays, MessageLog } from './message-log.ts';

/**
 * What a group has not been given yet on one partition, in the order in which it will be: one sequence after
 * the other, but for delayed messages. They are passed over, and come first when their time has come.
 */
export class UpcomingMessages {
  readonly #log: MessageLog;
  readonly #delays: MessageDelays;
  readonly #ledger: DeliveryLedger;
  #deliveredSequence: number;
  /** Below `deliveredSequence`, and yet to be delivered. */
  readonly #passedOver = new Set<number>();
  /** Of those, whose time has come; one that was settled or removed meanwhile is not passed over any more. */
  readonly #ready = new Fifo<number>();

  /** @param deliveredSequence Everything up to here was given to the group, passed over, or none of its business. */
  constructor(
    log: MessageLog,
    delays: MessageDelays,
    ledger: DeliveryLedger,
    deliveredSequence: number,
  ) {
    this.#log = log;
    this.#delays = delays;
    this.#ledger = ledger;
    this.#deliveredSequence = deliveredSequence;
    for (const sequence of ledger.untouched(deliveredSequence)) {
      this.#passedOver.add(sequence);
      if (!delays.isDelayed(sequence)) this.#ready.push(sequence);
    }
  }

  get deliveredSequence(): number {
    return this.#deliveredSequence;
  }

  get count(): number {
    return this.#log.lastSequence - this.#deliveredSequence + this.#passedOver.size;
  }

  /** Whether it was not given to the group yet. */
  isToCome(sequence: number): boolean {
    return sequence > this.#deliveredSequence || this.#passedOver.has(sequence);
  }

  /** The one whose turn is next; it stays so until `taken`. */
  next(): number | undefined {
    if (this.#passedOver.size > 0) {
      const ready = this.#nextReady();
      if (ready !== undefined) return ready;
    }
    while (this.#deliveredSequence < this.#log.lastSequence) {
      const sequence = this.#deliveredSequence + 1;
      if (!this.#ledger.isSettled(sequence)) {
        if (!this.#delays.isDelayed(sequence)) return sequence;
        this.#passedOver.add(sequence);
      }
      this.#deliveredSequence = sequence;
    }
    return undefined;
  }

  /** It was given to the group, or settled without that. */
  taken(sequence: number): void {
    if (sequence <= this.#deliveredSequence) this.#passedOver.delete(sequence);
    else if (sequence === this.#deliveredSequence + 1) this.#deliveredSequence = sequence;
  }

  /** The time of a delayed message has come. */
  due(sequence: number): void {
    if (this.#passedOver.has(sequence)) this.#ready.push(sequence);
  }

  /** Nothing up to `sequence` is to come any more. */
  skipTo(sequence: number): void {
    this.#deliveredSequence = Math.max(this.#deliveredSequence, sequence);
    for (const passed of this.#passedOver) {
      if (passed <= sequence) this.#passedOver.delete(passed);
    }
  }

  /** Everything above `sequence` is to come. */
  moveTo(sequence: number): void {
    this.#deliveredSequence = sequence;
    this.#passedOver.clear();
  }

  #nextReady(): number | undefined {
    for (let next = this.#ready.peek(); next !== undefined; next = this.#ready.peek()) {
      if (this.#passedOver.has(next) && !this.#delays.isDelayed(next)) return next;
      this.#ready.shift();
    }
    return undefined;
  }
}
