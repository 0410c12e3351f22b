import type { PartitionAddress, Station } from '../stations/station.ts';
import type { StoreChange } from '../ports/ordered-store.ts';
import { messageIdsKey } from './storage-keys.ts';
import { Fifo } from '../../foundation/index.ts';

interface Remembered {
  readonly sequence: number;
  readonly storedAtMs: number;
}

interface RememberedId extends Remembered {
  readonly text: Uint8Array;
}

/** Ids that are on disk together, in the record of one commit. */
interface IdRecord {
  readonly firstSequence: number;
  readonly newestStoredAtMs: number;
}

/**
 * The message ids of one partition that are still inside the dedupe window.
 *
 * In memory while they last, and on disk in one record per commit, written in the transaction that
 * stores the messages: a restart forgets none (architecture.md decision 3). Those of a memory station are not on
 * disk: after a restart their messages are gone, and are welcome again. Record layout, little-endian:
 * version(1), then per id: sequence(8, double), stored at(8, double), bytes(4), UTF-8.
 */
export class DedupeWindow {
  readonly #address: PartitionAddress;
  readonly #isStored: boolean;
  #windowMs: number;
  /** A Map keeps insertion order, which is the order of time. */
  readonly #ids = new Map<string, Remembered>();
  #fresh: string[] = [];
  readonly #records = new Fifo<IdRecord>();

  constructor(address: PartitionAddress, station: Pick<Station, 'storage' | 'dedupeWindowMs'>) {
    this.#address = address;
    this.#isStored = station.storage === 'file';
    this.#windowMs = station.dedupeWindowMs;
  }

  set windowMs(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** The sequence that the id was first stored under, if it still counts. */
  find(id: string, nowMs: number): number | undefined {
    const remembered = this.#ids.get(id);
    if (remembered === undefined) return undefined;
    if (nowMs - remembered.storedAtMs < this.#windowMs) return remembered.sequence;
    this.#ids.delete(id);
    return undefined;
  }

  remember(id: string, sequence: number, storedAtMs: number): void {
    this.#ids.set(id, { sequence, storedAtMs });
    this.#fresh.push(id);
  }

  /** Forgets ids whose messages were not stored: those from `sequence` on. */
  forgetFrom(sequence: number): void {
    for (const [id, remembered] of this.#ids) {
      if (remembered.sequence >= sequence) this.#ids.delete(id);
    }
    this.#fresh = [];
    this.#records.filter((record) => record.firstSequence < sequence);
  }

  /** When the oldest record on disk is out of the window; undefined when there is none. */
  get nextExpiryMs(): number | undefined {
    const oldest = this.#records.peek();
    return oldest === undefined ? undefined : oldest.newestStoredAtMs + this.#windowMs;
  }

  /** Adds the record of the ids remembered since the last call, and removes those out of the window. */
  contribute(changes: StoreChange[], nowMs: number): void {
    this.#writeFresh(changes);
    let oldest = this.#records.peek();
    while (oldest !== undefined && nowMs - oldest.newestStoredAtMs >= this.#windowMs) {
      const key = messageIdsKey(this.#address, oldest.firstSequence);
      if (this.#isStored) changes.push({ kind: 'delete', key });
      this.#records.shift();
      oldest = this.#records.peek();
    }
    for (const [id, remembered] of this.#ids) {
      if (nowMs - remembered.storedAtMs < this.#windowMs) break;
      this.#ids.delete(id);
    }
  }

  /** Reads one record back, at start; records come in the order of their keys. */
  load(firstSequence: number, record: Uint8Array): void {
    const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
    let offset = 1;
    let newestStoredAtMs = 0;
    while (offset < record.length) {
      const sequence = view.getFloat64(offset, true);
      newestStoredAtMs = view.getFloat64(offset + 8, true);
      const length = view.getUint32(offset + 16, true);
      const id = textDecoder.decode(record.subarray(offset + 20, offset + 20 + length));
      this.#ids.set(id, { sequence, storedAtMs: newestStoredAtMs });
      offset += 20 + length;
    }
    this.#records.push({ firstSequence, newestStoredAtMs });
  }

  #writeFresh(changes: StoreChange[]): void {
    const fresh: RememberedId[] = [];
    for (const id of this.#fresh) {
      const remembered = this.#ids.get(id);
      if (remembered === undefined) continue;
      const { sequence, storedAtMs } = remembered;
      fresh.push({ sequence, storedAtMs, text: textEncoder.encode(id) });
    }
    this.#fresh = [];
    const [first] = fresh;
    const newest = fresh.at(-1);
    if (first === undefined || newest === undefined) return;
    const key = messageIdsKey(this.#address, first.sequence);
    if (this.#isStored) changes.push({ kind: 'put', key, value: encodeIds(fresh) });
    this.#records.push({
      firstSequence: first.sequence,
      newestStoredAtMs: newest.storedAtMs,
    });
  }
}

function encodeIds(ids: readonly RememberedId[]): Uint8Array {
  const bytes = ids.reduce((sum, { text }) => sum + 20 + text.length, 1);
  const record = new Uint8Array(bytes);
  const view = new DataView(record.buffer);
  record[0] = version;
  let offset = 1;
  for (const { sequence, storedAtMs, text } of ids) {
    view.setFloat64(offset, sequence, true);
    view.setFloat64(offset + 8, storedAtMs, true);
    view.setUint32(offset + 16, text.length, true);
    record.set(text, offset + 20);
    offset += 20 + text.length;
  }
  return record;
}

const version = 1;
const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder();
