import type { PasswordHasher } from '../../broker/src/core/ports/index.ts';

/** Hashes at once and readably; checks can be held back, and are counted. */
export class FakeHasher implements PasswordHasher {
  readonly checks: string[] = [];
  readonly #held: (() => void)[] = [];
  #isHolding = false;
  #runningCount = 0;
  #runningMax = 0;

  /** The most checks that ran at one time. */
  get runningMax(): number {
    return this.#runningMax;
  }

  hold(): void {
    this.#isHolding = true;
  }

  /** Lets the check go on that has been held longest. */
  releaseOne(): void {
    this.#held.shift()?.();
  }

  release(): void {
    this.#isHolding = false;
    for (const go of this.#held.splice(0)) go();
  }

  hash(password: string): Promise<string> {
    return Promise.resolve(`hash of ${password}`);
  }

  async verify(password: string, hash: string): Promise<boolean> {
    this.checks.push(`${password} = ${hash}`);
    this.#runningCount += 1;
    this.#runningMax = Math.max(this.#runningMax, this.#runningCount);
    if (this.#isHolding) await new Promise<void>((resolve) => this.#held.push(resolve));
    this.#runningCount -= 1;
    return hash === `hash of ${password}`;
  }

  digest(text: string): string {
    return `digest of ${text}`;
  }
}
