/** How the frames of a load look. */
export interface PublishFrameOptions {
  readonly subject: string;
  /** Subject prefix of the inbox that takes the acks; a token of fixed width follows it. */
  readonly inbox: string;
  readonly payloadBytes: number;
  /** Number of different frames; they are sent round and round. */
  readonly count: number;
  /** Header block without its final empty line, as in `NATS/1.0\r\nname: value\r\n`. */
  readonly headers?: string;
}

/**
 * Ready-made publish frames in one buffer, so that sending n messages is one write of one slice.
 *
 * Each frame asks for its ack on a subject of its own, as real clients do: with one shared subject
 * a server could answer from its subject cache, which no client in the field lets it do.
 */
export class PublishFrames {
  readonly #bytes: Buffer;
  readonly #frameBytes: number;
  readonly #count: number;
  #next = 0;

  constructor(options: PublishFrameOptions) {
    const frames = Array.from({ length: options.count }, (_, index) => frameOf(options, index));
    this.#bytes = Buffer.concat(frames);
    this.#frameBytes = this.#bytes.length / options.count;
    this.#count = options.count;
  }

  /** Sends the next `count` frames through `write`: one slice, or two where the ring ends. */
  send(count: number, write: (slice: Buffer) => void): void {
    let left = count;
    while (left > 0) {
      const length = Math.min(left, this.#count - this.#next);
      const from = this.#next * this.#frameBytes;
      write(this.#bytes.subarray(from, from + length * this.#frameBytes));
      this.#next = (this.#next + length) % this.#count;
      left -= length;
    }
  }
}

function frameOf(options: PublishFrameOptions, index: number): Buffer {
  const reply = `${options.inbox}.${String(index).padStart(6, '0')}`;
  const payload = seededPayload(options.payloadBytes, index);
  if (options.headers === undefined) {
    const line = `PUB ${options.subject} ${reply} ${payload.length}\r\n`;
    return Buffer.concat([Buffer.from(line), payload, Buffer.from('\r\n')]);
  }
  const headers = Buffer.from(`${options.headers}\r\n`);
  const sizes = `${headers.length} ${headers.length + payload.length}`;
  const line = `HPUB ${options.subject} ${reply} ${sizes}\r\n`;
  return Buffer.concat([Buffer.from(line), headers, payload, Buffer.from('\r\n')]);
}

/** Printable bytes that do not compress to nothing and are the same in every run. */
function seededPayload(bytes: number, seed: number): Buffer {
  const payload = Buffer.alloc(bytes);
  let state = (seed + 1) * 0x9e3779b1;
  for (let index = 0; index < bytes; index += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    payload[index] = 33 + ((state >>> 16) % 90);
  }
  return payload;
}
