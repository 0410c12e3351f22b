import type { OrderedStore } from '../ports/ordered-store.ts';
import type { PartitionAddress } from '../stations/station.ts';
import { Block } from './block.ts';
import type { BlockCache, BlockHolder } from './block-cache.ts';
import { blockKey, numberAtEnd } from './storage-keys.ts';

/** Finds the blocks of one partition: in the cache, else in the store. */
export class BlockReader implements BlockHolder {
  readonly #address: PartitionAddress;
  readonly #store: OrderedStore;
  readonly #cache: BlockCache;
  readonly #cached = new Map<number, Block>();
  #lastHit: Block | undefined;

  constructor(address: PartitionAddress, store: OrderedStore, cache: BlockCache) {
    this.#address = address;
    this.#store = store;
    this.#cache = cache;
  }

  /** The block that holds the sequence; undefined when none does. */
  around(sequence: number): Block | undefined {
    const last = this.#lastHit;
    if (last !== undefined && holds(last, sequence)) return last;
    // Reading on, the sequence is the first of the next block.
    const block = this.#cached.get(sequence) ?? this.#seek(sequence);
    if (block === undefined) return undefined;
    this.#cache.touch(block);
    this.#lastHit = block;
    return block;
  }

  /** A block that was just written. */
  add(block: Block): void {
    this.#cached.set(block.firstSequence, block);
    this.#cache.add(block, this);
  }

  /** A block that is deleted. */
  drop(block: Block): void {
    this.#cache.remove(block);
    this.forget(block);
  }

  forget(block: Block): void {
    if (this.#cached.get(block.firstSequence) === block) this.#cached.delete(block.firstSequence);
    if (this.#lastHit === block) this.#lastHit = undefined;
  }

  /** Lets go of everything. */
  clear(): void {
    for (const block of this.#cached.values()) this.#cache.remove(block);
    this.#cached.clear();
    this.#lastHit = undefined;
  }

  #seek(sequence: number): Block | undefined {
    const range = {
      from: blockKey(this.#address, 0),
      before: blockKey(this.#address, sequence + 1),
      reverse: true,
      countMax: 1,
    };
    for (const { key, value } of this.#store.range(range)) {
      const firstSequence = numberAtEnd(key);
      const cached = this.#cached.get(firstSequence);
      const block = cached ?? new Block(firstSequence, value);
      if (!holds(block, sequence)) return undefined;
      if (cached === undefined) this.add(block);
      return block;
    }
    return undefined;
  }
}

function holds(block: Block, sequence: number): boolean {
  return sequence >= block.firstSequence && sequence <= block.lastSequence;
}
