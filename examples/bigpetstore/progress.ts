/** Shows how far the example is: one line that is rewritten on a terminal, nothing elsewhere. */
export class Progress {
  readonly #total: number;
  readonly #counts = new Map<string, number>();
  readonly #stream: NodeJS.WriteStream;
  #shownAtMs = 0;

  constructor(total: number, stream: NodeJS.WriteStream) {
    this.#total = total;
    this.#stream = stream;
  }

  add(name: string, count: number): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
    if (!this.#stream.isTTY || performance.now() - this.#shownAtMs < 100) return;
    this.#shownAtMs = performance.now();
    const parts = Array.from(this.#counts, ([key, done]) => {
      const percent = Math.floor((100 * Math.min(done, this.#total)) / this.#total);
      return `${key} ${percent} %`;
    });
    this.#stream.write(`\r  ${parts.join('   ')}  `);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[K');
  }
}
