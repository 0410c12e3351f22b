import { Heap } from '../../foundation/index.ts';
import type { Cancel } from '../../foundation/index.ts';
import type { MessageDelays } from '../delivery/message-log.ts';
import { BrokerError } from '../errors/index.ts';
import type { OrderedStore, StoreChange } from '../ports/ordered-store.ts';
import type { AppendReceipt, NewMessage } from '../ports/station-engine.ts';
import type { PartitionAddress } from '../stations/station.ts';
import type { CommitParticipant, CommitQueue } from './commit-queue.ts';
import type { EngineTime } from './engine-time.ts';
import type { Partition } from './partition.ts';
import { delayedKey, delayedRange, numberAtEnd, numberBytes } from './storage-keys.ts';

/** What the delayed messages of a partition are made from. */
export interface DelayedMessagesParts {
  readonly address: PartitionAddress;
  readonly store: OrderedStore;
  readonly queue: CommitQueue;
  readonly time: EngineTime;
  /** False where messages do not outlive the process: then their delays need not either. */
  readonly isDurable: boolean;
  /** How many may be held, waiting or cancelled. */
  readonly countMax: number;
  /** The time of this message has come. */
  readonly onDue: (sequence: number) => void;
  /** No group is to get this message any more; that is on disk. */
  readonly onCancelled: (sequence: number) => void;
}

interface Delayed {
  readonly sequence: number;
  /** By the wall clock, or `beingCancelled`, or `cancelled`. */
  readonly dueMs: number;
}

/** While it is not on disk that a message is cancelled, it neither comes nor is it settled. */
const beingCancelled = Infinity;
/** It is on disk. A broker that knows of no cancelling reads a time that never comes. */
const cancelled = Number.MAX_SAFE_INTEGER;

/** The wall clock may be set while a timer runs: it is looked at this often, at least. */
const lookIntervalMsMax = 5_000;

/** The heap is cleared of what left before its time when that is half of it, and more than this. */
const strayCountMin = 64;

/**
 * The messages of one partition that no group is to get yet, or ever, by their sequence.
 *
 * A record per message, written in the transaction that stores it and removed when its time has come: so a
 * restart knows them without reading messages. Where nobody delays anything this is an empty map.
 *
 * States of a message here: `waiting` for its time; `being cancelled`, from the request until that is on disk, its record
 * rewritten; `cancelled`. It leaves by its time (waiting), or when the partition removes it (all). A cancelled one
 * stays as long as the message: groups that are created or moved later pass over it too.
 */
export class DelayedMessages implements MessageDelays, CommitParticipant {
  readonly #parts: DelayedMessagesParts;
  /** In ascending order: sequences are added so, and a state changes in its place. */
  readonly #bySequence = new Map<number, Delayed>();
  /** The waiting ones, and what left before its time. */
  readonly #byTime = new Heap<Delayed>((one, other) => one.dueMs < other.dueMs);
  readonly #cancelling = new Map<number, Promise<void>>();
  #cancelledCount = 0;
  /** Their records are to be removed. */
  #done: number[] = [];
  /** Their messages are removed, and the records with them. */
  #removed: number[] = [];
  #removing: readonly number[] = [];
  #cancelLook: Cancel | undefined;
  #plannedMs = Infinity;
  #isClosed = false;

  constructor(parts: DelayedMessagesParts) {
    this.#parts = parts;
  }

  get cancelledCount(): number {
    return this.#cancelledCount;
  }

  /** Reads back what the store holds, once, before anything else. */
  load({ firstSequence, lastSequence }: Partition): void {
    const { store, address, time } = this.#parts;
    const nowMs = time.clock.wallMs();
    for (const { key, value } of store.range(delayedRange(address))) {
      const delayed = { sequence: numberAtEnd(key), dueMs: numberAtEnd(value) };
      const isKept = delayed.sequence >= firstSequence && delayed.sequence <= lastSequence;
      if (!isKept || delayed.dueMs <= nowMs) this.#finish(delayed.sequence);
      else if (delayed.dueMs === cancelled) this.#setCancelled(delayed.sequence);
      else this.#add(delayed);
    }
    this.#plan();
  }

