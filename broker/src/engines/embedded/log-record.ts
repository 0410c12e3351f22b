import { crc32 } from 'node:zlib';
import type { StoreChange } from '../../core/ports/index.ts';

/** Records begin at multiples of this, so that no write touches a page of a record that was answered. */
export const logPageBytes = 4096;

/** Of what follows it; bytes of the changes; the record's number in the life of the store. */
const headBytes = 4 + 4 + 8;
const checkedFrom = 4;
const numberOffset = 8;

const kinds = { put: 1, delete: 2 } as const;
/** Kind and length of the key; a put has the length of its value too. */
const deleteHeadBytes = 1 + 2;
const putHeadBytes = deleteHeadBytes + 4;

/** A record as it is written. */
export interface LogRecord {
  readonly bytes: Buffer;
  /** Of these bytes; behind them, the last page is filled with zeros. */
  readonly usedBytes: number;
}

/** A record as it is read, with its changes, whose keys and values are part of its bytes. */
export interface FoundRecord extends LogRecord {
  readonly changes: readonly StoreChange[];
}

/** Bytes that a record of these changes takes of the log. */
export function logRecordBytes(changes: readonly StoreChange[]): number {
  return Math.ceil((headBytes + bodyBytesOf(changes)) / logPageBytes) * logPageBytes;
}

/**
 * Copies the changes into a record, little-endian: CRC-32 of the rest (4), bytes of the changes (4), number (8); for
 * each change its kind (1), the length of its key (2) and, of a put, of its value (4), then the key and
 * the value; zeros up to the next page. The record lies at the beginning of `room`, unless that is too small.
 */
export function encodeLogRecord(
  number: number,
  changes: readonly StoreChange[],
  room: Buffer,
): LogRecord {
  const byteCount = logRecordBytes(changes);
  const fits = byteCount <= room.length;
  const bytes = fits ? room.subarray(0, byteCount) : Buffer.allocUnsafeSlow(byteCount);
  const end = headBytes + bodyBytesOf(changes);
  bytes.writeUInt32LE(end - headBytes, checkedFrom);
  bytes.writeBigUInt64LE(BigInt(number), numberOffset);
  let offset = headBytes;
  for (const change of changes) {
    offset = bytes.writeUInt8(kinds[change.kind], offset);
    offset = bytes.writeUInt16LE(change.key.length, offset);
    if (change.kind === 'put') offset = bytes.writeUInt32LE(change.value.length, offset);
    bytes.set(change.key, offset);
    offset += change.key.length;
    if (change.kind === 'delete') continue;
    bytes.set(change.value, offset);
    offset += change.value.length;
  }
  bytes.fill(0, end);
  bytes.writeUInt32LE(crc32(bytes.subarray(checkedFrom, end)), 0);
  return { bytes, usedBytes: end };
}

/** The record of that number at `offset`; undefined when there is another one, half of one, or none. */
export function readLogRecord(
  log: Buffer,
  offset: number,
  number: number,
): FoundRecord | undefined {
  if (offset + headBytes > log.length) return undefined;
  if (log.readBigUInt64LE(offset + numberOffset) !== BigInt(number)) return undefined;
  const end = offset + headBytes + log.readUInt32LE(offset + checkedFrom);
  if (end > log.length) return undefined;
  if (crc32(log.subarray(offset + checkedFrom, end)) !== log.readUInt32LE(offset)) return undefined;
  const byteCount = Math.ceil((end - offset) / logPageBytes) * logPageBytes;
  return {
    bytes: log.subarray(offset, offset + byteCount),
    usedBytes: end - offset,
    changes: changesIn(log.subarray(offset + headBytes, end)),
  };
}

function bodyBytesOf(changes: readonly StoreChange[]): number {
  let total = 0;
  for (const change of changes) {
    total += change.key.length;
    total += change.kind === 'put' ? putHeadBytes + change.value.length : deleteHeadBytes;
  }
  return total;
}

function changesIn(body: Buffer): StoreChange[] {
  const changes: StoreChange[] = [];
  let offset = 0;
  while (offset < body.length) {
    const isPut = body.readUInt8(offset) === kinds.put;
    const keyBytes = body.readUInt16LE(offset + 1);
    const keyOffset = offset + (isPut ? putHeadBytes : deleteHeadBytes);
    const valueOffset = keyOffset + keyBytes;
    const key = body.subarray(keyOffset, valueOffset);
    if (!isPut) {
      changes.push({ kind: 'delete', key });
      offset = valueOffset;
      continue;
    }
    offset = valueOffset + body.readUInt32LE(offset + deleteHeadBytes);
    changes.push({ kind: 'put', key, value: body.subarray(valueOffset, offset) });
  }
  return changes;
}
