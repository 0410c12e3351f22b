import { assert, Fifo } from '../../foundation/index.ts';
import type { BrokerError } from '../errors/index.ts';
import { blockOverheadBytes, entryHeadBytes } from './block.ts';
import type { Block } from './block.ts';
import type { MemoryRoom } from './memory-room.ts';
import { holds } from './partition-blocks.ts';
import type { PartitionBlocks } from './partition-blocks.ts';

/**
 * The blocks of one partition of a memory station: in RAM, and gone with the process (docs/decisions/0013).
 * All memory stations share one room; a block returns what it took when the last of its messages is removed.
 */
export class MemoryBlocks implements PartitionBlocks {
  readonly #room: MemoryRoom;
  readonly #blocks = new Fifo<Block>();
  /** Room of messages that wait for a commit, and of those that one on its way holds. */
  #admittedBytes = 0;
  #writingBytes = 0;
  #lastHit: Block | undefined;

  constructor(room: MemoryRoom) {
    this.#room = room;
  }

  admit(messageBytes: number): BrokerError | undefined {
    const bytes = messageBytes + entryHeadBytes;
    // It may become a block of its own.
    if (!this.#room.has(bytes + blockOverheadBytes)) return this.#room.fullError(messageBytes);
    this.#room.take(bytes);
    this.#admittedBytes += bytes;
    return undefined;
  }

  write(): void {
    this.#writingBytes += this.#admittedBytes;
    this.#admittedBytes = 0;
  }

  erase(): void {
    // They never were on disk.
  }

  written(blocks: readonly Block[]): void {
    this.#room.giveBack(this.#writingBytes);
    this.#writingBytes = 0;
    for (const block of blocks) {
      this.#room.take(weightOf(block));
      this.#blocks.push(block);
    }
  }

  notWritten(): void {
    this.#room.giveBack(this.#admittedBytes + this.#writingBytes);
    this.#admittedBytes = 0;
    this.#writingBytes = 0;
  }

  around(sequence: number): Block | undefined {
    if (this.#lastHit !== undefined && holds(this.#lastHit, sequence)) return this.#lastHit;
    let [low, high] = [0, this.#blocks.length - 1];
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const block = this.#blocks.at(middle);
      if (block === undefined || sequence < block.firstSequence) high = middle - 1;
      else if (sequence > block.lastSequence) low = middle + 1;
      else return (this.#lastHit = block);
    }
    return undefined;
  }

  drop(block: Block): void {
    assert(this.#blocks.shift() === block, 'Blocks of a memory station go from the oldest on');
    if (this.#lastHit === block) this.#lastHit = undefined;
    this.#room.giveBack(weightOf(block));
  }

  clear(): void {
    this.notWritten();
    for (let block = this.#blocks.peek(); block; block = this.#blocks.peek()) this.drop(block);
  }
}

function weightOf(block: Block): number {
  return block.bytes.length + blockOverheadBytes;
}
