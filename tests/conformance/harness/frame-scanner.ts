/** One control line of either side, with what followed it. */
export interface ScannedFrame {
  readonly line: string;
  /** Header block of HPUB and HMSG. */
  readonly headers: string;
  readonly payload: string;
  readonly atMs: number;
}

const withPayload = /^(H?PUB|H?MSG) /;

/** Cuts a stream of protocol bytes, of a client or of a server, into frames. */
export class FrameScanner {
  readonly #onFrame: (frame: ScannedFrame) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(onFrame: (frame: ScannedFrame) => void) {
    this.#onFrame = onFrame;
  }

  push(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (this.#takeFrame());
  }

  #takeFrame(): boolean {
    const lineEnd = this.#rest.indexOf('\r\n');
    if (lineEnd === -1) return false;
    const line = this.#rest.toString('utf8', 0, lineEnd);
    const sizes = withPayload.test(line) ? line.trim().split(/\s+/) : undefined;
    const headerBytes = /^H/.test(line) && sizes !== undefined ? Number(sizes.at(-2)) : 0;
    const start = lineEnd + 2;
    const bytes = sizes === undefined ? 0 : Number(sizes.at(-1));
    const end = start + bytes + (sizes === undefined ? 0 : 2);
    if (this.#rest.length < end) return false;
    const headers = this.#rest.toString('utf8', start, start + headerBytes);
    const payload = this.#rest.toString('utf8', start + headerBytes, start + bytes);
    this.#rest = this.#rest.subarray(end);
    this.#onFrame({ line, headers, payload, atMs: performance.now() });
    return true;
  }
}
