import type {
  DeadLetter,
  DeadLetterTotals,
  DueCopy,
  NewDeadLetter,
  Resend,
} from '../dead-letters/dead-letter.ts';
import { isCopy } from '../dead-letters/copy-headers.ts';
import { BrokerError } from '../errors/index.ts';
import type { ReadHeader } from '../ports/header-blocks.ts';
import type { OrderedStore, StoreChange } from '../ports/ordered-store.ts';
import type { Station } from '../stations/station.ts';
import type { CommitQueue } from './commit-queue.ts';
import { decodeDeadLetter, encodeDeadLetter } from './dead-letter-record.ts';
import {
  deadLetterCounterKey,
  deadLetterKey,
  deadLetterOfMessageKey,
  deadLetterStationKey,
  deadLetterTotalsKey,
  dueCopyKey,
  dueCopyRangeFrom,
  numberAtEnd,
  numberBytes,
  resendKey,
} from './storage-keys.ts';

/** Bounds of each station's dead letters, and what is needed to look into them. */
export interface DeadLetterShelfOptions {
  readonly deadLetterCountMax: number;
  /** Of headers and payloads. */
  readonly deadLetterBytesMax: number;
  /** A station has no room for another one: what fails is held until there is. Said when it begins. */
  readonly onDeadLettersFull: (error: BrokerError) => void;
  /** Reads a header of a message. */
  readonly readHeader: ReadHeader;
}

/** A dead letter on its way to disk. */
export interface ShelvedLetter {
  readonly letter: DeadLetter;
  /** Name of the station that is to get a copy of it; null for none. */
  readonly copyTo: string | null;
}

type Weight = Pick<DeadLetterTotals, 'count' | 'bytes'>;

/**
 * The dead letters of an engine: gives them their ids and writes them down, in whatever transaction
 * the caller is building.
 *
 * A message that is a dead letter of its group already (the group was deleted, created again and
 * failed again) keeps its id and its first failure: there is one record of it.
 */
export class DeadLetterShelf {
  readonly #store: OrderedStore;
  readonly #queue: CommitQueue;
  readonly #options: DeadLetterShelfOptions;
  /** Stations that had no room for the last one. */
  readonly #full = new Set<number>();
  /** By station, with what is on its way to disk. */
  readonly #weights = new Map<number, Weight>();
  /** Those of groups that are not known to be on disk, by their messages. */
  readonly #unwritten = new Map<string, DeadLetter>();
  /** Ids that a commit on its way removes. */
  readonly #leaving = new Set<number>();
  #highestId: number;
  #onCopyDue: () => void = () => undefined;

  constructor(store: OrderedStore, queue: CommitQueue, options: DeadLetterShelfOptions) {
    this.#store = store;
    this.#queue = queue;
    this.#options = options;
    const counter = store.get(deadLetterCounterKey);
    this.#highestId = counter === undefined ? 0 : numberAtEnd(counter);
  }

  /** Is called when dead letters are on disk whose copies are not. */
  set onCopyDue(listener: () => void) {
    this.#onCopyDue = listener;
  }

