import { Fifo } from '../../foundation/index.ts';
import { BrokerError } from '../errors/index.ts';
import type { PasswordHasher } from '../ports/index.ts';

/** How many slow checks there may be. */
export interface PasswordCheckLimits {
  /** At one time; each takes tens of megabytes and milliseconds. */
  readonly runningChecksMax: number;
  /** Waiting for their turn; one more is refused with AUTHENTICATION_BUSY. */
  readonly waitingChecksMax: number;
}

/**
 * Checks passwords against hashes: a few at a time, and the same one only once.
 *
 * After a restart every client connects at the same moment, most of them with the same user; they
 * share one run of the hash.
 */
export class PasswordChecks {
  readonly #hasher: PasswordHasher;
  readonly #limits: PasswordCheckLimits;
  readonly #running = new Map<string, Promise<boolean>>();
  readonly #waiting = new Fifo<() => void>();
  #runningCount = 0;

  constructor(hasher: PasswordHasher, limits: PasswordCheckLimits) {
    this.#hasher = hasher;
    this.#limits = limits;
  }

  /** `key` is the same for the same password and hash, and tells neither. */
  check(key: string, password: string, hash: string): Promise<boolean> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    if (this.#waiting.length >= this.#limits.waitingChecksMax) {
      return Promise.reject(new BrokerError('AUTHENTICATION_BUSY'));
    }
    const result = this.#run(password, hash).finally(() => this.#running.delete(key));
    this.#running.set(key, result);
    return result;
  }

  async #run(password: string, hash: string): Promise<boolean> {
    await this.#turn();
    try {
      return await this.#hasher.verify(password, hash);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#runningCount -= 1;
      else next(); // takes over this one's place
    }
  }

  #turn(): Promise<void> | undefined {
    if (this.#runningCount < this.#limits.runningChecksMax) {
      this.#runningCount += 1;
      return undefined;
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
