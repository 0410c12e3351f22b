/**
 * Where one frame of the server lies in the bytes that arrived.
 *
 * The same object is handed out for every frame: whoever wants to keep something copies it.
 */
export interface Frame {
  bytes: Buffer;
  /** First byte of the control line, and the position of its CR. */
  lineStart: number;
  lineEnd: number;
  /** Payload with the header block in front of it, empty for lines that carry none. */
  payloadStart: number;
  payloadEnd: number;
}

const CR = 13;
const SPACE = 32;
const H = 72;
const M = 77;

/**
 * Finds the frames in what a NATS server sends, however the bytes are split.
 *
 * It looks at each control line once and at no payload, because whatever it costs is taken from the
 * broker under test: a line ends at CR, the last number of MSG and HMSG is the size. That is all a
 * load client needs, and it trusts the server, which a broker's own parser never does.
 */
export class FrameScanner {
  readonly #onFrame: (frame: Frame) => void;
  readonly #frame: Frame;
  #rest: Buffer | undefined;

  constructor(onFrame: (frame: Frame) => void) {
    this.#onFrame = onFrame;
    const bytes = Buffer.alloc(0);
    this.#frame = { bytes, lineStart: 0, lineEnd: 0, payloadStart: 0, payloadEnd: 0 };
  }

  /** Takes the next bytes of the stream and reports every frame that is complete with them. */
  feed(chunk: Buffer): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    const frame = this.#frame;
    frame.bytes = bytes;
    const length = bytes.length;
    let start = 0;
    for (;;) {
      let lineEnd = start;
      while (lineEnd < length && bytes[lineEnd] !== CR) lineEnd += 1;
      if (lineEnd + 2 > length) break;
      frame.lineStart = start;
      frame.lineEnd = lineEnd;
      frame.payloadStart = lineEnd + 2;
      frame.payloadEnd = lineEnd + 2;
      let next = lineEnd + 2;
      const first = bytes[start];
      if (first === M || (first === H && bytes[start + 1] === M)) {
        frame.payloadEnd += sizeAtEndOf(bytes, lineEnd);
        next = frame.payloadEnd + 2;
        if (next > length) break;
      }
      this.#onFrame(frame);
      start = next;
    }
    this.#rest = start < length ? bytes.subarray(start) : undefined;
  }
}

function sizeAtEndOf(bytes: Buffer, lineEnd: number): number {
  let size = 0;
  let scale = 1;
  for (let index = lineEnd - 1; bytes[index] !== SPACE; index -= 1) {
    size += ((bytes[index] as number) - 48) * scale;
    scale *= 10;
  }
  return size;
}
