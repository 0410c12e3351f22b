import { StoreError } from '../../broker/src/core/ports/index.ts';
import type {
  OrderedStore,
  StoreChange,
  StoreEntry,
  StoreRange,
} from '../../broker/src/core/ports/index.ts';

/**
 * An ordered store whose commits a test can hold back or make fail. Fault model:
 *
 * - `hold`: commits wait, nothing of them is visible, until `release`;
 * - `refuse('full')`: commits reject and change nothing, until `accept`;
 * - `refuse('failed')`: commits reject and change nothing that a reader sees, for good.
 *
 * Reads always work. Order among commits is kept.
 */
export class FaultyStore implements OrderedStore {
  readonly #store: OrderedStore;
  #gate: { readonly opened: Promise<void>; readonly open: () => void } | undefined;
  #refusal: 'full' | 'failed' | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #waitingCount = 0;
  #commitCount = 0;

  constructor(store: OrderedStore) {
    this.#store = store;
  }

  /** Commits that wait behind `hold`. */
  get waitingCount(): number {
    return this.#waitingCount;
  }

  /** Commits that were made. */
  get commitCount(): number {
    return this.#commitCount;
  }

  hold(): void {
    if (this.#gate !== undefined) return;
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    this.#gate = { opened, open };
  }

  release(): void {
    this.#gate?.open();
    this.#gate = undefined;
  }

  refuse(reason: 'full' | 'failed'): void {
    this.#refusal = reason;
  }

  accept(): void {
    this.#refusal = undefined;
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#store.get(key);
  }

  range(range: StoreRange): Iterable<StoreEntry> {
    return this.#store.range(range);
  }

  keys(range: StoreRange): Iterable<Uint8Array> {
    return this.#store.keys(range);
  }

  /** Holds what comes from now on, and resolves when nothing is being written. */
  async pause(): Promise<void> {
    const onItsWay = this.#tail;
    this.hold();
    await onItsWay;
  }

  commit(changes: readonly StoreChange[]): Promise<void> {
    const gate = this.#gate;
    const made = this.#tail.then(async () => {
      if (gate !== undefined) {
        this.#waitingCount += 1;
        await gate.opened;
        this.#waitingCount -= 1;
      }
      if (this.#refusal !== undefined) {
        throw new StoreError(this.#refusal, `planted fault: ${this.#refusal}`, undefined);
      }
      await this.#store.commit(changes);
      this.#commitCount += 1;
    });
    this.#tail = made.catch(() => undefined); // the caller is told; those behind it go on
    return made;
  }

  async close(): Promise<void> {
    this.release();
    await this.#tail;
    await this.#store.close();
  }
}
