import type { DeliveryLedger } from './delivery-ledger.ts';
import type { MessageLog } from './message-log.ts';

/** What a group has not been given yet on one partition, in the order in which it will be. */
export class UpcomingMessages {
  readonly #log: MessageLog;
  readonly #ledger: DeliveryLedger;
  #deliveredSequence: number;

  /** @param deliveredSequence Everything up to here was given to the group, or is none of its business. */
  constructor(log: MessageLog, ledger: DeliveryLedger, deliveredSequence: number) {
    this.#log = log;
    this.#ledger = ledger;
    this.#deliveredSequence = deliveredSequence;
  }

  get deliveredSequence(): number {
    return this.#deliveredSequence;
  }

  get count(): number {
    return this.#log.lastSequence - this.#deliveredSequence;
  }

  /** The one whose turn is next; it stays so until `taken`. */
  next(): number | undefined {
    while (this.#deliveredSequence < this.#log.lastSequence) {
      const sequence = this.#deliveredSequence + 1;
      if (!this.#ledger.isSettled(sequence)) return sequence;
      this.#deliveredSequence = sequence;
    }
    return undefined;
  }

  /** `next` was given to the group. */
  taken(sequence: number): void {
    this.#deliveredSequence = sequence;
  }

  /** Nothing up to `sequence` is to come any more. */
  skipTo(sequence: number): void {
    this.#deliveredSequence = Math.max(this.#deliveredSequence, sequence);
  }

  /** Everything above `sequence` is to come. */
  moveTo(sequence: number): void {
    this.#deliveredSequence = sequence;
  }
}
