import { BrokerError } from '../errors/index.ts';

/** What all memory stations of an engine may hold, together. */
export class MemoryRoom {
  readonly #bytesMax: number;
  #usedBytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  has(bytes: number): boolean {
    return this.#usedBytes + bytes <= this.#bytesMax;
  }

  take(bytes: number): void {
    this.#usedBytes += bytes;
  }

  giveBack(bytes: number): void {
    this.#usedBytes -= bytes;
  }

  /** Refuses a message of so many bytes. */
  fullError(messageBytes: number): BrokerError {
    return new BrokerError('MEMORY_STATIONS_FULL', {
      bytes: messageBytes,
      usedBytes: this.#usedBytes,
      bytesMax: this.#bytesMax,
    });
  }
}
