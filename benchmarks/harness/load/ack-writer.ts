/** Longest ack frame: the reply subject of a message, an inbox of ours and the words between. */
const frameBytesMax = 512;
const chunkBytes = 256 * 1024;

/** How the acks of a load look. */
export interface AckWriterOptions {
  /** Inbox for confirmations; without it an ack asks for no answer. */
  readonly confirmInbox?: string;
}

/** Collects ack frames in one buffer, so that the acks of everything one read brought are one write. */
export class AckWriter {
  readonly #confirmInbox: string | undefined;
  #chunk = Buffer.allocUnsafeSlow(chunkBytes);
  #start = 0;
  #end = 0;
  #slot = 0;

  constructor(options: AckWriterOptions = {}) {
    this.#confirmInbox = options.confirmInbox;
  }

  /** Adds an ack to the reply subject that lies in `bytes` between the two positions. */
  add(bytes: Buffer, subjectStart: number, subjectEnd: number): void {
    const chunk = this.#chunk;
    let at = this.#end;
    at += chunk.write('PUB ', at, 'latin1');
    at += bytes.copy(chunk, at, subjectStart, subjectEnd);
    if (this.#confirmInbox === undefined) {
      at += chunk.write(' 4\r\n+ACK\r\n', at, 'latin1');
    } else {
      // A subject of its own for each answer, as with the publishes.
      this.#slot = (this.#slot + 1) % 8192;
      at += chunk.write(` ${this.#confirmInbox}.${this.#slot} 4\r\n+ACK\r\n`, at, 'latin1');
    }
    this.#end = at;
    if (at + frameBytesMax > chunkBytes)
      throw new Error('More acks in one read than a chunk holds');
  }

  /** The frames since the last call; the bytes stay untouched until the socket has sent them. */
  take(): Buffer | undefined {
    if (this.#end === this.#start) return undefined;
    const frames = this.#chunk.subarray(this.#start, this.#end);
    this.#start = this.#end;
    // One read brings 64 KiB at most, whose acks always fit in half a chunk.
    if (this.#end > chunkBytes / 2) {
      this.#chunk = Buffer.allocUnsafeSlow(chunkBytes);
      this.#start = 0;
      this.#end = 0;
    }
    return frames;
  }
}
