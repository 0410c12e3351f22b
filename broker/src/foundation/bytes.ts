/**
 * The one place where the pure layers touch Node's `Buffer`.
 *
 * Codecs work on `Uint8Array`. Two things have no fast equivalent there: a string out of a byte
 * range without building a view first, and memory that is not zeroed before it is overwritten.
 * `Buffer` is a global, so nothing is imported, and its use stays in this file.
 */

// `fatal`: a byte sequence that is not UTF-8 must not turn into replacement characters, because two
// different subjects would become one. `ignoreBOM`: a leading U+FEFF is a character like any other.
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The same bytes as a `Buffer`, without copying. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Memory with arbitrary content, outside Node's shared pool: the caller overwrites all of it. */
export function allocateUnfilled(bytes: number): Buffer {
  return Buffer.allocUnsafeSlow(bytes);
}

/** Text of bytes that are known to be below 0x80. */
export function decodeAscii(bytes: Buffer, start: number, end: number): string {
  return bytes.toString('latin1', start, end);
}

/** Text of a byte range, or undefined when it is not UTF-8. */
export function decodeUtf8Strict(
  bytes: Uint8Array,
  start: number,
  end: number,
): string | undefined {
  try {
    return strictUtf8.decode(bytes.subarray(start, end));
  } catch {
    return undefined; // the decoder's only failure is "not UTF-8"
  }
}

/** Text of a byte range; what is not UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return asBuffer(bytes).toString('utf8', start, end);
}

/** UTF-8 bytes of a text. */
export function encodeUtf8(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

/** How many bytes `encodeUtf8(text)` has. */
export function utf8Bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** Writes a text as UTF-8 at `offset` and returns the offset behind it. */
export function writeUtf8(target: Buffer, offset: number, text: string): number {
  return offset + target.write(text, offset, 'utf8');
}
