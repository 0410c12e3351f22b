import { blockOverheadBytes } from './block.ts';
import type { Block } from './block.ts';

/** Where a cached block is looked up; told when the cache lets it go. */
export interface BlockHolder {
  forget(block: Block): void;
}

interface CacheEntry {
  readonly block: Block;
  readonly holder: BlockHolder;
}

/** Keeps the blocks used last in memory, for all partitions together. */
export class BlockCache {
  readonly #bytesMax: number;
  /** A Map keeps insertion order: the block used longest ago comes first. */
  readonly #entries = new Map<Block, CacheEntry>();
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  add(block: Block, holder: BlockHolder): void {
    this.#entries.set(block, { block, holder });
    this.#bytes += block.bytes.length + blockOverheadBytes;
    for (const entry of this.#entries.values()) {
      if (this.#bytes <= this.#bytesMax || entry.block === block) break;
      this.remove(entry.block);
      entry.holder.forget(entry.block);
    }
  }

  /** Marks the block as just used. */
  touch(block: Block): void {
    const entry = this.#entries.get(block);
    if (entry === undefined) return;
    this.#entries.delete(block);
    this.#entries.set(block, entry);
  }

  remove(block: Block): void {
    if (this.#entries.delete(block)) this.#bytes -= block.bytes.length + blockOverheadBytes;
  }
}
