import type { GroupPosition } from '../delivery/index.ts';
import { chunkSequences } from '../delivery/index.ts';
import type { GroupSettings, GroupStart } from '../groups/group.ts';

/** What is kept of a group on one partition, beside its ledger. JSON, `v` 1. */
export interface GroupHead extends GroupPosition {
  readonly settings: GroupSettings;
  readonly start: GroupStart;
  readonly createdAtMs: number;
  /** Everything up to here is settled. */
  readonly settledSequence: number;
}

/** A chunk of the ledger with the delays that its nacked messages still have. */
export interface LedgerChunk {
  readonly states: Uint8Array;
  /** By their place in the chunk: not to be delivered before, by the wall clock. */
  readonly notBeforeMs: ReadonlyMap<number, number>;
}

const version = 1;
const delayBytes = 9;

export function encodeGroupHead(head: GroupHead): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ v: version, ...head }));
}

export function decodeGroupHead(record: Uint8Array): GroupHead {
  const { v, ...head } = JSON.parse(new TextDecoder().decode(record)) as GroupHead & { v: number };
  if (v !== version) throw formatError('group', v);
  return head;
}

/** Version(1), 256 states(1 each), then for each delay: place(1), time(8, little-endian double). */
export function encodeLedgerChunk(chunk: LedgerChunk): Uint8Array {
  const statesEnd = 1 + chunkSequences;
  const record = new Uint8Array(statesEnd + chunk.notBeforeMs.size * delayBytes);
  const view = new DataView(record.buffer);
  record[0] = version;
  record.set(chunk.states, 1);
  let offset = statesEnd;
  for (const [place, notBeforeMs] of chunk.notBeforeMs) {
    record[offset] = place;
    view.setFloat64(offset + 1, notBeforeMs, true);
    offset += delayBytes;
  }
  return record;
}

export function decodeLedgerChunk(record: Uint8Array): LedgerChunk {
  if (record[0] !== version) throw formatError('delivery ledger', record[0] ?? 0);
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const notBeforeMs = new Map<number, number>();
  for (let offset = 1 + chunkSequences; offset < record.length; offset += delayBytes) {
    notBeforeMs.set(record[offset] ?? 0, view.getFloat64(offset + 1, true));
  }
  return { states: record.subarray(1, 1 + chunkSequences), notBeforeMs };
}

function formatError(what: string, found: number): Error {
  return new Error(
    `A ${what} record has format ${String(found)}; this broker reads format ${String(version)}. Start the broker version that wrote it.`,
  );
}
