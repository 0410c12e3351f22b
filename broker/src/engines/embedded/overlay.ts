import { OrderedMap } from '@js-sdsl/ordered-map';
import type { StoreChange, StoreRange } from '../../core/ports/index.ts';

/** A key as text, a character a byte: such texts compare as the bytes do. */
type Key = string;
/** Null for a key that is deleted. */
export type OverlayValue = Uint8Array | null;

/** The newest value of each key that a store behind it has not yet, ordered. Keeps the values it is given. */
export class Overlay {
  readonly #values = new OrderedMap<Key, OverlayValue>();

  #byteCount = 0;

  /** Of the values. */
  get byteCount(): number {
    return this.#byteCount;
  }

  /** Keys, deleted ones too. */
  get size(): number {
    return this.#values.size();
  }

  add(changes: Iterable<StoreChange>): void {
    for (const change of changes) {
      const key = keyOf(change.key);
      const value = change.kind === 'put' ? change.value : null;
      this.#byteCount += (value?.length ?? 0) - (this.#values.getElementByKey(key)?.length ?? 0);
      this.#values.setElement(key, value);
    }
  }

  /** Undefined when the store behind it knows better. */
  get(key: Uint8Array): OverlayValue | undefined {
    return this.#values.getElementByKey(keyOf(key));
  }

  /** In the order of the range, whatever its count. */
  *range({ from, before, reverse = false }: StoreRange): Generator<[Key, OverlayValue]> {
    const [low, high] = [keyOf(from), keyOf(before)];
    if (low >= high) return;
    const entry = reverse ? this.#values.reverseUpperBound(high) : this.#values.lowerBound(low);
    while (entry.isAccessible()) {
      const [key, value] = entry.pointer;
      if (reverse ? key < low : key >= high) return;
      yield [key, value];
      if (!reverse) entry.next();
      else if (entry.equals(this.#values.begin())) return;
      else entry.pre();
    }
  }

  /** What makes the store behind it have the same. */
  changes(): StoreChange[] {
    const changes: StoreChange[] = [];
    for (const [text, value] of this.#values) {
      const key = keyBytes(text);
      changes.push(value === null ? { kind: 'delete', key } : { kind: 'put', key, value });
    }
    return changes;
  }
}

export function keyOf(bytes: Uint8Array): Key {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

export function keyBytes(key: Key): Uint8Array {
  return Buffer.from(key, 'latin1');
}
