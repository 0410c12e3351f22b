import { FairQueue } from '../../foundation/index.ts';
import { BrokerError } from '../errors/index.ts';
import type { PasswordHasher } from '../ports/index.ts';

/** How many slow checks there may be. */
export interface PasswordCheckLimits {
  /** At one time; each takes tens of megabytes and milliseconds. */
  readonly runningChecksMax: number;
  /** Waiting for their turn; beyond, one is refused with AUTHENTICATION_BUSY. */
  readonly waitingChecksMax: number;
}

/** A password that is to be checked. */
export interface PasswordCheck {
  /** The same for the same password and hash; tells neither. */
  readonly key: string;
  readonly password: string;
  readonly hash: string;
  /** Who asks, as far as turns go. */
  readonly source: string;
}

/** A check that waits: one of the two is called. */
interface Turn {
  readonly come: () => void;
  readonly refuse: () => void;
}

/**
 * Checks passwords against hashes: a few at a time, and the same one only once.
 *
 * After a restart every client connects at the same moment, most of them with the same user; they
 * share one run of the hash. Addresses take turns: whoever tries passwords without end makes others wait for one check of
 * its own, not for all of them.
 */
export class PasswordChecks {
  readonly #hasher: PasswordHasher;
  readonly #limits: PasswordCheckLimits;
  readonly #running = new Map<string, Promise<boolean>>();
  readonly #waiting: FairQueue<Turn>;
  #runningCount = 0;

  constructor(hasher: PasswordHasher, limits: PasswordCheckLimits) {
    this.#hasher = hasher;
    this.#limits = limits;
    this.#waiting = new FairQueue(limits.waitingChecksMax);
  }

  /** Rejects with AUTHENTICATION_BUSY when there is no place in the queue, or none any more. */
  check(wanted: PasswordCheck): Promise<boolean> {
    const { key } = wanted;
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const result = this.#run(wanted).finally(() => this.#running.delete(key));
    this.#running.set(key, result);
    return result;
  }

  async #run({ password, hash, source }: PasswordCheck): Promise<boolean> {
    await this.#turn(source);
    try {
      return await this.#hasher.verify(password, hash);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#runningCount -= 1;
      else next.come(); // takes over this one's place
    }
  }

  #turn(source: string): Promise<void> | undefined {
    if (this.#runningCount < this.#limits.runningChecksMax) {
      this.#runningCount += 1;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const refuse = (): void => reject(new BrokerError('AUTHENTICATION_BUSY'));
      this.#waiting.push(source, { come: resolve, refuse })?.refuse();
    });
  }
}
