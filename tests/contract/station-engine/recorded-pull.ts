import type { Delivery } from '../../../broker/src/core/delivery/index.ts';
import type {
  Pull,
  PullEnd,
  PullReceiver,
  PullRequest,
} from '../../../broker/src/core/ports/index.ts';

/** A delivery whose bytes were copied while they were valid. */
export type KeptDelivery = Delivery & { readonly text: string };

/** A receiver that keeps what it is told, in order, and fails the test when it is told something after the end. */
export class RecordedPull implements PullReceiver {
  readonly deliveries: KeptDelivery[] = [];
  /** Everything in the order in which it came: a sequence, `caught-up`, or the end. */
  readonly trace: (number | 'caught-up' | PullEnd)[] = [];
  open = true;
  ready = true;
  /** Called with each delivery, while it is handed over. */
  onDelivery: (delivery: KeptDelivery) => void = () => undefined;
  #end: PullEnd | undefined;
  #pull: Pull | undefined;
  #cancelled = false;

  get end(): PullEnd | undefined {
    return this.#end;
  }

  get caughtUpCount(): number {
    return this.trace.filter((entry) => entry === 'caught-up').length;
  }

  /** `sequence` of each delivery. */
  get sequences(): number[] {
    return this.deliveries.map((delivery) => delivery.sequence);
  }

  get texts(): string[] {
    return this.deliveries.map((delivery) => delivery.text);
  }

  get remaining(): number {
    return this.#started().remaining;
  }

  startedAs(pull: Pull): this {
    this.#pull = pull;
    return this;
  }

  cancel(): void {
    this.#cancelled = true;
    this.#started().cancel();
  }

  resume(): void {
    this.#started().resume();
  }

  isOpen(): boolean {
    return this.open;
  }

  isReady(): boolean {
    return this.ready;
  }

  deliver(delivery: Delivery): void {
    this.#stillOn(`delivery of ${String(delivery.sequence)}`);
    const message = Uint8Array.from(delivery.message);
    const text = Buffer.from(message.subarray(delivery.headerBytes)).toString();
    const kept = { ...delivery, message, text };
    this.deliveries.push(kept);
    this.trace.push(delivery.sequence);
    this.onDelivery(kept);
  }

  caughtUp(): void {
    this.#stillOn('caughtUp');
    this.trace.push('caught-up');
  }

  ended(end: PullEnd): void {
    this.#stillOn(`end (${end})`);
    this.#end = end;
    this.trace.push(end);
  }

  #started(): Pull {
    if (this.#pull === undefined) throw new Error('The pull was not started');
    return this.#pull;
  }

  #stillOn(what: string): void {
    if (this.#cancelled) throw new Error(`A cancelled pull was told of a ${what}`);
    if (this.#end !== undefined) throw new Error(`A pull that ended was told of a ${what}`);
  }
}

/** A request for `batch` messages of any size. */
export function batchOf(batch: number, bytesMax = 0): PullRequest {
  return { batch, bytesMax };
}
