import type { NewMessage } from '../ports/station-engine.ts';
import type { Block, BlockWriter, BlockWriterPool } from './block.ts';

/** Messages of one partition that wait for the next commit, as the blocks that they become. */
export class GatheringBlocks {
  readonly #writers: BlockWriterPool;
  /** Only while messages gather, so that an idle partition holds no buffer. */
  #writer: BlockWriter | undefined;
  #full: Block[] = [];

  constructor(writers: BlockWriterPool) {
    this.#writers = writers;
  }

  add(message: NewMessage, sequence: number, storedAtMs: number): void {
    this.#writer ??= this.#writers.take();
    if (this.#writer.isFullFor(message, storedAtMs)) this.#finish(this.#writer, sequence - 1);
    this.#writer.add(message, storedAtMs);
  }

  /** All of them, up to this sequence; none is left. */
  take(lastSequence: number): Block[] {
    if (this.#writer !== undefined) this.#finish(this.#writer, lastSequence);
    const blocks = this.#full;
    this.clear();
    return blocks;
  }

  clear(): void {
    this.#full = [];
    if (this.#writer !== undefined) this.#writers.giveBack(this.#writer);
    this.#writer = undefined;
  }

  #finish(writer: BlockWriter, lastSequence: number): void {
    if (writer.messageCount === 0) return;
    this.#full.push(writer.finish(lastSequence - writer.messageCount + 1));
  }
}
