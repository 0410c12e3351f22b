import type { OrderedStore, StoreChange } from '../ports/ordered-store.ts';
import type { PartitionAddress } from '../stations/station.ts';
import { Block } from './block.ts';
import type { BlockCache, BlockHolder } from './block-cache.ts';
import { holds } from './partition-blocks.ts';
import type { PartitionBlocks } from './partition-blocks.ts';
import { blockKey, numberAtEnd } from './storage-keys.ts';

/** The blocks of one partition in the store, found in the cache where they were used of late. */
export class StoredBlocks implements PartitionBlocks, BlockHolder {
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

  /** Its bound is the disk, which the store watches. */
  admit(): undefined {
    return undefined;
  }

  write(changes: StoreChange[], blocks: readonly Block[]): void {
    for (const block of blocks) {
      const key = blockKey(this.#address, block.firstSequence);
      changes.push({ kind: 'put', key, value: block.bytes, isConstant: true });
    }
  }

  erase(changes: StoreChange[], firstSequences: readonly number[]): void {
    for (const sequence of firstSequences) {
      changes.push({ kind: 'delete', key: blockKey(this.#address, sequence) });
    }
  }

  written(blocks: readonly Block[]): void {
    for (const block of blocks) this.#add(block);
  }

  notWritten(): void {
    // Nothing was kept for it.
  }

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

  drop(block: Block): void {
    this.#cache.remove(block);
    this.forget(block);
  }

  forget(block: Block): void {
    if (this.#cached.get(block.firstSequence) === block) this.#cached.delete(block.firstSequence);
    if (this.#lastHit === block) this.#lastHit = undefined;
  }

  clear(): void {
    for (const block of this.#cached.values()) this.#cache.remove(block);
    this.#cached.clear();
    this.#lastHit = undefined;
  }

  #add(block: Block): void {
    this.#cached.set(block.firstSequence, block);
    this.#cache.add(block, this);
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
      if (cached === undefined) this.#add(block);
      return block;
    }
    return undefined;
  }
}
