import { decodeUtf8, encodeUtf8 } from '../../foundation/index.ts';

// block = "NATS/1.0" CR LF *( key ":" [blanks] value CR LF ) CR LF
//
// Keys are compared in their exact case, as Memphis does with `msg-id`, unless a caller asks for any. A key may come more than
// once. Values are opaque to the broker. Functions take the whole message and the length of its
// block, so that the busy path needs no view of the block alone.

const VERSION_LINE = 'NATS/1.0\r\n';
const LF = 0x0a;
const CR = 0x0d;
const TAB = 0x09;
const BLANK = 0x20;
const COLON = 0x3a;
const DELETE = 0x7f;
/** All that a letter differs by from its lower case. */
const CASE_BIT = 0x20;
const LOWER_A = 0x61;
const LOWER_Z = 0x7a;

/** One line of a header block. */
export interface Header {
  readonly key: string;
  readonly value: string;
}

/**
 * Value of the first header with that (ASCII) key, without the blanks around it; else undefined. The key has to be there in the
 * same case unless it `matches` in any. Passes over the bytes once and decodes nothing else.
 */
export function readHeader(
  message: Uint8Array,
  headerBytes: number,
  key: string,
  matches: 'exact-case' | 'any-case' = 'exact-case',
): string | undefined {
  for (
    let start = nextLine(message, 0, headerBytes);
    start < headerBytes;
    start = nextLine(message, start, headerBytes)
  ) {
    if (isKeyAt(message, start, headerBytes, key, matches)) {
      return valueText(message, start + key.length + 1, headerBytes);
    }
  }
  return undefined;
}

/** Every header in order; lines that are none are left out. */
export function readHeaders(message: Uint8Array, headerBytes: number): Header[] {
  const headers: Header[] = [];
  for (
    let start = nextLine(message, 0, headerBytes);
    start < headerBytes;
    start = nextLine(message, start, headerBytes)
  ) {
    const colon = colonAt(message, start, headerBytes);
    if (colon === -1) continue;
    headers.push({
      key: decodeUtf8(message, start, colon),
      value: valueText(message, colon + 1, headerBytes),
    });
  }
  return headers;
}

/** A block of these headers. Line breaks in a value become blanks. */
export function formatHeaders(headers: Iterable<Header>): Uint8Array {
  let text = VERSION_LINE;
  for (const { key, value } of headers) text += `${key}: ${value.replaceAll(/[\r\n]/g, ' ')}\r\n`;
  return encodeUtf8(`${text}\r\n`);
}

/** The same headers with each of `replacements` in place of all with its key, else at the end. */
export function replaceHeaders(
  headers: Iterable<Header>,
  replacements: Iterable<Header>,
): Header[] {
  const left = new Map<string, Header>();
  for (const replacement of replacements) left.set(replacement.key, replacement);
  const replaced = new Set<string>();
  const result: Header[] = [];
  for (const header of headers) {
    const replacement = left.get(header.key);
    if (replacement !== undefined) {
      left.delete(header.key);
      replaced.add(header.key);
      result.push(replacement);
    } else if (!replaced.has(header.key)) {
      result.push(header);
    }
  }
  return [...result, ...left.values()];
}

/**
 * Whether clients can read the block: version line without a status, keys without blanks and
 * control characters, an empty line exactly at the end. A wrong key makes njs throw in the
 * consumer's hands (wire-protocol.md 4), and a status would end a consumer's fetch.
 */
export function isHeaderBlockValid(message: Uint8Array, headerBytes: number): boolean {
  if (headerBytes < VERSION_LINE.length + 2 || headerBytes > message.length) return false;
  for (let index = 0; index < VERSION_LINE.length; index++) {
    if (message[index] !== VERSION_LINE.charCodeAt(index)) return false;
  }
  let offset = VERSION_LINE.length;
  while (message[offset] !== CR) {
    const keyStart = offset;
    while (offset < headerBytes && message[offset] !== COLON) {
      const byte = message[offset]!;
      if (byte <= BLANK || byte === DELETE) return false;
      offset++;
    }
    if (offset === keyStart) return false;
    while (offset < headerBytes && message[offset] !== CR) {
      if (message[offset] === LF) return false;
      offset++;
    }
    if (message[offset + 1] !== LF) return false;
    offset += 2;
    if (offset >= headerBytes) return false;
  }
  return message[offset + 1] === LF && offset + 2 === headerBytes;
}

function nextLine(message: Uint8Array, start: number, end: number): number {
  let offset = start;
  while (offset < end && message[offset] !== LF) offset++;
  return offset + 1;
}

function isKeyAt(
  message: Uint8Array,
  start: number,
  end: number,
  key: string,
  matches: 'exact-case' | 'any-case',
): boolean {
  if (start + key.length >= end || message[start + key.length] !== COLON) return false;
  for (let index = 0; index < key.length; index++) {
    const byte = message[start + index]!;
    const wanted = key.charCodeAt(index);
    if (byte === wanted) continue;
    if (matches === 'exact-case' || !isOtherCase(byte, wanted)) return false;
  }
  return true;
}

/** Whether two different characters are one letter of ASCII. */
function isOtherCase(one: number, other: number): boolean {
  const lower = one | CASE_BIT;
  return lower === (other | CASE_BIT) && lower >= LOWER_A && lower <= LOWER_Z;
}

function colonAt(message: Uint8Array, start: number, end: number): number {
  for (let offset = start; offset < end && message[offset] !== LF; offset++) {
    if (message[offset] === COLON) return offset;
  }
  return -1;
}

function valueText(message: Uint8Array, start: number, blockEnd: number): string {
  let valueStart = start;
  let end = nextLine(message, start, blockEnd) - 1;
  while (valueStart < end && isBlank(message[valueStart]!)) valueStart++;
  while (end > valueStart && isBlank(message[end - 1]!)) end--;
  return decodeUtf8(message, valueStart, end);
}

function isBlank(byte: number): boolean {
  return byte === BLANK || byte === TAB || byte === CR;
}
