import { allocateUnfilled, encodeUtf8, utf8Bytes, writeUtf8 } from '../../foundation/index.ts';

const CR = 0x0d;
const LF = 0x0a;
const BLANK = 0x20;
const DOT = 0x2e;
const ZERO = 0x30;

/** At least what a message line holds beside its texts: word, blanks, two numbers, line ends. */
const LINE_OVERHEAD_BYTES = 64;
/** UTF-8 of one UTF-16 unit at most. */
const BYTES_PER_UNIT_MAX = 3;

/** The same for a delivery, with five numbers more. */
const DELIVERY_OVERHEAD_BYTES = 192;
/** Counts below are put into digits in one go. */
const SMALL_COUNTS = 1e9;
const SMALL_COUNT_DIGITS = 9;

const NS_OF_MS = '000000';
const EMPTY_HEADER_BLOCK = 'NATS/1.0\r\n\r\n';
const PUB_ACK_END = '}';
const PUB_ACK_DUPLICATE_END = ',"duplicate":true}';

const CHUNK_BYTES_MIN = 1024;
const CHUNK_BYTES_MAX = 64 * 1024;

/** Where a message goes: one subscription of one client. */
export interface FrameAddress {
  readonly subject: string;
  readonly sid: string;
  readonly reply?: string | undefined;
}

/**
 * What all deliveries of one group on one partition begin with, for one subscription. `ackStart` is what their ack
 * subjects begin with: `ackSubjectStart(stream, group)`.
 */
export function deliveryStart(to: FrameAddress, ackStart: string): Uint8Array {
  return encodeUtf8(`HMSG ${to.subject} ${to.sid} ${ackStart}`);
}

/** What tells one delivery from another in its ack subject (wire-protocol.md 3.7). */
export interface DeliveryNumbers {
  readonly deliveryCount: number;
  readonly sequence: number;
  readonly deliverySequence: number;
  readonly storedAtMs: number;
  readonly undeliveredCount: number;
}

/** What a publisher is told of its message. */
export interface PubAck {
  /** ASCII, with nothing that JSON would escape. */
  readonly stream: string;
  readonly sequence: number;
  readonly duplicate: boolean;
}

/**
 * Collects frames for one client as bytes that can be written to its socket as they are.
 *
 * Frames lie one behind the other in chunks of up to 64 KiB. A frame is never cut: one that does
 * not fit starts a new chunk, and a larger one gets a chunk of its own size, because njs hands the
 * SDK something else than a Buffer when a reply comes in two pieces (wire-protocol.md 2.2).
 * Messages are copied at once: the caller's views may end with the call.
 *
 * Chunks start small, double while they fill up and halve while little is taken, so that an idle
 * connection holds 1 KiB and a busy one makes few of them.
 */
export class FrameBuffer {
  #full: Uint8Array[] = [];
  #fullBytes = 0;
  #chunk: Buffer = allocateUnfilled(0);
  /** Where in the chunk the bytes start that were not taken, and where they end. */
  #start = 0;
  #end = 0;
  #chunkBytes = CHUNK_BYTES_MIN;
  /** The stream of the last `pubAck`, and what its JSON begins with. */
  #ackStream = '';
  #ackStart = encodeUtf8(pubAckStart(''));

  /** What `takeChunks` would hand over. */
  get pendingBytes(): number {
    return this.#fullBytes + this.#end - this.#start;
  }

  /** Hands over what was written since the last call; its memory is not written to again. */
  takeChunks(): Uint8Array[] {
    const takenBytes = this.pendingBytes;
    const chunks = this.#full;
    this.#retire();
    this.#full = [];
    this.#fullBytes = 0;
    if (takenBytes * 4 < this.#chunkBytes && this.#chunkBytes > CHUNK_BYTES_MIN) {
      this.#chunkBytes /= 2;
      this.#replaceChunk(0);
    }
    return chunks;
  }

  /** `json` holds no line break, as `JSON.stringify` makes it. */
  info(json: string): void {
    this.#text(`INFO ${json}\r\n`);
  }

  ping(): void {
    this.#text('PING\r\n');
  }

  pong(): void {
    this.#text('PONG\r\n');
  }

  ok(): void {
    this.#text('+OK\r\n');
  }

  /** The single quotes are part of the protocol: nats-py raises in its reader without them. */
  error(text: string): void {
    this.#text(`-ERR '${text.replaceAll(/[\r\n']/g, ' ')}'\r\n`);
  }

  /** MSG, or HMSG when the first `headerBytes` of `message` are a header block. */
  message(to: FrameAddress, message: Uint8Array, headerBytes = 0): void {
    this.#reserve(addressBytesMax(to) + message.length);
    this.#messageLine(to, message.length, headerBytes);
    this.#chunk.set(message, this.#end);
    this.#end += message.length;
    this.#lineEnd();
  }

  /** HMSG with a header block of `status.ts` and no payload. */
  status(to: FrameAddress, headerBlock: string): void {
    const bytes = utf8Bytes(headerBlock);
    this.#reserve(addressBytesMax(to) + bytes);
    this.#messageLine(to, bytes, bytes);
    this.#end = writeUtf8(this.#chunk, this.#end, headerBlock);
    this.#lineEnd();
  }

