import type { StoreEntry } from '../../core/ports/index.ts';
import { keyOf } from './overlay.ts';
import type { OverlayValue } from './overlay.ts';

/** A key as an overlay has it, and its value; null where it is deleted. */
export type LayerEntry = readonly [key: string, value: OverlayValue];

/**
 * The entries of several layers in one order, each key once: as the first layer that has it says, and not
 * at all where that is a deletion. Every layer is ordered as `reverse` says.
 */
export function* mergedRange(
  layers: readonly Iterable<LayerEntry>[],
  { reverse = false, countMax = Infinity }: { reverse?: boolean; countMax?: number },
): Generator<readonly [key: string, value: Uint8Array]> {
  const iterators = layers.map((layer) => layer[Symbol.iterator]());
  try {
    const heads = iterators.map(next);
    for (let count = 0; count < countMax;) {
      const nearest = nearestOf(heads, reverse);
      if (nearest === undefined) return;
      const [key, value] = nearest;
      if (value !== null) {
        count += 1;
        yield [key, value];
      }
      for (const [index, iterator] of iterators.entries()) {
        if (heads[index]?.[0] === key) heads[index] = next(iterator);
      }
    }
  } finally {
    // LMDB keeps a cursor until it is told that nobody reads on.
    for (const iterator of iterators) iterator.return?.();
  }
}

/** The entries of a store as a layer. */
export function* asLayer(entries: Iterable<StoreEntry>): Generator<LayerEntry> {
  for (const { key, value } of entries) yield [keyOf(key), value];
}

/** Keys of a store as a layer in which no value counts. */
export function* asKeyLayer(keys: Iterable<Uint8Array>): Generator<LayerEntry> {
  const value = new Uint8Array(0);
  for (const key of keys) yield [keyOf(key), value];
}

/** The layer with values that the caller may keep and change. */
export function* copied(layer: Iterable<LayerEntry>): Generator<LayerEntry> {
  for (const [key, value] of layer) yield [key, value === null ? null : Buffer.from(value)];
}

/** The first of the heads with the least key, or the greatest. */
function nearestOf(
  heads: readonly (LayerEntry | undefined)[],
  reverse: boolean,
): LayerEntry | undefined {
  let nearest: LayerEntry | undefined;
  for (const head of heads) {
    if (head === undefined) continue;
    const isNearer =
      nearest === undefined || (reverse ? head[0] > nearest[0] : head[0] < nearest[0]);
    if (isNearer) nearest = head;
  }
  return nearest;
}

function next(iterator: Iterator<LayerEntry>): LayerEntry | undefined {
  const result = iterator.next();
  return result.done === true ? undefined : result.value;
}
