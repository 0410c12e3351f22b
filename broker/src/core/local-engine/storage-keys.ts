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
 */
const kinds = {
  partitionHead: 0x10,
  block: 0x11,
  messageIds: 0x12,
  groupHead: 0x13,
  ledgerChunk: 0x14,
  deadLetter: 0x15,
} as const;

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
  const name = textEncoder.encode(group);
  const key = partitionPrefix('ledgerChunk', address, name.length + 9);
  key.set(name, partitionBytes);
  // Names hold no zero byte, so no group's chunks lie between those of another.
  writeNumber(key, partitionBytes + name.length + 1, chunkIndex);
  return key;
}

export function deadLetterKey(stationId: number, id: number): Uint8Array {
  const key = new Uint8Array(stationBytes + 8);
  key[0] = kinds.deadLetter;
  viewOf(key).setUint32(1, stationId);
  writeNumber(key, stationBytes, id);
  return key;
}

/** The number that ends a key: a sequence, a chunk index or an id. */
export function numberAtEnd(key: Uint8Array): number {
  const view = viewOf(key);
  return view.getUint32(key.length - 8) * 2 ** 32 + view.getUint32(key.length - 4);
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

/** From the first to past the last ledger chunk of a group on a partition. */
export function ledgerRange(address: PartitionAddress, group: string): KeyRange {
  return {
    from: ledgerChunkKey(address, group, 0),
    before: ledgerChunkKey(address, group, Number.MAX_SAFE_INTEGER),
  };
}

/** Where records of a whole station lie, one range for each kind. */
export function stationRanges(stationId: number): KeyRange[] {
  return Object.values(kinds).map((kind) => {
    const from = new Uint8Array(stationBytes);
    from[0] = kind;
    viewOf(from).setUint32(1, stationId);
    return { from, before: keyAfterPrefix(from) };
  });
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

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