  /** Takes it in; it is on disk with the changes that `contribute` adds for it. */
  add(letter: NewDeadLetter, copyTo: string | null): ShelvedLetter {
    const known = this.#ofSameMessage(letter);
    const weight = this.#weight(letter.stationId);
    this.#weights.set(letter.stationId, {
      count: weight.count + (known === undefined ? 1 : 0),
      bytes: weight.bytes + letter.message.length - (known?.message.length ?? 0),
    });
    if (known !== undefined) {
      const { id, resend, firstFailedAtMs } = known;
      return { letter: this.#onItsWay({ ...letter, id, resend, firstFailedAtMs }), copyTo: null };
    }
    this.#highestId += 1;
    const { message, headerBytes } = letter;
    const isOfCopy = copyTo !== null && isCopy(message, headerBytes, this.#options.readHeader);
    const added = this.#onItsWay({ ...letter, id: this.#highestId, resend: null });
    return { letter: added, copyTo: isOfCopy ? null : copyTo };
  }

  /** Whether one more of so many bytes is within the limits of a station. When it is not, that is said once. */
  hasRoomFor(station: Station, bytes: number): boolean {
    const { deadLetterCountMax, deadLetterBytesMax, onDeadLettersFull } = this.#options;
    const weight = this.#weight(station.id);
    if (weight.count < deadLetterCountMax && weight.bytes + bytes <= deadLetterBytesMax) {
      this.#full.delete(station.id);
      return true;
    }
    if (!this.#full.has(station.id)) {
      this.#full.add(station.id);
      onDeadLettersFull(this.fullError(station));
    }
    return false;
  }

  fullError(station: Station): BrokerError {
    const { deadLetterCountMax: count, deadLetterBytesMax: bytes } = this.#options;
    return new BrokerError('DEAD_LETTERS_FULL', { station: station.name, count, bytes });
  }

  /** Adds the letters, and the counter that keeps their ids from being given twice. */
  contribute(changes: StoreChange[], shelved: readonly ShelvedLetter[]): void {
    if (shelved.length === 0) return;
    const put = (key: Uint8Array, value: Uint8Array) => changes.push({ kind: 'put', key, value });
    for (const { letter, copyTo } of shelved) {
      const { id, stationId } = letter;
      put(deadLetterKey(stationId, id), encodeDeadLetter(letter));
      put(deadLetterStationKey(id), stationBytes(stationId));
      const key = keyOfMessage(letter);
      if (key !== undefined) put(key, numberBytes(id));
      if (copyTo !== null) put(dueCopyKey(stationId, id), new TextEncoder().encode(copyTo));
    }
    put(deadLetterCounterKey, numberBytes(this.#highestId));
    for (const stationId of new Set(shelved.map(({ letter }) => letter.stationId))) {
      put(deadLetterTotalsKey(stationId), this.#encodeWeight(stationId));
    }
  }

  /** What `contribute` was given is on disk. */
  written(shelved: readonly ShelvedLetter[]): void {
    for (const { letter } of shelved) {
      const name = nameOfMessage(letter);
      if (this.#unwritten.get(name) === letter) this.#unwritten.delete(name);
    }
    if (shelved.some(({ copyTo }) => copyTo !== null)) this.#onCopyDue();
  }

  /** Writes one down by itself; its id. */
  async put(letter: NewDeadLetter, station: Station): Promise<number> {
    if (!this.hasRoomFor(station, letter.message.length)) throw this.fullError(station);
    const added = this.add(letter, station.deadLetterStation);
    try {
      await this.#queue.run((changes) => this.contribute(changes, [added]), { addsMessages: true });
    } catch (error) {
      this.#weigh(letter.stationId, -1, -letter.message.length);
      throw error;
    }
    this.written([added]);
    return added.letter.id;
  }

  dueCopies(countMax: number, firstStationId: number): DueCopy[] {
    const due: DueCopy[] = [];
    const range = dueCopyRangeFrom(firstStationId);
    for (const { key, value } of this.#store.range({ ...range, countMax })) {
      const letter = this.get(numberAtEnd(key));
      if (letter !== undefined) due.push({ letter, to: new TextDecoder().decode(value) });
    }
    return due;
  }

  /** What is to be changed in the transaction that stores the copy; undefined when none is due. */
  copied(id: number): StoreChange[] | undefined {
    const stationId = this.#stationOf(id);
    if (stationId === undefined) return undefined;
    const key = dueCopyKey(stationId, id);
    return this.#store.get(key) === undefined ? undefined : [{ kind: 'delete', key }];
  }

  /** There is nowhere to copy it to any more. */
  async waiveCopy(id: number): Promise<void> {
    await this.#queue.run((changes) => changes.push(...(this.copied(id) ?? [])));
  }

  get(id: number): DeadLetter | undefined {
    const stationId = this.#stationOf(id);
    if (stationId === undefined) return undefined;
    const record = this.#store.get(deadLetterKey(stationId, id));
    return record && decodeDeadLetter({ stationId, id }, record, this.#resendOf(stationId, id));
  }

  list(stationId: number, afterId: number, countMax: number): DeadLetter[] {
    const range = { ...rangeOf(stationId, afterId + 1), countMax };
    return Array.from(this.#store.range(range), ({ key, value }) => {
      const id = numberAtEnd(key);
      return decodeDeadLetter({ stationId, id }, value, this.#resendOf(stationId, id));
    });
  }

  /** Of what is on disk. */
  totals(stationId: number): DeadLetterTotals {
    const { count, bytes } = this.#storedWeight(stationId);
    const [oldest] = count === 0 ? [] : this.list(stationId, 0, 1);
    const last = this.#store.keys({ ...rangeOf(stationId, 0), reverse: true, countMax: 1 });
    const [newestId = 0] = Array.from(last, numberAtEnd);
    return { count, bytes, oldestAtMs: oldest?.lastFailedAtMs, newestId };
  }

  /** Removes those that there are; how many there were. */
  async remove(ids: Iterable<number>): Promise<number> {
    const removed: DeadLetter[] = [];
    try {
      await this.#queue.run((changes) => {
        for (const id of ids) {
          const letter = this.#leaving.has(id) ? undefined : this.get(id);
          if (letter === undefined) continue;
          this.#leaving.add(id);
          removed.push(letter);
          this.#weigh(letter.stationId, -1, -letter.message.length);
          for (const key of keysOf(letter)) changes.push({ kind: 'delete', key });
        }
        for (const stationId of new Set(removed.map((letter) => letter.stationId))) {
          const value = this.#encodeWeight(stationId);
          changes.push({ kind: 'put', key: deadLetterTotalsKey(stationId), value });
        }
      });
    } catch (error) {
      for (const { stationId, message } of removed) this.#weigh(stationId, 1, message.length);
      throw error;
    } finally {
      for (const { id } of removed) this.#leaving.delete(id);
    }
    return removed.length;
  }

  /** Writes down that these were handed out again. */
  async markResent(ids: Iterable<number>, resend: Omit<Resend, 'count'>): Promise<void> {
    await this.#queue.run((changes) => {
      for (const id of ids) {
        const stationId = this.#leaving.has(id) ? undefined : this.#stationOf(id);
        if (stationId === undefined) continue;
        const count = (this.#resendOf(stationId, id)?.count ?? 0) + 1;
        const value = new TextEncoder().encode(JSON.stringify({ ...resend, count }));
        changes.push({ kind: 'put', key: resendKey(stationId, id), value });
      }
    });
  }

  /** The station is gone, and its records with it. */
  forgetStation(stationId: number): void {
    this.#weights.delete(stationId);
    this.#full.delete(stationId);
    for (const [name, letter] of this.#unwritten) {
      if (letter.stationId === stationId) this.#unwritten.delete(name);
    }
  }

  #onItsWay(letter: DeadLetter): DeadLetter {
    if (letter.group !== null) this.#unwritten.set(nameOfMessage(letter), letter);
    return letter;
  }

  #ofSameMessage(letter: NewDeadLetter): DeadLetter | undefined {
    const unwritten = this.#unwritten.get(nameOfMessage(letter));
    if (unwritten !== undefined) return unwritten;
    const key = keyOfMessage(letter);
    const record = key && this.#store.get(key);
    const id = record && numberAtEnd(record);
    return id === undefined || this.#leaving.has(id) ? undefined : this.get(id);
  }

  #stationOf(id: number): number | undefined {
    const record = this.#store.get(deadLetterStationKey(id));
    return record && viewOf(record).getUint32(0);
  }

  #resendOf(stationId: number, id: number): Resend | null {
    const record = this.#store.get(resendKey(stationId, id));
    return record === undefined ? null : (JSON.parse(new TextDecoder().decode(record)) as Resend);
  }

  #weight(stationId: number): Weight {
    return this.#weights.get(stationId) ?? this.#storedWeight(stationId);
  }

  #weigh(stationId: number, count: number, bytes: number): void {
    const weight = this.#weight(stationId);
    this.#weights.set(stationId, { count: weight.count + count, bytes: weight.bytes + bytes });
  }

  #storedWeight(stationId: number): Weight {
    const record = this.#store.get(deadLetterTotalsKey(stationId));
    if (record !== undefined) {
      return { count: numberAtEnd(record.subarray(0, 8)), bytes: numberAtEnd(record) };
    }
    // Brokers before this record existed wrote dead letters too.
    let [count, bytes] = [0, 0];
    for (const { key, value } of this.#store.range(rangeOf(stationId, 0))) {
      count += 1;
      bytes += decodeDeadLetter({ stationId, id: numberAtEnd(key) }, value, null).message.length;
    }
    return { count, bytes };
  }

  #encodeWeight(stationId: number): Uint8Array {
    const { count, bytes } = this.#weight(stationId);
    const record = new Uint8Array(16);
    record.set(numberBytes(count));
    record.set(numberBytes(bytes), 8);
    return record;
  }
}

