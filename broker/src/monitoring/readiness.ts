/**
 * How far the broker is.
 *
 * | state | means | left by |
 * |---|---|---|
 * | `starting` | loads what is stored; takes no clients | being ready, stopping, failing |
 * | `ready` | takes clients | stopping, failing |
 * | `stopping` | finishes its work; new clients should go elsewhere | the end of the process |
 * | `broken` | the store failed; only a restart helps | the end of the process |
 */
export type ReadinessState = 'starting' | 'ready' | 'stopping' | 'broken';

/** Holds the state for those who ask; main moves it. */
export class Readiness {
  #state: ReadinessState = 'starting';
  readonly #degraded = new Map<string, string>();

  /** Per part that does without something, what that is. Clients are served all the same. */
  get degraded(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#degraded);
  }

  /** A part has this problem from now on; undefined when it is over. */
  degrade(part: string, problem: string | undefined): void {
    if (problem === undefined) this.#degraded.delete(part);
    else this.#degraded.set(part, problem);
  }

  get state(): ReadinessState {
    return this.#state;
  }

  /** Nothing leads out of `broken`, and nothing back from `stopping` but that. */
  become(state: ReadinessState): void {
    if (this.#state === 'broken' || (this.#state === 'stopping' && state !== 'broken')) return;
    this.#state = state;
  }
}
