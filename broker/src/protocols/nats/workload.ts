import type { ConnectionLimits } from './options.ts';

/**
 * What one client has asked for and not been answered: publishes on their way to disk, requests at
 * work. Past a bound the client is not read, and read again when half of it is done, so a fast
 * producer is slowed to what the store takes and memory stays bounded.
 */
export class Workload {
  readonly #limits: ConnectionLimits;
  /** Called when the load has fallen to half after it was too high, and when it has become nothing. */
  readonly #onRelief: () => void;
  #count = 0;
  #bytes = 0;
  #excessive = false;

  constructor(limits: ConnectionLimits, onRelief: () => void) {
    this.#limits = limits;
    this.#onRelief = onRelief;
  }

  /** Whether the client must wait. */
  get excessive(): boolean {
    return this.#excessive;
  }

  get idle(): boolean {
    return this.#count === 0;
  }

  begin(bytes: number): void {
    this.#count += 1;
    this.#bytes += bytes;
    if (
      this.#count >= this.#limits.pendingPublishCountMax ||
      this.#bytes >= this.#limits.pendingPublishBytesMax
    ) {
      this.#excessive = true;
    }
  }

  /** With the same bytes as `begin`. */
  end(bytes: number): void {
    this.#count -= 1;
    this.#bytes -= bytes;
    if (this.#excessive && this.#isHalved()) {
      this.#excessive = false;
      this.#onRelief();
    } else if (this.#count === 0) {
      this.#onRelief();
    }
  }

  #isHalved(): boolean {
    return (
      this.#count * 2 <= this.#limits.pendingPublishCountMax &&
      this.#bytes * 2 <= this.#limits.pendingPublishBytesMax
    );
  }
}
