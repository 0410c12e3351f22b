import type { OrderedStore, StoreChange, StoreEntry, StoreRange } from '../../core/ports/index.ts';

/**
 * An `OrderedStore` in a sorted array: gone with the process. A commit is applied a turn later, as
 * a real one is, so that nothing comes to rely on answers that are quicker than a disk.
 */
export class MemoryStore implements OrderedStore {
  #entries: StoreEntry[] = [];

  get(key: Uint8Array): Uint8Array | undefined {
    const index = this.#indexOf(key);
    const entry = this.#entries[index];
    return entry !== undefined && compare(entry.key, key) === 0 ? copyOf(entry.value) : undefined;
  }

  range(range: StoreRange): StoreEntry[] {
    return this.#select(range).map(({ key, value }) => ({
      key: copyOf(key),
      value: copyOf(value),
    }));
  }

  keys(range: StoreRange): Uint8Array[] {
    return this.#select(range).map(({ key }) => copyOf(key));
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    await Promise.resolve();
    for (const change of changes) {
      const index = this.#indexOf(change.key);
      const existing = this.#entries[index];
      const found = existing !== undefined && compare(existing.key, change.key) === 0 ? 1 : 0;
      if (change.kind === 'delete') this.#entries.splice(index, found);
      else
        this.#entries.splice(index, found, {
          key: copyOf(change.key),
          value: copyOf(change.value),
        });
    }
  }

  close(): Promise<void> {
    this.#entries = [];
    return Promise.resolve();
  }

  #select({ from, before, reverse = false, countMax }: StoreRange): StoreEntry[] {
    const start = this.#indexOf(from);
    const end = Math.max(start, this.#indexOf(before));
    const count = countMax ?? end - start;
    if (!reverse) return this.#entries.slice(start, Math.min(end, start + count));
    return this.#entries.slice(Math.max(start, end - count), end).reverse();
  }

  /** Where the key is, or would be put. */
  #indexOf(key: Uint8Array): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const entry = this.#entries[middle];
      if (entry !== undefined && compare(entry.key, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function compare(one: Uint8Array, other: Uint8Array): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** Not by `slice`, with which a Buffer only makes another view of itself. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
