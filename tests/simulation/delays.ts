/** What is known from outside of a delayed message, by its payload. */
interface Delay {
  readonly deliverAtMs: number;
  /** The wall clock has shown its time: a clock that is set back after it does not have to make it wait again. */
  hasCome: boolean;
}

/** What became of a message that somebody wanted to be cancelled: asked for, or told that it is. */
type Cancelled = 'asked' | 'told';

/**
 * The delayed messages of the simulated world and what must hold of them: none comes before its time by the wall clock, none
 * comes when it was told to be cancelled, and `Journal` finds what is lost.
 */
export class Delays {
  readonly #delays = new Map<string, Delay>();
  readonly #cancels = new Map<string, Cancelled>();
  #latestWallMs = 0;

  /** The latest that the wall clock has shown when it was set; the world ends later than it. */
  get latestWallMs(): number {
    return this.#latestWallMs;
  }

  isDelayed(payload: string): boolean {
    return this.#delays.has(payload);
  }

  planned(payload: string, deliverAtMs: number): void {
    this.#delays.set(payload, { deliverAtMs, hasCome: false });
  }

  /** To be called before the clock is set. */
  clockIsSet(wallMs: number): void {
    this.#latestWallMs = Math.max(this.#latestWallMs, wallMs);
    for (const delay of this.#delays.values()) {
      if (delay.deliverAtMs <= wallMs) delay.hasCome = true;
    }
  }

  asked(partition: number, sequence: number): void {
    const key = `${partition}/${sequence}`;
    if (this.#cancels.get(key) === undefined) this.#cancels.set(key, 'asked');
  }

  told(partition: number, sequence: number): void {
    this.#cancels.set(`${partition}/${sequence}`, 'told');
  }

  /** Nothing has to become of it: it was cancelled, or may have been. */
  mayBeCancelled(partition: number, sequence: number): boolean {
    return this.#cancels.has(`${partition}/${sequence}`);
  }

  isCancelled(partition: number, sequence: number): boolean {
    return this.#cancels.get(`${partition}/${sequence}`) === 'told';
  }

  /** What is wrong with this delivery. */
  delivered(
    { partition, sequence }: { readonly partition: number; readonly sequence: number },
    payload: string,
    wallMs: number,
  ): string | undefined {
    if (this.isCancelled(partition, sequence)) return 'cancel: it was cancelled';
    const delay = this.#delays.get(payload);
    if (delay === undefined || delay.hasCome) return undefined;
    delay.hasCome = delay.deliverAtMs <= wallMs;
    return delay.hasCome ? undefined : `early: it comes ${delay.deliverAtMs - wallMs} ms too soon`;
  }
}
