import { decodeAscii, decodeUtf8Strict } from '../../foundation/index.ts';
import { decodePublishSubject } from './subject.ts';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const BLANK = 0x20;
const DELETE = 0x7f;
const LOWER_CASE = 0x20;

const operations = ['PUB', 'HPUB', 'PING', 'PONG', 'SUB', 'UNSUB', 'CONNECT'] as const;

/** First word of a control line. */
export type Operation = (typeof operations)[number];

/** Operation and four fields (HPUB with a reply subject). */
const WORDS_MAX = 5;

/** What a larger number counts as: far above every limit, below the end of exact integers. */
const COUNT_MAX = 1e15;

/**
 * One control line cut into words, as places in the caller's bytes.
 *
 * One object serves every line of a connection, so that a publish makes no garbage here: `scan`
 * sets it, and everything else reads the bytes that were scanned last.
 */
export class ControlLine {
  /** Without the line end. */
  bytes = 0;
  #start = 0;
  #wordCount = 0;
  #end = 0;
  /** Start and end of each word, in pairs. */
  readonly #places = new Int32Array(WORDS_MAX * 2);

  /** Cuts up the line that starts at `start`; returns the offset behind its LF, -1 without one. */
  scan(bytes: Buffer, start: number): number {
    const places = this.#places;
    let wordCount = 0;
    let wordStart = -1;
    for (let index = start; index < bytes.length; index++) {
      const byte = bytes[index]!;
      if (byte > BLANK || (byte !== BLANK && byte !== TAB && byte !== LF)) {
        if (wordStart === -1) wordStart = index;
        continue;
      }
      const isLineEnd = byte === LF;
      const end = isLineEnd && index > start && bytes[index - 1] === CR ? index - 1 : index;
      if (wordStart !== -1 && wordStart < end) {
        if (wordCount < WORDS_MAX) {
          places[wordCount * 2] = wordStart;
          places[wordCount * 2 + 1] = end;
        }
        wordCount++;
      }
      if (isLineEnd) {
        this.#start = start;
        this.#wordCount = wordCount;
        this.#end = end;
        this.bytes = end - start;
        return index + 1;
      }
      wordStart = -1;
    }
    return -1;
  }

  /** Words behind the operation. */
  get fieldCount(): number {
    return this.#wordCount - 1;
  }

  operation(bytes: Buffer): Operation | undefined {
    const start = this.#places[0]!;
    const end = this.#places[1]!;
    if (this.#wordCount === 0 || start !== this.#start) return undefined;
    return operations.find((operation) => isOperation(bytes, start, end, operation));
  }

  /** Everything behind the operation, as it is. */
  rest(bytes: Buffer): Uint8Array {
    return bytes.subarray(Math.min(this.#places[1]! + 1, this.#end), this.#end);
  }

  /** A field as text; undefined when it holds control characters or is not UTF-8. */
  text(bytes: Buffer, field: number): string | undefined {
    const start = this.#startOf(field);
    const end = this.#endOf(field);
    for (let index = start; index < end; index++) {
      if (bytes[index]! < BLANK || bytes[index] === DELETE) return undefined;
    }
    return decodeUtf8Strict(bytes, start, end);
  }

  /** A field as text; undefined when it is not visible ASCII. */
  asciiText(bytes: Buffer, field: number): string | undefined {
    const start = this.#startOf(field);
    const end = this.#endOf(field);
    for (let index = start; index < end; index++) {
      if (bytes[index]! <= BLANK || bytes[index]! >= DELETE) return undefined;
    }
    return decodeAscii(bytes, start, end);
  }

  /** A field as a number; -1 when it is not all digits. */
  count(bytes: Buffer, field: number): number {
    const end = this.#endOf(field);
    let count = 0;
    for (let index = this.#startOf(field); index < end; index++) {
      const digit = bytes[index]! - 0x30;
      if (digit < 0 || digit > 9) return -1;
      count = count * 10 + digit;
    }
    return Math.min(count, COUNT_MAX);
  }

  /** A field as a subject that can be published to, or undefined. */
  publishSubject(bytes: Buffer, field: number): string | undefined {
    return decodePublishSubject(bytes, this.#startOf(field), this.#endOf(field));
  }

  /** Whether a line that begins with `beginning` may still turn out to be an operation. */
  couldBecome(beginning: Buffer, only?: Operation): boolean {
    let end = 0;
    while (end < beginning.length && !isWordEnd(beginning, end)) end++;
    // A CR that is the last byte so far may belong to the line end, or to the word.
    const isComplete = end + (beginning[end] === CR ? 1 : 0) < beginning.length;
    return operations.some((operation) => {
      if (only !== undefined && operation !== only) return false;
      if (isComplete) return isOperation(beginning, 0, end, operation);
      return isOperation(beginning, 0, end, operation.slice(0, end));
    });
  }

  #startOf(field: number): number {
    return this.#places[field * 2 + 2]!;
  }

  #endOf(field: number): number {
    return this.#places[field * 2 + 3]!;
  }
}

function isWordEnd(bytes: Buffer, index: number): boolean {
  const byte = bytes[index];
  if (byte === CR) return index + 1 === bytes.length || bytes[index + 1] === LF;
  return byte === BLANK || byte === TAB || byte === LF;
}

function isOperation(bytes: Buffer, start: number, end: number, operation: string): boolean {
  if (end - start !== operation.length) return false;
  for (let index = 0; index < operation.length; index++) {
    if ((bytes[start + index]! | LOWER_CASE) !== (operation.charCodeAt(index) | LOWER_CASE)) {
      return false;
    }
  }
  return true;
}
