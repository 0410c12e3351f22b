const chunkBytes = 1024 * 1024;

/** Collects answers as bytes; whatever one read called for leaves as one write. */
export class AnswerWriter {
  readonly #send: (bytes: Buffer) => void;
  #chunk = Buffer.allocUnsafeSlow(chunkBytes);
  #start = 0;
  #end = 0;

  constructor(send: (bytes: Buffer) => void) {
    this.#send = send;
  }

  /** Copies bytes that somebody else owns. */
  copy(source: Buffer, from: number, to: number): void {
    const length = to - from;
    if (this.#end + length > chunkBytes) this.#nextChunk();
    source.copy(this.#chunk, this.#end, from, to);
    this.#end += length;
  }

  text(text: string): void {
    if (this.#end + text.length > chunkBytes) this.#nextChunk();
    this.#end += this.#chunk.write(text, this.#end, 'latin1');
  }

  flush(): void {
    if (this.#end > this.#start) this.#send(this.#chunk.subarray(this.#start, this.#end));
    this.#start = this.#end;
  }

  /** What was handed out may still wait in a socket, so a chunk is never written twice. */
  #nextChunk(): void {
    this.flush();
    this.#chunk = Buffer.allocUnsafeSlow(chunkBytes);
    this.#start = 0;
    this.#end = 0;
  }
}
