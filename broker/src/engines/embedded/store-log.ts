import type { StoreChange } from '../../core/ports/index.ts';
import type { BlockingBudget } from './blocking-budget.ts';
import type { LogFile } from './log-file.ts';
import { encodeLogRecord, logRecordBytes, readLogRecord } from './log-record.ts';

/** Up to where the store behind the log has everything. */
export interface LogPosition {
  /** Of the last record that the store has; 0 before the first. */
  readonly number: number;
  /** Where the next record is, unless it did not fit before the end: then it is the first of the file. */
  readonly offset: number;
}

/**
 * Numbered records in a ring: each is written behind the last, or at the beginning of the file where it would
 * reach past the end, over records that have been released.
 *
 * One append at a time: a record is begun when the one before it is on disk. So at most the last one can be
 * half there after a crash, nobody was told of it, and no record of an earlier life can follow it: the
 * next number is used for the first time.
 */
export class StoreLog {
  readonly #file: LogFile;
  readonly #blocking: BlockingBudget;
  #number: number;
  #offset: number;
  /** Bytes written in the life of this object and bytes of them given back, each with what was skipped at the end. */
  #writtenBytes = 0;
  #releasedBytes = 0;
  /** `#writtenBytes` at each position that may be released. */
  readonly #ends = new Map<number, number>();
  /** Where each record is put together: one buffer per commit kept the garbage collector busy. */
  #record: Buffer = Buffer.alloc(0);

  constructor(file: LogFile, position: LogPosition, blocking: BlockingBudget) {
    this.#file = file;
    this.#blocking = blocking;
    this.#number = position.number;
    this.#offset = position.offset;
  }

  /** Behind the last record. */
  get position(): LogPosition {
    return { number: this.#number, offset: this.#offset };
  }

  /** Bytes of records that are not released. */
  get usedBytes(): number {
    return this.#writtenBytes - this.#releasedBytes;
  }

  get capacityBytes(): number {
    return this.#file.byteCount - this.#file.firstOffset;
  }

  /** The changes of the records behind the position with which it was made, in their order. */
  async *replay(): AsyncGenerator<readonly StoreChange[]> {
    const log = await this.#file.read();
    for (;;) {
      const number = this.#number + 1;
      const here = readLogRecord(log, this.#offset, number);
      const record = here ?? readLogRecord(log, this.#file.firstOffset, number);
      if (record === undefined) return;
      if (here === undefined) this.#skipToBeginning();
      this.#wrote(record.bytes.length);
      yield record.changes;
    }
  }

  /** Whether there is room for a record of these changes now; some are too large for any log. */
  hasRoomFor(changes: readonly StoreChange[]): boolean {
    const byteCount = logRecordBytes(changes);
    const skipped = this.#fitsBeforeEnd(byteCount) ? 0 : this.#restBytes;
    return this.usedBytes + skipped + byteCount <= this.capacityBytes;
  }

  /** Resolves when the record is on disk. `hasRoomFor` the changes must hold. */
  async append(changes: readonly StoreChange[]): Promise<void> {
    const { bytes, usedBytes } = encodeLogRecord(this.#number + 1, changes, this.#record);
    if (bytes.length > this.#record.length) this.#record = bytes;
    if (!this.#fitsBeforeEnd(bytes.length)) this.#skipToBeginning();
    const offset = this.#offset;
    if (this.#blocking.covers(usedBytes)) {
      this.#blocking.spend(() => this.#file.writeBlocking(bytes, offset));
    } else {
      await this.#file.write(bytes, offset);
    }
    this.#wrote(bytes.length);
  }

  /** The store has everything up to this position: its records may be written over. */
  release({ number }: LogPosition): void {
    const end = this.#ends.get(number);
    if (end === undefined) return; // nothing was written up to there in this life
    this.#releasedBytes = end;
    for (const released of this.#ends.keys()) {
      if (released > number) break;
      this.#ends.delete(released);
    }
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  get #restBytes(): number {
    return this.#file.byteCount - this.#offset;
  }

  #fitsBeforeEnd(byteCount: number): boolean {
    return byteCount <= this.#restBytes;
  }

  #skipToBeginning(): void {
    this.#writtenBytes += this.#restBytes;
    this.#offset = this.#file.firstOffset;
  }

  #wrote(byteCount: number): void {
    this.#number += 1;
    this.#offset += byteCount;
    this.#writtenBytes += byteCount;
    this.#ends.set(this.#number, this.#writtenBytes);
  }
}