function rangeOf(stationId: number, firstId: number) {
  return { from: deadLetterKey(stationId, firstId), before: deadLetterKey(stationId + 1, 0) };
}

/** A dead letter without a group stands for itself. */
function keyOfMessage(letter: NewDeadLetter): Uint8Array | undefined {
  const { stationId, partition, group, sequence } = letter;
  if (group === null) return undefined;
  return deadLetterOfMessageKey({ stationId, partition }, group, sequence);
}

/** Tells messages of groups apart, as `keyOfMessage` does, in memory. */
function nameOfMessage({ stationId, partition, group, sequence }: NewDeadLetter): string {
  return `${String(stationId)} ${String(partition)} ${String(sequence)} ${group ?? ''}`;
}

function keysOf(letter: DeadLetter): Uint8Array[] {
  const { stationId, id } = letter;
  const ofMessage = keyOfMessage(letter);
  return [
    deadLetterKey(stationId, id),
    deadLetterStationKey(id),
    resendKey(stationId, id),
    dueCopyKey(stationId, id),
    ...(ofMessage === undefined ? [] : [ofMessage]),
  ];
}

function stationBytes(stationId: number): Uint8Array {
  const bytes = new Uint8Array(4);
  viewOf(bytes).setUint32(0, stationId);
  return bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
