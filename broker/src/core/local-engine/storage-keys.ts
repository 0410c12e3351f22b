import type { PartitionAddress } from '../stations/station.ts';

/**
 * Where the local engine keeps things in the ordered store. The first byte says what a record is;
 * metadata has the bytes below 0x10. Numbers are big-endian, so that byte order is number order.
 *
 * | key | record |
 * |---|---|
 * | 10 station(4) partition(2) | partition head: first and last sequence, counts |
 * | 11 station(4) partition(2) sequence(8) | block: messages from this sequence on |
 * | 12 station(4) partition(2) sequence(8) | message ids of the block of this sequence |
 * | 13 station(4) partition(2) group | group head: settings, position |
 * | 14 station(4) partition(2) group 00 chunk(8) | delivery ledger: 256 sequences |
 * | 15 station(4) id(8) | dead letter |
 * | 16 | the highest dead letter id ever given |
 * | 17 station(4) partition(2) group 00 sequence(8) | id(8) of the dead letter that this message is for this group |
 * | 18 station(4) id(8) | the last resend of a dead letter |
 * | 19 station(4) | what the dead letters of a station come to |
 * | 1a id(8) | station(4) of a dead letter |
 * | 1b station(4) id(8) | name of the station that is still to get a copy of a dead letter |
 * | 1c station(4) partition(2) sequence(8) | when a delayed message is to be delivered, milliseconds since 1970 (8); 2^53 - 1 when it was cancelled |
 */
const kinds = {
  partitionHead: 0x10,
  block: 0x11,
  messageIds: 0x12,
  groupHead: 0x13,
  ledgerChunk: 0x14,
  deadLetter: 0x15,
  deadLetterOfMessage: 0x17,
  resend: 0x18,
  deadLetterTotals: 0x19,
  dueCopy: 0x1b,
  delayed: 0x1c,
} as const;

const deadLetterStation = 0x1a;

type Kind = keyof typeof kinds;

const stationBytes = 5;
const partitionBytes = 7;
const textEncoder = new TextEncoder();

/** Keys from `from` (included) to `before` (excluded). */
export interface KeyRange {
  readonly from: Uint8Array;
  readonly before: Uint8Array;
}

/** Key of the counter that dead letter ids come from. */
export const deadLetterCounterKey: Uint8Array = Uint8Array.of(0x16);

export function partitionHeadKey(address: PartitionAddress): Uint8Array {
  return partitionPrefix('partitionHead', address, 0);
}

export function blockKey(address: PartitionAddress, sequence: number): Uint8Array {
  return numberedKey('block', address, sequence);
}

export function messageIdsKey(address: PartitionAddress, sequence: number): Uint8Array {
  return numberedKey('messageIds', address, sequence);
}

export function delayedKey(address: PartitionAddress, sequence: number): Uint8Array {
  return numberedKey('delayed', address, sequence);
}

export function groupHeadKey(address: PartitionAddress, group: string): Uint8Array {
  const name = textEncoder.encode(group);
  const key = partitionPrefix('groupHead', address, name.length);
  key.set(name, partitionBytes);
  return key;
}

export function ledgerChunkKey(
  address: PartitionAddress,
  group: string,
  chunkIndex: number,
): Uint8Array {
  return groupNumberKey('ledgerChunk', address, group, chunkIndex);
}

/** Where the id of the dead letter stands that a message is for a group. */
export function deadLetterOfMessageKey(
  address: PartitionAddress,
  group: string,
  sequence: number,
): Uint8Array {
  return groupNumberKey('deadLetterOfMessage', address, group, sequence);
}

export function deadLetterKey(stationId: number, id: number): Uint8Array {
  return stationKey('deadLetter', stationId, id);
}

export function resendKey(stationId: number, id: number): Uint8Array {
  return stationKey('resend', stationId, id);
}

export function dueCopyKey(stationId: number, id: number): Uint8Array {
  return stationKey('dueCopy', stationId, id);
}

/** Of this station and all with higher ids. */
export function dueCopyRangeFrom(stationId: number): KeyRange {
  return { from: dueCopyKey(stationId, 0), before: Uint8Array.of(kinds.dueCopy + 1) };
}

export function deadLetterTotalsKey(stationId: number): Uint8Array {
  return stationKey('deadLetterTotals', stationId, undefined);
}