  isDelayed(sequence: number): boolean {
    return this.#bySequence.size > 0 && this.#bySequence.has(sequence);
  }

  isCancelled(sequence: number): boolean {
    return this.#cancelledCount > 0 && this.#bySequence.get(sequence)?.dueMs === cancelled;
  }

  *cancelled(): Iterable<number> {
    if (this.#cancelledCount === 0) return;
    for (const { sequence, dueMs } of this.#bySequence.values()) {
      if (dueMs === cancelled) yield sequence;
    }
  }

  /**
   * Takes a kept message back from all groups; resolves when that is on disk. Rejects with MESSAGE_NOT_WAITING, or when the
   * store refuses it: then it waits as before.
   */
  cancel(sequence: number, station: string): Promise<void> {
    const known = this.#bySequence.get(sequence);
    if (known === undefined) {
      return Promise.reject(new BrokerError('MESSAGE_NOT_WAITING', { station, sequence }));
    }
    const onItsWay = this.#cancelling.get(sequence);
    if (onItsWay !== undefined) return onItsWay;
    const done = this.#cancel(known).finally(() => this.#cancelling.delete(sequence));
    this.#cancelling.set(sequence, done);
    return done;
  }

  /** Stores a message that is not to be delivered before `deliverAtMs`, by the wall clock. */
  append(log: Partition, message: NewMessage, deliverAtMs: number, receipt: AppendReceipt): void {
    let delayed: Delayed | undefined;
    const own: AppendReceipt = {
      stored: (sequence, duplicate) => {
        // An acked station without a group has kept nothing of it.
        if (sequence < log.firstSequence) this.removedBelow(log.firstSequence);
        receipt.stored(sequence, duplicate);
      },
      refused: (error) => {
        if (delayed !== undefined) this.#forget(delayed);
        receipt.refused(error);
      },
    };
    log.append(message, own, {
      refuse: () => this.#refusal(log.station.name),
      changes: (sequence) => {
        delayed = { sequence, dueMs: Math.ceil(deliverAtMs) };
        this.#add(delayed);
        this.#plan();
        return this.#records(delayed);
      },
    });
  }

  /** Messages below are not kept any more. */
  removedBelow(firstSequence: number): void {
    if (this.#bySequence.size === 0) return;
    for (const delayed of this.#bySequence.values()) {
      if (delayed.sequence >= firstSequence) break;
      this.#forget(delayed);
      if (this.#parts.isDurable) this.#removed.push(delayed.sequence);
    }
    this.#clearHeap();
  }

  /**
   * Records of messages that are removed, to be deleted together with the head that says so: a record that went before it would
   * make its message an ordinary one after a crash. If that commit is refused, the next start finds and deletes them.
   */
  removedRecords(): StoreChange[] {
    return this.#removed.splice(0).map((sequence) => this.#deletion(sequence));
  }

  contribute(changes: StoreChange[]): void {
    if (this.#isClosed) return;
    this.#removing = this.#done;
    this.#done = [];
    for (const sequence of this.#removing) changes.push(this.#deletion(sequence));
  }

  committed(): void {
    this.#removing = [];
  }

  rejected(error: BrokerError): void {
    this.#done = [...this.#removing, ...this.#done];
    this.#removing = [];
    if (error.code === 'STORE_REFUSED' && !this.#isClosed) this.#parts.queue.markLazy(this);
  }

  /** Stops its timer; nothing is written any more. */
  close(): void {
    this.#isClosed = true;
    this.#cancelLook?.();
  }

  async #cancel(waiting: Delayed): Promise<void> {
    const { sequence } = waiting;
    const { queue, isDurable, onCancelled } = this.#parts;
    const held = { sequence, dueMs: beingCancelled };
    const isHeld = (): boolean => this.#bySequence.get(sequence) === held;
    this.#bySequence.set(sequence, held);
    if (!isDurable) {
      this.#setCancelled(sequence);
      onCancelled(sequence);
    }
    try {
      // In a memory station the groups' ledgers are all that there is to write, and go with the same commit.
      await queue.run((changes) => changes.push(...this.#records({ sequence, dueMs: cancelled })));
    } catch (error) {
      if (isHeld()) this.#add(waiting);
      this.#plan();
      throw error;
    }
    if (!isHeld()) return; // removed meanwhile
    this.#setCancelled(sequence);
    onCancelled(sequence);
  }

  #setCancelled(sequence: number): void {
    this.#bySequence.set(sequence, { sequence, dueMs: cancelled });
    this.#cancelledCount += 1;
    this.#clearHeap();
  }

  /** A broker with more of them than its RAM holds could not start again. */
  #refusal(station: string): BrokerError | undefined {
    const { countMax } = this.#parts;
    if (this.#bySequence.size < countMax) return undefined;
    const waitingCount = this.#bySequence.size - this.#cancelledCount;
    const counts = { countMax, waitingCount, cancelledCount: this.#cancelledCount };
    return new BrokerError('DELAYED_MESSAGES_FULL', { station, ...counts });
  }

  #records({ sequence, dueMs }: Delayed): StoreChange[] {
    if (!this.#parts.isDurable) return [];
    const key = delayedKey(this.#parts.address, sequence);
    return [{ kind: 'put', key, value: numberBytes(dueMs) }];
  }

  #deletion(sequence: number): StoreChange {
    return { kind: 'delete', key: delayedKey(this.#parts.address, sequence) };
  }

  #add(delayed: Delayed): void {
    this.#bySequence.set(delayed.sequence, delayed);
    this.#byTime.push(delayed);
  }

  /** Out of the map; the heap drops it when its turn comes, or when too many of these are in it. */
  #forget(delayed: Delayed): void {
    if (this.#bySequence.get(delayed.sequence) !== delayed) return;
    this.#bySequence.delete(delayed.sequence);
    if (delayed.dueMs === cancelled) this.#cancelledCount -= 1;
  }

  /** A time that is a year ahead is long to wait for, to forget a message. */
  #clearHeap(): void {
    const waitingCount = this.#bySequence.size - this.#cancelledCount;
    if (this.#byTime.length - waitingCount <= Math.max(waitingCount, strayCountMin)) return;
    this.#byTime.retain((delayed) => this.#bySequence.get(delayed.sequence) === delayed);
  }

  #finish(sequence: number): void {
    if (!this.#parts.isDurable) return;
    this.#done.push(sequence);
    this.#parts.queue.markLazy(this);
  }

  #plan(): void {
    const next = this.#byTime.peek();
    if (next === undefined || this.#isClosed || next.dueMs >= this.#plannedMs) return;
    this.#cancelLook?.();
    this.#plannedMs = next.dueMs;
    const leftMs = Math.max(0, next.dueMs - this.#parts.time.clock.wallMs());
    this.#cancelLook = this.#parts.time.scheduler.after(Math.min(leftMs, lookIntervalMsMax), () => {
      this.#plannedMs = Infinity;
      this.#cancelLook = undefined;
      this.#look();
    });
  }

  #look(): void {
    const nowMs = this.#parts.time.clock.wallMs();
    for (let next = this.#byTime.peek(); next !== undefined; next = this.#byTime.peek()) {
      const isMeant = this.#bySequence.get(next.sequence) === next;
      if (isMeant && next.dueMs > nowMs) break;
      this.#byTime.shift();
      if (!isMeant) continue;
      this.#forget(next);
      this.#finish(next.sequence);
      this.#parts.onDue(next.sequence);
    }
    this.#plan();
  }
}
