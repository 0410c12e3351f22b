import type { GroupPosition, Postponement } from '../delivery/index.ts';
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
  /** By their place in the chunk. */
  readonly postponed: ReadonlyMap<number, Postponement>;
}

const headVersion = 1;
/** 1 had no `delayMs`. */
const chunkVersion = 2;
const postponementBytes = 17;

export function encodeGroupHead(head: GroupHead): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ v: headVersion, ...head }));
}

export function decodeGroupHead(record: Uint8Array): GroupHead {
  const { v, ...head } = JSON.parse(new TextDecoder().decode(record)) as GroupHead & { v: number };
  if (v !== headVersion) throw formatError('group', v, headVersion);
  return head;
}

/** Version(1), 256 states(1 each), then for each that waits: place(1), `untilMs`(8), `delayMs`(8), little-endian doubles. */
export function encodeLedgerChunk(chunk: LedgerChunk): Uint8Array {
  const statesEnd = 1 + chunkSequences;
  const record = new Uint8Array(statesEnd + chunk.postponed.size * postponementBytes);
  const view = new DataView(record.buffer);
  record[0] = chunkVersion;
  record.set(chunk.states, 1);
  let offset = statesEnd;
  for (const [place, { untilMs, delayMs }] of chunk.postponed) {
    record[offset] = place;
    view.setFloat64(offset + 1, untilMs, true);
    view.setFloat64(offset + 9, delayMs, true);
    offset += postponementBytes;
  }
  return record;
}

export function decodeLedgerChunk(record: Uint8Array): LedgerChunk {
  if (record[0] !== chunkVersion) {
    throw formatError('delivery ledger', record[0] ?? 0, chunkVersion);
  }
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const postponed = new Map<number, Postponement>();
  for (let at = 1 + chunkSequences; at < record.length; at += postponementBytes) {
    const untilMs = view.getFloat64(at + 1, true);
    postponed.set(record[at] ?? 0, { untilMs, delayMs: view.getFloat64(at + 9, true) });
  }
  return { states: record.subarray(1, 1 + chunkSequences), postponed };
}

function formatError(what: string, found: number, known: number): Error {
  return new Error(
    `A ${what} record has format ${String(found)}; this broker reads format ${String(known)}. Start the broker version that wrote it.`,
  );
}