/** Where the station of a dead letter stands: acks of dead letters name the id alone. */
export function deadLetterStationKey(id: number): Uint8Array {
  const key = new Uint8Array(9);
  key[0] = deadLetterStation;
  writeNumber(key, 1, id);
  return key;
}

export function isDeadLetterKey(key: Uint8Array): boolean {
  return key[0] === kinds.deadLetter;
}

/** The number that ends a key: a sequence, a chunk index or an id. */
export function numberAtEnd(key: Uint8Array): number {
  return uint32(key, key.length - 8) * 2 ** 32 + uint32(key, key.length - 4);
}

/** From the first to past the last group head of a partition. */
export function groupHeadRange(address: PartitionAddress): KeyRange {
  const from = partitionPrefix('groupHead', address, 0);
  return { from, before: keyAfterPrefix(from) };
}

/** From the first to past the last record of message ids of a partition. */
export function messageIdsRange(address: PartitionAddress): KeyRange {
  const from = partitionPrefix('messageIds', address, 0);
  return { from, before: keyAfterPrefix(from) };
}

/** From the first to past the last delayed message of a partition. */
export function delayedRange(address: PartitionAddress): KeyRange {
  const from = partitionPrefix('delayed', address, 0);
  return { from, before: keyAfterPrefix(from) };
}

/** From the first to past the last ledger chunk of a group on a partition. */
export function ledgerRange(address: PartitionAddress, group: string): KeyRange {
  return {
    from: ledgerChunkKey(address, group, 0),
    before: ledgerChunkKey(address, group, Number.MAX_SAFE_INTEGER),
  };
}

/** Where records of a whole station lie, one range for each kind. */
export function stationRanges(stationId: number): KeyRange[] {
  return (Object.keys(kinds) as Kind[]).map((kind) => {
    const from = stationKey(kind, stationId, undefined);
    return { from, before: keyAfterPrefix(from) };
  });
}

/** Eight bytes of a record, read by `numberAtEnd`. */
export function numberBytes(number: number): Uint8Array {
  const bytes = new Uint8Array(8);
  writeNumber(bytes, 0, number);
  return bytes;
}

/** The smallest key that is greater than every key that begins with `prefix`. */
function keyAfterPrefix(prefix: Uint8Array): Uint8Array {
  const key = prefix.slice();
  for (let index = key.length - 1; index >= 0; index -= 1) {
    const byte = key[index] ?? 0;
    if (byte < 0xff) {
      key[index] = byte + 1;
      return key.subarray(0, index + 1);
    }
  }
  return Uint8Array.of(0xff);
}

function stationKey(kind: Kind, stationId: number, id: number | undefined): Uint8Array {
  const key = new Uint8Array(stationBytes + (id === undefined ? 0 : 8));
  key[0] = kinds[kind];
  viewOf(key).setUint32(1, stationId);
  if (id !== undefined) writeNumber(key, stationBytes, id);
  return key;
}

function groupNumberKey(
  kind: Kind,
  address: PartitionAddress,
  group: string,
  number: number,
): Uint8Array {
  const name = textEncoder.encode(group);
  const key = partitionPrefix(kind, address, name.length + 9);
  key.set(name, partitionBytes);
  // Names hold no zero byte, so no group's numbers lie between those of another.
  writeNumber(key, partitionBytes + name.length + 1, number);
  return key;
}

function numberedKey(kind: Kind, address: PartitionAddress, number: number): Uint8Array {
  const key = partitionPrefix(kind, address, 8);
  writeNumber(key, partitionBytes, number);
  return key;
}

function partitionPrefix(kind: Kind, address: PartitionAddress, room: number): Uint8Array {
  const key = new Uint8Array(partitionBytes + room);
  const view = viewOf(key);
  key[0] = kinds[kind];
  view.setUint32(1, address.stationId);
  view.setUint16(stationBytes, address.partition);
  return key;
}

function writeNumber(key: Uint8Array, offset: number, number: number): void {
  const view = viewOf(key);
  view.setUint32(offset, Math.floor(number / 2 ** 32));
  view.setUint32(offset + 4, number % 2 ** 32);
}

/** Without a `DataView`: to make one takes longer than all the rest of a start with a million delayed messages. */
function uint32(bytes: Uint8Array, offset: number): number {
  const high = bytes[offset]! * 256 + bytes[offset + 1]!;
  const low = bytes[offset + 2]! * 256 + bytes[offset + 3]!;
  return high * 65_536 + low;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