  /**
   * A message with its ack subject, as HMSG: where it has no header block it gets an empty one,
   * because without one the Memphis SDKs throw in `getHeaders` and `delay` (wire-protocol.md 4).
   *
   * Says the same as `message` with `formatAckSubject`, without making a text for each delivery. `start` is a
   * `deliveryStart`: copying bytes takes a fraction of the time that writing as many characters does.
   */
  delivery(
    start: Uint8Array,
    numbers: DeliveryNumbers,
    message: Uint8Array,
    headerBytes: number,
  ): void {
    this.#reserve(start.length + DELIVERY_OVERHEAD_BYTES + message.length);
    this.#chunk.set(start, this.#end);
    this.#end += start.length;
    this.#count(numbers.deliveryCount);
    this.#chunk[this.#end++] = DOT;
    this.#count(numbers.sequence);
    this.#chunk[this.#end++] = DOT;
    this.#count(numbers.deliverySequence);
    this.#chunk[this.#end++] = DOT;
    this.#count(numbers.storedAtMs);
    this.#characters(NS_OF_MS);
    this.#chunk[this.#end++] = DOT;
    this.#count(numbers.undeliveredCount);
    this.#chunk[this.#end++] = BLANK;
    const addedBytes = headerBytes > 0 ? 0 : EMPTY_HEADER_BLOCK.length;
    this.#count(headerBytes + addedBytes);
    this.#chunk[this.#end++] = BLANK;
    this.#count(message.length + addedBytes);
    this.#lineEnd();
    if (addedBytes > 0) this.#characters(EMPTY_HEADER_BLOCK);
    this.#chunk.set(message, this.#end);
    this.#end += message.length;
    this.#lineEnd();
  }

  /** MSG that tells a publisher that its message is stored; there is one for each publish. */
  pubAck(to: FrameAddress, { stream, sequence, duplicate }: PubAck): void {
    const end = duplicate ? PUB_ACK_DUPLICATE_END : PUB_ACK_END;
    if (stream !== this.#ackStream) {
      this.#ackStream = stream;
      this.#ackStart = encodeUtf8(pubAckStart(stream));
    }
    const start = this.#ackStart;
    const bytes = start.length + digitCount(sequence) + end.length;
    this.#reserve(addressBytesMax(to) + bytes);
    this.#messageLine(to, bytes, 0);
    this.#chunk.set(start, this.#end);
    this.#end += start.length;
    this.#count(sequence);
    this.#characters(end);
    this.#lineEnd();
  }

  #messageLine(to: FrameAddress, bytes: number, headerBytes: number): void {
    this.#word(headerBytes > 0 ? 'HMSG' : 'MSG');
    this.#word(to.subject);
    this.#word(to.sid);
    if (to.reply !== undefined) this.#word(to.reply);
    if (headerBytes > 0) {
      this.#count(headerBytes);
      this.#chunk[this.#end++] = BLANK;
    }
    this.#count(bytes);
    this.#lineEnd();
  }

  #lineEnd(): void {
    this.#chunk[this.#end++] = CR;
    this.#chunk[this.#end++] = LF;
  }

  /** A text and a blank. */
  #word(text: string): void {
    this.#characters(text);
    this.#chunk[this.#end++] = BLANK;
  }

  /** A text. A loop, because a call of `write` costs more than forty characters. */
  #characters(text: string): void {
    const chunk = this.#chunk;
    const start = this.#end;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) {
        this.#end = writeUtf8(chunk, start, text);
        return;
      }
      chunk[start + index] = code;
    }
    this.#end = start + text.length;
  }

  #count(count: number): void {
    if (count < SMALL_COUNTS) return this.#smallCount(count, digitCount(count));
    // In two parts, because dividing a number of more than 31 bits takes several times as long.
    const high = Math.floor(count / SMALL_COUNTS);
    this.#count(high);
    this.#smallCount(count - high * SMALL_COUNTS, SMALL_COUNT_DIGITS);
  }

  #smallCount(count: number, digits: number): void {
    const chunk = this.#chunk;
    let rest = count;
    for (let offset = this.#end + digits - 1; offset >= this.#end; offset--) {
      const next = (rest / 10) | 0;
      chunk[offset] = ZERO + rest - next * 10;
      rest = next;
    }
    this.#end += digits;
  }

  #text(text: string): void {
    this.#reserve(utf8Bytes(text));
    this.#end = writeUtf8(this.#chunk, this.#end, text);
  }

  /** Makes room for one frame in one piece. */
  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#chunk.length) return;
    if (this.#end > 0) this.#chunkBytes = Math.min(this.#chunkBytes * 2, CHUNK_BYTES_MAX);
    this.#retire();
    this.#replaceChunk(Math.max(bytes, this.#chunkBytes));
  }

  #retire(): void {
    if (this.#end === this.#start) return;
    this.#full.push(this.#chunk.subarray(this.#start, this.#end));
    this.#fullBytes += this.#end - this.#start;
    this.#start = this.#end;
  }

  #replaceChunk(bytes: number): void {
    this.#chunk = allocateUnfilled(bytes);
    this.#start = 0;
    this.#end = 0;
  }
}

function pubAckStart(stream: string): string {
  return `{"stream":"${stream}","seq":`;
}

function digitCount(count: number): number {
  let digits = 1;
  for (let limit = 10; count >= limit; limit *= 10) digits++;
  return digits;
}

function addressBytesMax(to: FrameAddress): number {
  const units = to.subject.length + to.sid.length + (to.reply?.length ?? 0);
  return units * BYTES_PER_UNIT_MAX + LINE_OVERHEAD_BYTES;
}
