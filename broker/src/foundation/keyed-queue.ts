/**
 * Runs tasks that share a key one after the other, in the order of the calls; tasks without a
 * common key run side by side.
 */
export class KeyedQueue {
  /** Per key the end of the task that was queued last. */
  readonly #tails = new Map<string, Promise<void>>();

  /**
   * Runs `task` when every earlier task of each of `keys` has ended, well or not. A task names all
   * its keys at once, so two tasks can never wait for each other.
   */
  async run<Result>(keys: readonly string[], task: () => Promise<Result>): Promise<Result> {
    const earlier = keys.map((key) => this.#tails.get(key) ?? Promise.resolve());
    let end = (): void => undefined;
    const tail = new Promise<void>((resolve) => {
      end = resolve;
    });
    for (const key of keys) this.#tails.set(key, tail);
    try {
      await Promise.all(earlier);
      return await task();
    } finally {
      end();
      for (const key of keys) {
        if (this.#tails.get(key) === tail) this.#tails.delete(key);
      }
    }
  }
}
