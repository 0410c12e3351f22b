import { createHash } from 'node:crypto';
import type { DeadLetter } from '../../broker/src/core/dead-letters/index.ts';
import type { Delivery, Settlement } from '../../broker/src/core/delivery/index.ts';
import type { GroupSettings } from '../../broker/src/core/groups/index.ts';

import { Delays } from './delays.ts';

/** A promise of the broker that was not kept. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** What a run contained: a run without crashes proves nothing about crashes. */
export interface Counts {
  crashes: number;
  stops: number;
  clockJumps: number;
  purges: number;
  moves: number;
  refusals: number;
  stored: number;
  duplicates: number;
  deliveries: number;
  redeliveries: number;
  confirmedAcks: number;
  deadLetters: number;
  missed: number;
  /** Deliveries of messages with a key to groups that are ordered by it. */
  keyed: number;
  /** Deliveries of delayed messages. */
  delayed: number;
  cancels: number;
}

/** What is known of a message from outside. */
interface Known {
  readonly payload: string;
  /** Its publisher was told that it is stored. */
  isAcknowledged: boolean;
}

/** What is known of a message within one group. */
interface Fate {
  /** How often the group had been moved when a member last sent an ack for it, heard of or not. */
  ackedAtMove: number | undefined;
  /** Its ack was confirmed: it may never be delivered again. */
  isConfirmed: boolean;
}

/** What a group got last of a key, in this life of the process and since it was moved. */
interface KeyedDelivery {
  readonly sequence: number;
  /** Nothing that a member has seen says that it is over. */
  isOut: boolean;
}

/** Where in the station something is. */
export interface Place {
  readonly partition: number;
  readonly group: string;
}

/** How many lines before a violation are shown with it. */
const shownLineCount = 30;

/**
 * All that producers and members of the simulated world have seen, and the invariants that can be
 * told from it. It knows nothing of the inside of the broker.
 */
export class Journal {
  readonly counts: Counts = {
    crashes: 0,
    stops: 0,
    clockJumps: 0,
    purges: 0,
    moves: 0,
    refusals: 0,
    stored: 0,
    duplicates: 0,
    deliveries: 0,
    redeliveries: 0,
    confirmedAcks: 0,
    deadLetters: 0,
    missed: 0,
    keyed: 0,
    delayed: 0,
    cancels: 0,
  };
  /** Nothing is removed, neither by retention nor by a purge, that a group has not settled. */
  keepsUnsettled = false;
  readonly delays = new Delays();
  readonly #hash = createHash('sha256');
  #lines: string[] = [];
  #violation: Violation | undefined;
  readonly #known = new Map<string, Known>();
  readonly #sequenceOfId = new Map<string, number>();
  readonly #lastStored = new Map<number, number>();
  readonly #lastFirst = new Map<string, number>();
  /** By group and partition, then by key. */
  readonly #lastOfKey = new Map<string, Map<string, KeyedDelivery>>();
  readonly #fates = new Map<string, Fate>();
  /** How often a group was told to move on a partition. */
  readonly #moves = new Map<string, number>();

