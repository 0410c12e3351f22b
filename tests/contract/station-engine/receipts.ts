import type { BrokerError } from '../../../broker/src/core/errors/index.ts';
import type { AppendReceipt } from '../../../broker/src/core/ports/index.ts';

/** What became of one append. */
export type AppendOutcome =
  | { readonly kind: 'stored'; readonly sequence: number; readonly duplicate: boolean }
  | { readonly kind: 'refused'; readonly error: BrokerError };

/** A receipt that keeps what it is told, and fails the test when it is told twice. */
export class RecordedReceipt implements AppendReceipt {
  readonly #told: (receipt: RecordedReceipt) => void;
  #outcome: AppendOutcome | undefined;
  #resolve: (outcome: AppendOutcome) => void = () => undefined;
  readonly arrived: Promise<AppendOutcome>;

  /** @param told Hears of each receipt as it arrives: tests of their order listen here. */
  constructor(told: (receipt: RecordedReceipt) => void = () => undefined) {
    this.#told = told;
    this.arrived = new Promise((resolve) => (this.#resolve = resolve));
  }

  /** Undefined until something has been told. */
  get outcome(): AppendOutcome | undefined {
    return this.#outcome;
  }

  stored(sequence: number, duplicate: boolean): void {
    this.#take({ kind: 'stored', sequence, duplicate });
  }

  refused(error: BrokerError): void {
    this.#take({ kind: 'refused', error });
  }

  #take(outcome: AppendOutcome): void {
    if (this.#outcome !== undefined) {
      throw new Error(`A receipt came twice: ${this.#outcome.kind}, then ${outcome.kind}`);
    }
    this.#outcome = outcome;
    this.#told(this);
    this.#resolve(outcome);
  }
}
