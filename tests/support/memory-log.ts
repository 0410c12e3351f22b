import type { LogFile } from '../../broker/src/engines/embedded/log-file.ts';
import { BlockingBudget } from '../../broker/src/engines/embedded/blocking-budget.ts';
import type { Dice } from './dice.ts';
import { ManualTime } from './manual-time.ts';

const sectorBytes = 512;

interface Write {
  readonly bytes: Buffer;
  readonly offset: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * A log file in memory that outlives the processes that open it. Fault model: a write under way when power goes has
 * changed any part of its 512-byte sectors; what was resolved stays. `hold` keeps writes under way, `fail` rejects them.
 */
export class MemoryLog {
  readonly #firstOffset: number;
  readonly #content: Buffer;
  #underWay: Write[] = [];
  #isHeld = false;
  #failure: Error | undefined;
  #life = 0;
  /** Where writes began, in their order. */
  readonly offsets: number[] = [];

  constructor(byteCount: number, firstOffset = 4096) {
    this.#content = Buffer.alloc(byteCount);
    this.#firstOffset = firstOffset;
  }

  get underWayCount(): number {
    return this.#underWay.length;
  }

  /** The file as a new process opens it. */
  open(): LogFile {
    const life = this.#life;
    return {
      firstOffset: this.#firstOffset,
      byteCount: this.#content.length,
      read: () => Promise.resolve(Buffer.from(this.#content)),
      write: (bytes, offset) => this.#write(life, bytes, offset),
      writeBlocking: (bytes, offset) => this.#writeBlocking(life, bytes, offset),
      close: () => Promise.resolve(),
    };
  }

  hold(): void {
    this.#isHeld = true;
  }

  /** Lets what is held happen, and what comes. */
  release(): void {
    this.#isHeld = false;
    this.releaseHeld();
  }

  /** Lets what is held happen; what comes is held as before. */
  releaseHeld(): void {
    for (const { bytes, offset, resolve } of this.#underWay) {
      this.#content.set(bytes, offset);
      resolve();
    }
    this.#underWay = [];
  }

  fail(error: Error): void {
    this.#failure = error;
    for (const { reject } of this.#underWay) reject(error);
    this.#underWay = [];
  }

  /** Power goes: writes under way are there in part, and nobody is told of them. */
  cutPower(dice: Dice): void {
    for (const { bytes, offset } of this.#underWay) {
      const loss = dice.pick(['all', 'some', 'none'] as const);
      for (let at = 0; at < bytes.length; at += sectorBytes) {
        const isThere = loss === 'none' || (loss === 'some' && dice.once(2));
        if (isThere) this.#content.set(bytes.subarray(at, at + sectorBytes), offset + at);
      }
    }
    this.#underWay = [];
    this.#isHeld = false;
    this.#life += 1;
  }

  async #write(life: number, bytes: Buffer, offset: number): Promise<void> {
    this.#check(bytes, offset);
    await new Promise<void>((resolve, reject) => {
      if (life !== this.#life) return; // power went; nobody is told
      this.offsets.push(offset);
      this.#underWay.push({ bytes: Buffer.from(bytes), offset, resolve, reject });
      if (!this.#isHeld) this.release();
    });
  }

  /** Can not be held: whoever could let it go stands still. */
  #writeBlocking(life: number, bytes: Buffer, offset: number): void {
    this.#check(bytes, offset);
    if (life !== this.#life) return;
    this.offsets.push(offset);
    this.#content.set(bytes, offset);
  }

  #check(bytes: Buffer, offset: number): void {
    if (offset < this.#firstOffset || offset + bytes.length > this.#content.length) {
      throw new Error(`a write of ${String(bytes.length)} at ${String(offset)} leaves the log`);
    }
    if (this.#failure !== undefined) throw this.#failure;
  }
}

/** With it, no write to the log blocks. */
export function neverBlocking(): BlockingBudget {
  return new BlockingBudget(new ManualTime(), 0);
}