  /** Adds one line to the trace, whose digest tells two runs apart. */
  trace(line: string): void {
    this.#hash.update(line).update('\n');
    this.#lines.push(line);
    if (this.#lines.length > 4 * shownLineCount) this.#lines = this.#lines.slice(-shownLineCount);
  }

  digest(): string {
    return this.#hash.copy().digest('hex').slice(0, 16);
  }

  /** Notes the first broken promise. It throws nothing: the caller may be in the middle of the engine. */
  fail(what: string): void {
    this.#violation ??= new Violation(`${what}\n${this.#lines.slice(-shownLineCount).join('\n')}`);
  }

  /** Throws the first broken promise, if there is one. */
  raise(): void {
    if (this.#violation !== undefined) throw this.#violation;
  }

  /** A process began: within its life, receipts and first deliveries come in order. */
  processBegan({ isEmpty }: { readonly isEmpty: boolean }): void {
    // With its message, a memory station has lost a message id. Sequences it knows: they are `#known` still.
    if (isEmpty) this.#sequenceOfId.clear();
    this.#lastStored.clear();
    this.#lastFirst.clear();
    this.#lastOfKey.clear();
  }

  stored(
    message: {
      readonly partition: number;
      readonly payload: string;
      readonly id: string | undefined;
    },
    sequence: number,
    duplicate: boolean,
  ): void {
    const { partition, payload, id } = message;
    this.trace(`stored ${partition}/${sequence} ${payload}${duplicate ? ' duplicate' : ''}`);
    this.counts.stored += duplicate ? 0 : 1;
    this.counts.duplicates += duplicate ? 1 : 0;
    if (id !== undefined) {
      const first = this.#sequenceOfId.get(`${partition} ${id}`);
      if (first !== undefined && first !== sequence) {
        this.fail(`dedupe: ${id} was stored as ${partition}/${first} and as ${sequence}`);
      }
      this.#sequenceOfId.set(`${partition} ${id}`, sequence);
    }
    if (!duplicate) {
      const last = this.#lastStored.get(partition) ?? 0;
      if (sequence <= last) this.fail(`order: ${partition}/${sequence} was stored after ${last}`);
      this.#lastStored.set(partition, sequence);
    }
    this.#isSeen(partition, sequence, payload).isAcknowledged = true;
  }

  delivered(
    place: Place,
    settings: GroupSettings,
    delivery: Delivery,
    seen: { readonly payload: string; readonly key: string | undefined; readonly wallMs: number },
  ): void {
    const { partition, group } = place;
    const { sequence, deliveryCount } = delivery;
    const { payload, key, wallMs } = seen;
    this.trace(`delivered ${group} ${partition}/${sequence} #${deliveryCount} ${payload}`);
    this.counts.deliveries += 1;
    this.counts.redeliveries += deliveryCount > 1 ? 1 : 0;
    this.#isSeen(partition, sequence, payload);
    if (deliveryCount > settings.deliveryCountMax) {
      this.fail(`limit: ${group} got ${partition}/${sequence} for the ${deliveryCount}th time`);
    }
    if (this.#fate(place, sequence).isConfirmed) {
      this.fail(`ack: ${group} got ${partition}/${sequence} again after its ack was confirmed`);
    }
    const wrong = this.delays.delivered({ partition, sequence }, payload, wallMs);
    if (wrong !== undefined) this.fail(`${wrong}: ${group} got ${partition}/${sequence}`);
    const isDelayed = this.delays.isDelayed(payload);
    if (isDelayed) this.counts.delayed += 1;
    if (settings.keyHeader !== null) {
      if (key !== undefined) this.#deliveredOfKey(place, settings, delivery, { key, isDelayed });
      return;
    }
    if (deliveryCount > 1 || isDelayed) return;
    const last = this.#lastFirst.get(`${group} ${partition}`) ?? 0;
    if (sequence <= last) this.fail(`order: ${group} got ${partition}/${sequence} after ${last}`);
    this.#lastFirst.set(`${group} ${partition}`, sequence);
  }

  /**
   * The messages of a key come one after the other: none comes while an earlier one is out, none again after a later one. A
   * delayed one may come late, but alone too.
   */
  #deliveredOfKey(
    place: Place,
    { deliveryCountMax }: GroupSettings,
    { sequence, deliveryCount }: Delivery,
    { key, isDelayed }: { readonly key: string; readonly isDelayed: boolean },
  ): void {
    const where = `${place.group} ${place.partition}`;
    const lastOfKey = this.#lastOfKey.get(where) ?? new Map<string, KeyedDelivery>();
    this.#lastOfKey.set(where, lastOfKey);
    const last = lastOfKey.get(key);
    // At the delivery limit it is over without a word to anybody.
    lastOfKey.set(key, { sequence, isOut: deliveryCount < deliveryCountMax });
    this.counts.keyed += 1;
    if (last === undefined || sequence === last.sequence) return;
    const isInOrder = isDelayed || sequence > last.sequence;
    if (isInOrder && !(last.isOut && this.keepsUnsettled)) return;
    const again = `${sequence} of key ${key} after ${last.sequence}`;
    this.fail(`key order: ${where} got ${again}${last.isOut ? ', which was out' : ''}`);
  }

  settling(place: Place, sequence: number, settlement: Settlement): void {
    this.trace(`settle ${place.group} ${place.partition}/${sequence} ${settlement.kind}`);
    if (settlement.kind === 'ack') this.#fate(place, sequence).ackedAtMove = this.moveCount(place);
    if (settlement.kind !== 'ack' && settlement.kind !== 'term') return;
    this.#isOver(`${place.group} ${place.partition}`, sequence);
  }

  /** Somebody wants it cancelled; whether it will be is not known before `cancelled`. */
  cancelling(partition: number, sequence: number): void {
    this.trace(`cancel ${partition}/${sequence}`);
    this.delays.asked(partition, sequence);
    // After a restart with a clock that was set back, what waits may be with a member.
    for (const where of this.#lastOfKey.keys()) {
      if (where.endsWith(` ${partition}`)) this.#isOver(where, sequence);
    }
  }

  cancelled(partition: number, sequence: number): void {
    this.trace(`cancelled ${partition}/${sequence}`);
    this.counts.cancels += 1;
    this.delays.told(partition, sequence);
  }

  #isOver(where: string, sequence: number): void {
    for (const last of this.#lastOfKey.get(where)?.values() ?? []) {
      if (last.sequence === sequence) last.isOut = false;
    }
  }

