import type { NewMessage } from '../ports/station-engine.ts';

/**
 * A block: the messages that one commit added to a partition, in one record (docs/decisions/0003).
 *
 * | bytes | what |
 * |---|---|
 * | 1 | version, 1 |
 * | 3 | zero |
 * | 4 | message count |
 * | 8 | when the first was stored, milliseconds since 1970, as a double |
 * | … | per message: bytes(4), header bytes(4), milliseconds after the first(4), the bytes |
 *
 * Numbers are little-endian. The sequence of the first message is in the key.
 */
const version = 1;
const blockHeadBytes = 16;
/** What a block has before each message. */
export const entryHeadBytes = 12;
/** What a block costs in RAM beside its bytes. */
export const blockOverheadBytes = 512;

/** Messages of one block, readable by their place in it. */
export class Block {
  readonly firstSequence: number;
  readonly messageCount: number;
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #firstStoredAtMs: number;
  #offsets: Uint32Array | undefined;

  constructor(firstSequence: number, bytes: Uint8Array) {
    this.firstSequence = firstSequence;
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < blockHeadBytes || bytes[0] !== version) {
      throw new Error(
        `The block of sequence ${String(firstSequence)} has format ${String(bytes[0])}; this broker reads format ${String(version)}. Start the broker version that wrote it.`,
      );
    }
    this.messageCount = this.#view.getUint32(4, true);
    this.#firstStoredAtMs = this.#view.getFloat64(8, true);
  }

  get lastSequence(): number {
    return this.firstSequence + this.messageCount - 1;
  }

  /** Headers and payloads of all its messages. */
  get messageByteCount(): number {
    return this.bytes.length - blockHeadBytes - this.messageCount * entryHeadBytes;
  }

  /** Header block and payload of a message of this block: a view, not a copy. */
  message(sequence: number): Uint8Array {
    const offset = this.#offset(sequence);
    const start = offset + entryHeadBytes;
    return this.bytes.subarray(start, start + this.#view.getUint32(offset, true));
  }

  /** How many bytes `message` has. */
  messageBytes(sequence: number): number {
    return this.#view.getUint32(this.#offset(sequence), true);
  }

  headerBytes(sequence: number): number {
    return this.#view.getUint32(this.#offset(sequence) + 4, true);
  }

  storedAtMs(sequence: number): number {
    return this.#firstStoredAtMs + this.#view.getUint32(this.#offset(sequence) + 8, true);
  }

  #offset(sequence: number): number {
    this.#offsets ??= this.#findOffsets();
    const offset = this.#offsets[sequence - this.firstSequence];
    if (offset === undefined) {
      throw new Error(
        `Sequence ${String(sequence)} is not in the block of ${String(this.firstSequence)}`,
      );
    }
    return offset;
  }

  #findOffsets(): Uint32Array {
    const offsets = new Uint32Array(this.messageCount);
    let offset = blockHeadBytes;
    for (let index = 0; index < this.messageCount; index += 1) {
      offsets[index] = offset;
      offset += entryHeadBytes + this.#view.getUint32(offset, true);
    }
    return offsets;
  }
}

/** Collects messages until they are a block. Reused from block to block. */
export class BlockWriter {
  readonly #bytesTarget: number;
  #bytes: Uint8Array;
  #view: DataView;
  #length = blockHeadBytes;
  #messageCount = 0;
  #firstStoredAtMs = 0;

  constructor(bytesTarget: number) {
    this.#bytesTarget = bytesTarget;
    this.#bytes = new Uint8Array(bytesTarget);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get messageCount(): number {
    return this.#messageCount;
  }

  /** Whether the message should rather begin the next block. */
  isFullFor(message: NewMessage, storedAtMs: number): boolean {
    return (
      this.#messageCount > 0 &&
      (this.#length + entryHeadBytes + message.message.length > this.#bytesTarget ||
        storedAtMs - this.#firstStoredAtMs > 0xffff_ffff)
    );
  }

  add(message: NewMessage, storedAtMs: number): void {
    const bytes = message.message;
    const end = this.#length + entryHeadBytes + bytes.length;
    if (end > this.#bytes.length) this.#grow(end);
    if (this.#messageCount === 0) this.#firstStoredAtMs = storedAtMs;
    this.#view.setUint32(this.#length, bytes.length, true);
    this.#view.setUint32(this.#length + 4, message.headerBytes, true);
    this.#view.setUint32(this.#length + 8, storedAtMs - this.#firstStoredAtMs, true);
    this.#bytes.set(bytes, this.#length + entryHeadBytes);
    this.#length = end;
    this.#messageCount += 1;
  }

  /** The block of what was added, in bytes of its own; the writer is empty after it. */
  finish(firstSequence: number): Block {
    this.#view.setUint32(0, version, true);
    this.#view.setUint32(4, this.#messageCount, true);
    this.#view.setFloat64(8, this.#firstStoredAtMs, true);
    const block = new Block(firstSequence, this.#bytes.slice(0, this.#length));
    this.clear();
    return block;
  }

  clear(): void {
    this.#length = blockHeadBytes;
    this.#messageCount = 0;
    if (this.#bytes.length > this.#bytesTarget) {
      this.#bytes = new Uint8Array(this.#bytesTarget);
      this.#view = new DataView(this.#bytes.buffer);
    }
  }

  #grow(bytesNeeded: number): void {
    const bytes = new Uint8Array(bytesNeeded);
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** Writers at rest, shared by all partitions: only those that gather messages hold a buffer. */
export class BlockWriterPool {
  readonly #bytesTarget: number;
  readonly #countMax: number;
  readonly #resting: BlockWriter[] = [];

  constructor(options: { readonly bytesTarget: number; readonly countMax: number }) {
    this.#bytesTarget = options.bytesTarget;
    this.#countMax = options.countMax;
  }

  take(): BlockWriter {
    return this.#resting.pop() ?? new BlockWriter(this.#bytesTarget);
  }

  giveBack(writer: BlockWriter): void {
    writer.clear();
    if (this.#resting.length < this.#countMax) this.#resting.push(writer);
  }
}
