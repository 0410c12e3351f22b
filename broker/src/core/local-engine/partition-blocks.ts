import type { BrokerError } from '../errors/index.ts';
import type { StoreChange } from '../ports/ordered-store.ts';
import type { Block } from './block.ts';

/**
 * Where a partition has its blocks: in the store (`StoredBlocks`), or in RAM alone (`MemoryBlocks`).
 *
 * A message is admitted, becomes part of a block that is written with a commit, and is kept when the commit was
 * made. What was admitted since the last `write` is in the blocks of the next one, or is not kept.
 */
export interface PartitionBlocks {
  /** Takes room for a message of so many bytes; the error when there is none. */
  admit(messageBytes: number): BrokerError | undefined;
  /** Adds to a commit what is to be on disk of new blocks. */
  write(changes: StoreChange[], blocks: readonly Block[]): void;
  /** Adds to a commit that blocks, by their first sequences, are not on disk any more. */
  erase(changes: StoreChange[], firstSequences: readonly number[]): void;
  /** The commit with these was made. */
  written(blocks: readonly Block[]): void;
  /** Nothing of what was admitted and is not written will be. */
  notWritten(): void;
  /** The block that holds the sequence; undefined when none does. */
  around(sequence: number): Block | undefined;
  /** Lets go of the oldest block, which is not to be kept. */
  drop(block: Block): void;
  /** Lets go of everything. */
  clear(): void;
}

/** Whether the message of this sequence is in the block. */
export function holds(block: Block, sequence: number): boolean {
  return sequence >= block.firstSequence && sequence <= block.lastSequence;
}