  /** @param moveCount What it was when the message was delivered: an ack from before a move says nothing after it. */
  confirmed(place: Place, sequence: number, settlement: Settlement, moveCount: number): void {
    this.trace(`confirmed ${place.group} ${place.partition}/${sequence} ${settlement.kind}`);
    if (settlement.kind !== 'ack') return;
    this.counts.confirmedAcks += 1;
    if (moveCount === this.moveCount(place)) this.#fate(place, sequence).isConfirmed = true;
  }

  moveCount({ partition, group }: Place): number {
    return this.#moves.get(`${group} ${partition}`) ?? 0;
  }

  /** The group was told to go on elsewhere; from now on it may get everything again. */
  moving(place: Place): number {
    const { partition, group } = place;
    const moveCount = this.moveCount(place) + 1;
    this.counts.moves += 1;
    this.#moves.set(`${group} ${partition}`, moveCount);
    this.#lastFirst.delete(`${group} ${partition}`);
    this.#lastOfKey.delete(`${group} ${partition}`);
    for (const [, fate] of this.#fatesOf(place)) fate.isConfirmed = false;
    return moveCount;
  }

  /** That is on disk: what is from there on has to be acked once more. */
  moved(place: Place, toSequence: number, moveCount: number): void {
    this.trace(`moved ${place.group} ${place.partition} to ${toSequence}`);
    for (const [sequence, fate] of this.#fatesOf(place)) {
      if (sequence < toSequence || fate.ackedAtMove === undefined) continue;
      if (fate.ackedAtMove < moveCount) fate.ackedAtMove = undefined;
    }
  }

  /** What has to hold of a partition when nobody publishes any more. */
  checkPartition(
    partition: number,
    kept: {
      readonly first: number;
      readonly last: number;
      readonly payloads: ReadonlyMap<number, string>;
    },
  ): void {
    const { first, last, payloads } = kept;
    for (const [key, { payload, isAcknowledged }] of this.#known) {
      const [where, sequence] = key.split('/').map(Number) as [number, number];
      if (where !== partition || sequence < first) continue;
      const found = payloads.get(sequence);
      if (found === payload) continue;
      if (found === undefined && this.delays.mayBeCancelled(partition, sequence)) continue;
      if (isAcknowledged || found !== undefined) {
        this.fail(`loss: ${key} is ${found ?? 'gone'} and was ${payload}`);
      }
    }
    for (const sequence of payloads.keys()) {
      if (!this.delays.isCancelled(partition, sequence)) continue;
      this.fail(`cancel: ${partition}/${sequence} is shown and was cancelled`);
    }
    const idsSeen = new Map<string, number>();
    for (const [sequence, payload] of payloads) {
      const before = idsSeen.get(payload);
      if (before !== undefined && payload.startsWith('id ')) {
        this.fail(`dedupe: ${payload} is kept as ${partition}/${before} and as ${sequence}`);
      }
      idsSeen.set(payload, sequence);
    }
    const highest = this.#highestAcknowledged(partition);
    if (highest > last) this.fail(`loss: ${partition}/${highest} is past the last, ${last}`);
  }

  /**
   * Each message ended for each group: acked by a member, or a dead letter; or it was removed by retention, a purge or
   * the restart of a memory station, and is counted.
   */
  checkGroup(
    place: Place,
    range: { readonly from: number; readonly last: number; readonly missedCount: number },
    letters: readonly DeadLetter[],
  ): void {
    const buried = new Set<number>();
    for (const { partition, group, sequence, reason } of letters) {
      if (partition !== place.partition || group !== place.group) continue;
      if (buried.has(sequence)) {
        this.fail(`dead letters: two of ${partition}/${sequence} in ${group} (${reason})`);
      }
      buried.add(sequence);
    }
    this.counts.deadLetters += buried.size;
    this.counts.missed += range.missedCount;
    const isEnded = (sequence: number): boolean =>
      buried.has(sequence) ||
      this.delays.mayBeCancelled(place.partition, sequence) ||
      this.#fate(place, sequence).ackedAtMove !== undefined;
    for (let sequence = range.from; sequence <= range.last; sequence += 1) {
      if (isEnded(sequence)) continue;
      this.fail(`end: nothing became of ${place.partition}/${sequence} in ${place.group}`);
    }
    let goneCount = 0;
    for (let sequence = 1; sequence < range.from; sequence += 1) {
      if (!isEnded(sequence)) goneCount += 1;
    }
    if (this.keepsUnsettled && range.missedCount > 0) {
      this.fail(`missed: ${range.missedCount} count for ${place.group}, and nothing was removed`);
    }
    // An ack that a crash overtook was sent for what counts as missed: there may be more than are gone.
    if (goneCount <= range.missedCount) return;
    const told = `${place.group} was told of ${range.missedCount}`;
    this.fail(`missed: ${goneCount} are gone of partition ${place.partition}, and ${told}`);
  }

  #isSeen(partition: number, sequence: number, payload: string): Known {
    const key = `${partition}/${sequence}`;
    const known = this.#known.get(key);
    if (known === undefined) {
      const now = { payload, isAcknowledged: false };
      this.#known.set(key, now);
      return now;
    }
    if (known.payload !== payload) {
      this.fail(`loss: ${key} was ${known.payload} and is ${payload} now`);
    }
    return known;
  }

  #highestAcknowledged(partition: number): number {
    let highest = 0;
    for (const [key, { isAcknowledged }] of this.#known) {
      const [where, sequence] = key.split('/').map(Number) as [number, number];
      if (where === partition && isAcknowledged) highest = Math.max(highest, sequence);
    }
    return highest;
  }

  *#fatesOf({ partition, group }: Place): Iterable<[number, Fate]> {
    const start = `${group} ${partition}/`;
    for (const [key, fate] of this.#fates) {
      if (key.startsWith(start)) yield [Number(key.slice(start.length)), fate];
    }
  }

  #fate({ partition, group }: Place, sequence: number): Fate {
    const key = `${group} ${partition}/${sequence}`;
    const known = this.#fates.get(key);
    if (known !== undefined) return known;
    const fate: Fate = { ackedAtMove: undefined, isConfirmed: false };
    this.#fates.set(key, fate);
    return fate;
  }
}
