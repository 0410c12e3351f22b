import type { GroupPosition, Retry } from '../delivery/index.ts';
import { chunkSequences } from '../delivery/index.ts';
import type { GroupSettings, GroupStart } from '../groups/group.ts';
import { changedSettings } from '../groups/group-settings.ts';

/** What is kept of a group on one partition, beside its ledger. JSON, `v` 3; 1 knew no back-off list, 2 no key. */
export interface GroupHead extends GroupPosition {
  readonly settings: GroupSettings;
  readonly start: GroupStart;
  readonly createdAtMs: number;
  /** Everything up to here is settled. */
  readonly settledSequence: number;
}

/** A chunk of the ledger with what is remembered of messages whose delivery has failed before. */
export interface LedgerChunk {
  readonly states: Uint8Array;
  /** By their place in the chunk. */
  readonly retries: ReadonlyMap<number, Retry>;
}

const headVersion = 3;
/** 1 and 2 did not know when a message failed first. */
const chunkVersion = 3;
const retryBytes = 25;

export function encodeGroupHead(head: GroupHead): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ v: headVersion, ...head }));
}

export function decodeGroupHead(record: Uint8Array): GroupHead {
  const { v, ...head } = JSON.parse(new TextDecoder().decode(record)) as GroupHead & { v: number };
  if (!(v >= 1 && v <= headVersion)) throw formatError('group', v, headVersion);
  return { ...head, settings: changedSettings(head.settings, undefined) };
}

/**
 * Version(1), 256 states(1 each), then for each message that failed before: place(1), `firstFailedAtMs`(8),
 * `untilMs`(8; NaN when it does not wait), `delayMs`(8), little-endian doubles.
 */
export function encodeLedgerChunk(chunk: LedgerChunk): Uint8Array {
  const statesEnd = 1 + chunkSequences;
  const record = new Uint8Array(statesEnd + chunk.retries.size * retryBytes);
  const view = new DataView(record.buffer);
  record[0] = chunkVersion;
  record.set(chunk.states, 1);
  let offset = statesEnd;
  for (const [place, { firstFailedAtMs, postponement }] of chunk.retries) {
    record[offset] = place;
    view.setFloat64(offset + 1, firstFailedAtMs, true);
    view.setFloat64(offset + 9, postponement?.untilMs ?? NaN, true);
    view.setFloat64(offset + 17, postponement?.delayMs ?? 0, true);
    offset += retryBytes;
  }
  return record;
}

export function decodeLedgerChunk(record: Uint8Array): LedgerChunk {
  if (record[0] !== chunkVersion) {
    throw formatError('delivery ledger', record[0] ?? 0, chunkVersion);
  }
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const retries = new Map<number, Retry>();
  for (let at = 1 + chunkSequences; at < record.length; at += retryBytes) {
    const untilMs = view.getFloat64(at + 9, true);
    const delayMs = view.getFloat64(at + 17, true);
    retries.set(record[at] ?? 0, {
      firstFailedAtMs: view.getFloat64(at + 1, true),
      postponement: Number.isNaN(untilMs) ? undefined : { untilMs, delayMs },
    });
  }
  return { states: record.subarray(1, 1 + chunkSequences), retries };
}

function formatError(what: string, found: number, known: number): Error {
  return new Error(
    `A ${what} record has format ${String(found)}; this broker reads format ${String(known)}. Start the broker version that wrote it.`,
  );
}
