/**
 * What is kept of a partition beside its messages, written with each of its commits. Record,
 * little-endian doubles after a version byte: first sequence, last sequence, bytes, last stored at.
 */
export interface PartitionHead {
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** Of the headers and payloads kept. */
  readonly byteCount: number;
  /** Time of the newest message: the next one is not older, whatever the clock does. */
  readonly lastStoredAtMs: number;
}

/** The head of a partition that never had a message. */
export const emptyHead: PartitionHead = {
  firstSequence: 1,
  lastSequence: 0,
  byteCount: 0,
  lastStoredAtMs: 0,
};

/** The head of a partition whose messages are gone: sequences and times go on behind them. */
export function headWithoutMessages(head: PartitionHead): PartitionHead {
  return { ...head, firstSequence: head.lastSequence + 1, byteCount: 0 };
}

const version = 1;
const recordBytes = 33;

export function encodePartitionHead(head: PartitionHead): Uint8Array {
  const record = new Uint8Array(recordBytes);
  const view = new DataView(record.buffer);
  record[0] = version;
  view.setFloat64(1, head.firstSequence, true);
  view.setFloat64(9, head.lastSequence, true);
  view.setFloat64(17, head.byteCount, true);
  view.setFloat64(25, head.lastStoredAtMs, true);
  return record;
}

export function decodePartitionHead(record: Uint8Array): PartitionHead {
  if (record[0] !== version || record.length !== recordBytes) {
    throw new Error(
      `A partition head has format ${String(record[0])}; this broker reads format ${String(version)}. Start the broker version that wrote it.`,
    );
  }
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  return {
    firstSequence: view.getFloat64(1, true),
    lastSequence: view.getFloat64(9, true),
    byteCount: view.getFloat64(17, true),
    lastStoredAtMs: view.getFloat64(25, true),
  };
}
