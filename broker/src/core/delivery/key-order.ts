import { Heap } from '../../foundation/index.ts';
import type { ReadHeader } from '../ports/header-blocks.ts';
import type { MessageReader } from './message-reader.ts';

/** What an order by key is made with. */
export interface KeyOrderParts {
  readonly readHeader: ReadHeader;
  readonly reader: MessageReader;
  /** How many messages may wait for others of their keys. */
  readonly waitingCountMax: number;
}

/**
 * Whether it is a message's turn: `now`; `behind` one of its key, and it waits here from now on; `unknown` while its key,
 * or that of one that is out, cannot be read.
 */
export type Turn = 'now' | 'behind' | 'unknown';

/** One key of which a message is out. */
interface Lane {
  readonly key: string;
  /** More than 1 only where they were delivered before the group was ordered by this header. */
  outCount: number;
  /** The lowest first; those that left in between are skipped when their turn comes. */
  readonly waiting: Heap<number>;
}

/**
 * Which message of each key is `out` for a group on a partition, which wait for it, and who is next. Out is a message from
 * its delivery, or from being the next of its key, until it is settled or gone: however often it fails meanwhile, only its
 * own key waits. A message without the header, or with an empty one, has no key and waits for nobody.
 *
 * A key is looked up once when a message's turn comes, and a message that waits is not looked at again before it is the next of
 * its key: however many wait, an ack costs one step into its lane.
 */
export class KeyOrder {
  readonly #header: string;
  readonly #parts: KeyOrderParts;
  readonly #lanes = new Map<string, Lane>();
  readonly #out = new Map<number, Lane>();
  readonly #waiting = new Map<number, Lane>();
  /** Out since before this order began, and not read yet: nobody's turn is known until they are. */
  readonly #unread: Set<number>;
  /** The message that was looked at last: it is asked for more than once until it is taken. */
  #lookedAt = 0;
  #key: string | undefined;

  /**
   * @param header The one whose value is the key, in any case: some clients write capitals of their own.
   * @param out Delivered and not settled.
   */
  constructor(header: string, parts: KeyOrderParts, out: Iterable<number>) {
    this.#header = header;
    this.#parts = parts;
    this.#unread = new Set(out);
  }

  /** Of the messages that were looked at. */
  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** As many wait as may: until one of them is next, none should be asked for its turn. */
  get isFull(): boolean {
    return this.#waiting.size >= this.#parts.waitingCountMax;
  }

  /** Asks for one that neither is out nor waits, or is the next of its key. */
  turnOf(sequence: number): Turn {
    if (this.#out.has(sequence)) return 'now';
    if (!this.#readThoseOut() || !this.#lookAt(sequence)) return 'unknown';
    const lane = this.#key === undefined ? undefined : this.#lanes.get(this.#key);
    if (lane === undefined) return 'now';
    lane.waiting.push(sequence);
    this.#waiting.set(sequence, lane);
    return 'behind';
  }

  /** It was delivered; its turn was now. */
  take(sequence: number): void {
    if (!this.#out.has(sequence) && this.#lookAt(sequence)) this.#goOut(sequence);
  }

  /** It is settled, or gone. The one that is next because of that, if any: it is out from here on. */
  free(sequence: number): number | undefined {
    this.#unread.delete(sequence);
    this.#waiting.delete(sequence);
    const lane = this.#out.get(sequence);
    if (lane === undefined) return undefined;
    this.#out.delete(sequence);
    lane.outCount -= 1;
    return lane.outCount > 0 ? undefined : this.#nextOf(lane);
  }

  /** Nothing is out and nothing waits any more. */
  clear(): void {
    this.#lanes.clear();
    this.#out.clear();
    this.#waiting.clear();
    this.#unread.clear();
  }

  #nextOf(lane: Lane): number | undefined {
    for (let next = lane.waiting.shift(); next !== undefined; next = lane.waiting.shift()) {
      if (!this.#waiting.delete(next)) continue;
      lane.outCount = 1;
      this.#out.set(next, lane);
      return next;
    }
    this.#lanes.delete(lane.key);
    return undefined;
  }

  /** False when one of them cannot be read; what is not kept any more holds nobody back. */
  #readThoseOut(): boolean {
    for (const sequence of this.#unread) {
      const isKept = this.#parts.reader.isKept(sequence);
      if (isKept && !this.#lookAt(sequence)) return false;
      this.#unread.delete(sequence);
      if (isKept) this.#goOut(sequence);
    }
    return true;
  }

  #goOut(sequence: number): void {
    const key = this.#key;
    if (key === undefined) return;
    const known = this.#lanes.get(key);
    const lane = known ?? { key, outCount: 0, waiting: new Heap(isLower) };
    if (known === undefined) this.#lanes.set(key, lane);
    lane.outCount += 1;
    this.#out.set(sequence, lane);
  }

  #lookAt(sequence: number): boolean {
    if (sequence === this.#lookedAt) return true;
    const { reader, readHeader } = this.#parts;
    const messages = reader.around(sequence);
    if (messages === undefined) return false;
    const headerBytes = messages.headerBytes(sequence);
    const value = readHeader(messages.message(sequence), headerBytes, this.#header, 'any-case');
    this.#key = value === '' ? undefined : value;
    this.#lookedAt = sequence;
    return true;
  }
}

/** The order of a group by this header; undefined where it has none. */
export function keyOrderBy(
  header: string | null,
  parts: KeyOrderParts,
  out: Iterable<number>,
): KeyOrder | undefined {
  return header === null ? undefined : new KeyOrder(header, parts, out);
}

function isLower(one: number, other: number): boolean {
  return one < other;
}
