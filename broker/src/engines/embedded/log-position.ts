import { storeIdBytes } from './log-file.ts';
import type { LogPosition } from './store-log.ts';

const version = 1;
const numberOffset = 1 + storeIdBytes;
const offsetOffset = numberOffset + 8;
const byteCount = offsetOffset + 8;

/**
 * Where the store behind the log keeps the log's position: one byte longer than any key of its users
 * (`OrderedStore`), so behind all of them, and behind the end of every range.
 */
export const logPositionKey: Uint8Array = new Uint8Array(1901).fill(0xff);

/** Which log belongs to a store, and up to where the store has it. */
export interface StoredLogPosition {
  readonly storeId: Uint8Array;
  readonly position: LogPosition;
}

/** Version (1), id of the store (16), number (8) and offset (8), little-endian. */
export function encodeLogPosition({ storeId, position }: StoredLogPosition): Buffer {
  const bytes = Buffer.alloc(byteCount);
  bytes[0] = version;
  bytes.set(storeId, 1);
  bytes.writeBigUInt64LE(BigInt(position.number), numberOffset);
  bytes.writeBigUInt64LE(BigInt(position.offset), offsetOffset);
  return bytes;
}

export function decodeLogPosition(record: Uint8Array | undefined): StoredLogPosition {
  if (record === undefined) {
    throw new Error('it has no log position: a broker from before the log made it');
  }
  if (record[0] !== version) {
    throw new Error(`its log position has format ${String(record[0])}, not ${String(version)}`);
  }
  const bytes = Buffer.from(record);
  return {
    storeId: bytes.subarray(1, numberOffset),
    position: {
      number: Number(bytes.readBigUInt64LE(numberOffset)),
      offset: Number(bytes.readBigUInt64LE(offsetOffset)),
    },
  };
}
