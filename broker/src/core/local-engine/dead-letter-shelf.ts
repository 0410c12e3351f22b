import type { DeadLetter, DeadLetterCause } from '../dead-letters/dead-letter.ts';
import type { OrderedStore, StoreChange } from '../ports/ordered-store.ts';
import { deadLetterCounterKey, deadLetterKey, numberAtEnd } from './storage-keys.ts';

/** A dead letter before it has an id. */
export type NewDeadLetter = Omit<DeadLetter, 'id'>;

/**
 * Gives dead letters their ids and writes them down, in whatever transaction the caller is
 * building. Record: bytes of the description(4, little-endian), description in JSON, header block and payload.
 */
export class DeadLetterShelf {
  readonly #store: OrderedStore;
  #highestId: number;

  constructor(store: OrderedStore) {
    this.#store = store;
    const counter = store.get(deadLetterCounterKey);
    this.#highestId = counter === undefined ? 0 : numberAtEnd(counter);
  }

  withId(letter: NewDeadLetter): DeadLetter {
    this.#highestId += 1;
    return { ...letter, id: this.#highestId };
  }

  /** Adds the letters, and the counter that keeps their ids from being given twice. */
  contribute(changes: StoreChange[], letters: readonly DeadLetter[]): void {
    if (letters.length === 0) return;
    for (const letter of letters) {
      const key = deadLetterKey(letter.stationId, letter.id);
      changes.push({ kind: 'put', key, value: encode(letter) });
    }
    const counter = new Uint8Array(8);
    const view = new DataView(counter.buffer);
    view.setUint32(0, Math.floor(this.#highestId / 2 ** 32));
    view.setUint32(4, this.#highestId % 2 ** 32);
    changes.push({ kind: 'put', key: deadLetterCounterKey, value: counter });
  }

  list(stationId: number, afterId: number, countMax: number): DeadLetter[] {
    const range = {
      from: deadLetterKey(stationId, afterId + 1),
      before: deadLetterKey(stationId + 1, 0),
      countMax,
    };
    return Array.from(this.#store.range(range), ({ key, value }) =>
      decode(stationId, numberAtEnd(key), value),
    );
  }

  count(stationId: number): number {
    let count = 0;
    const range = { from: deadLetterKey(stationId, 0), before: deadLetterKey(stationId + 1, 0) };
    const keys = this.#store.keys(range)[Symbol.iterator]();
    while (keys.next().done !== true) count += 1;
    return count;
  }
}

/** What is written in JSON; the rest is in the key or follows in bytes. */
interface Description {
  readonly v: 1;
  readonly partition: number;
  readonly sequence: number;
  readonly group: string;
  readonly cause: DeadLetterCause;
  readonly reason: string;
  readonly deliveryCount: number;
  readonly storedAtMs: number;
  readonly failedAtMs: number;
  readonly headerBytes: number;
}

function encode(letter: DeadLetter): Uint8Array {
  const { partition, sequence, group, cause, reason, deliveryCount } = letter;
  const { storedAtMs, failedAtMs, headerBytes } = letter;
  const description: Description = {
    v: 1,
    partition,
    sequence,
    group,
    cause,
    reason,
    deliveryCount,
    storedAtMs,
    failedAtMs,
    headerBytes,
  };
  const text = new TextEncoder().encode(JSON.stringify(description));
  const record = new Uint8Array(4 + text.length + letter.message.length);
  new DataView(record.buffer).setUint32(0, text.length, true);
  record.set(text, 4);
  record.set(letter.message, 4 + text.length);
  return record;
}

function decode(stationId: number, id: number, record: Uint8Array): DeadLetter {
  const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
  const end = 4 + view.getUint32(0, true);
  const text = new TextDecoder().decode(record.subarray(4, end));
  const { v, ...description } = JSON.parse(text) as Description;
  if (v !== 1) {
    throw new Error(
      `Dead letter ${String(id)} has format ${String(v)}; this broker reads format 1. Start the broker version that wrote it.`,
    );
  }
  return { ...description, stationId, id, message: record.slice(end) };
}
