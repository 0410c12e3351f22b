/** One change of a batch. */
export type StoreChange =
  | {
      readonly kind: 'put';
      readonly key: Uint8Array;
      readonly value: Uint8Array;
      /** Nobody ever changes the bytes of the value: a store may keep them where it would keep a copy. */
      readonly isConstant?: true;
    }
  | { readonly kind: 'delete'; readonly key: Uint8Array };

/** Keys from `from` (included) to `before` (excluded), in byte order or, reversed, from the end. */
export interface StoreRange {
  readonly from: Uint8Array;
  readonly before: Uint8Array;
  readonly reverse?: boolean;
  readonly countMax?: number;
}

/** A key and its value, both owned by the caller. */
export interface StoreEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** Why a commit was not made. `full`: nothing changed, later commits may work. `failed`: the store cannot be trusted any more. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly reason: 'full' | 'failed';

  constructor(reason: 'full' | 'failed', message: string, cause: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/**
 * Ordered bytes with atomic, durable batches: what the local engine and the embedded metadata stand on.
 *
 * Keys are compared byte by byte and are 1 to 1,900 bytes long. Reads see every batch whose `commit` has resolved
 * and no part of one that rejected; a batch still on its way may or may not be seen. A range is read, or left, in
 * one turn: between two turns its entries may move.
 * `commit` applies its changes in order, all or none; batches are applied in the order of the
 * calls; the promise resolves when the batch is on disk and rejects with `StoreError`. Put values are not changed by
 * the caller until then, and constant ones never.
 *
 * Implementations: LMDB (`engines/embedded`), a sorted array (`engines/memory`); the
 * simulation's tears, drops and fails.
 */
export interface OrderedStore {
  get(key: Uint8Array): Uint8Array | undefined;
  range(range: StoreRange): Iterable<StoreEntry>;
  /** The keys alone, without the cost of the values. */
  keys(range: StoreRange): Iterable<Uint8Array>;
  commit(changes: readonly StoreChange[]): Promise<void>;
  close(): Promise<void>;
}
