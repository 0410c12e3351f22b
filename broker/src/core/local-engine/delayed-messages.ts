import { Heap } from '../../foundation/index.ts';
import type { Cancel } from '../../foundation/index.ts';
import type { MessageDelays } from '../delivery/message-log.ts';
import type { BrokerError } from '../errors/index.ts';
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
  /** The time of this message has come. */
  readonly onDue: (sequence: number) => void;
}

interface Delayed {
  readonly sequence: number;
  readonly dueMs: number;
}

/** The wall clock may be set while a timer runs: it is looked at this often, at least. */
const lookIntervalMsMax = 5_000;

/**
 * The messages of one partition that no group is to get yet, by their sequence.
 *
 * A record per message, written in the transaction that stores it and removed when its time has come: so a
 * restart knows them without reading messages. Where nobody delays anything this is an empty map.
 */
export class DelayedMessages implements MessageDelays, CommitParticipant {
  readonly #parts: DelayedMessagesParts;
  readonly #bySequence = new Map<number, Delayed>();
  readonly #byTime = new Heap<Delayed>((one, other) => one.dueMs < other.dueMs);
  /** Their records are to be removed. */
  #done: number[] = [];
  #removing: readonly number[] = [];
  #cancelLook: Cancel | undefined;
  #plannedMs = Infinity;
  #isClosed = false;

  constructor(parts: DelayedMessagesParts) {
    this.#parts = parts;
  }

  get count(): number {
    return this.#bySequence.size;
  }

  /** Reads back what the store holds, once, before anything else. */
  load({ firstSequence, lastSequence }: Partition): void {
    const { store, address, time } = this.#parts;
    for (const { key, value } of store.range(delayedRange(address))) {
      const delayed = { sequence: numberAtEnd(key), dueMs: numberAtEnd(value) };
      const isKept = delayed.sequence >= firstSequence && delayed.sequence <= lastSequence;
      if (isKept && delayed.dueMs > time.clock.wallMs()) this.#add(delayed);
      else this.#finish(delayed.sequence);
    }
    this.#plan();
  }

  isDelayed(sequence: number): boolean {
    return this.#bySequence.size > 0 && this.#bySequence.has(sequence);
  }

  /** Stores a message that is not to be delivered before `deliverAtMs`, by the wall clock. */
  append(log: Partition, message: NewMessage, deliverAtMs: number, receipt: AppendReceipt): void {
    let delayed: Delayed | undefined;
    const own: AppendReceipt = {
      stored: (sequence, duplicate) => receipt.stored(sequence, duplicate),
      refused: (error) => {
        if (delayed !== undefined) this.#forget(delayed);
        receipt.refused(error);
      },
    };
    log.append(message, own, (sequence) => {
      delayed = { sequence, dueMs: Math.ceil(deliverAtMs) };
      this.#add(delayed);
      this.#plan();
      if (!this.#parts.isDurable) return [];
      const key = delayedKey(this.#parts.address, sequence);
      return [{ kind: 'put', key, value: numberBytes(delayed.dueMs) }];
    });
  }

  /** Messages below are not kept any more. */
  removedBelow(firstSequence: number): void {
    if (this.#bySequence.size === 0) return;
    for (const delayed of [...this.#bySequence.values()]) {
      if (delayed.sequence >= firstSequence) continue;
      this.#forget(delayed);
      this.#finish(delayed.sequence);
    }
  }

  contribute(changes: StoreChange[]): void {
    if (this.#isClosed) return;
    this.#removing = this.#done;
    this.#done = [];
    for (const sequence of this.#removing) {
      changes.push({ kind: 'delete', key: delayedKey(this.#parts.address, sequence) });
    }
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

  #add(delayed: Delayed): void {
    this.#bySequence.set(delayed.sequence, delayed);
    this.#byTime.push(delayed);
  }

  /** Out of the map; the heap drops it when its turn comes. */
  #forget(delayed: Delayed): boolean {
    if (this.#bySequence.get(delayed.sequence) !== delayed) return false;
    return this.#bySequence.delete(delayed.sequence);
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
