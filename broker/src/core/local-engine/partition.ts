import { Fifo } from '../../foundation/index.ts';
import type { MessageLog } from '../delivery/message-log.ts';
import { BrokerError } from '../errors/index.ts';
import type { StoreChange } from '../ports/ordered-store.ts';
import type {
  AppendReceipt,
  ExpectedLast,
  NewMessage,
  PartitionState,
  StoredMessage,
} from '../ports/station-engine.ts';
import type { PartitionAddress, Station } from '../stations/station.ts';
import type { Block } from './block.ts';
import type { CommitParticipant } from './commit-queue.ts';
import { GatheringBlocks } from './gathering-blocks.ts';
import { encodePartitionHead } from './partition-head.ts';
import type { PartitionHead } from './partition-head.ts';
import type { PartitionGroups, PartitionParts } from './partition-parts.ts';
import { PartitionUpkeep } from './partition-upkeep.ts';
import { endOfPurgeStep, firstSequenceKept } from './retention-rule.ts';
import { partitionHeadKey } from './storage-keys.ts';

/** A receipt and what it is to be told. */
interface Waiting {
  readonly receipt: AppendReceipt;
  readonly sequence: number;
  readonly duplicate: boolean;
}

/** What the commit on its way holds of a partition. */
interface InFlight {
  readonly waiting: readonly Waiting[];
  readonly blocks: readonly Block[];
  readonly lastSequence: number;
  readonly emptied: readonly number[];
  readonly purges: readonly Confirmed[];
}

/** What goes with a message, in the transaction that stores it. */
export interface AlongMessage {
  /** Why the message can not be stored; asked when it is no duplicate and would be stored otherwise. */
  readonly refuse?: () => BrokerError | undefined;
  readonly changes: (sequence: number) => readonly StoreChange[];
}

/** Is told that a purge is on disk, or why it is not known to be. */
type Confirmed = (error?: BrokerError) => void;

/**
 * The messages of one partition: numbers them, writes them in blocks with each commit, finds
 * duplicates, and removes what retention does not keep.
 *
 * Messages gather in a writer while the commit before is on its way; when the next one closes they
 * become blocks and their receipts wait for it. A failed commit takes back everything numbered since the
 * last good one: its receipts and those behind it are refused, and numbering goes on from what is on disk.
 */
export class Partition implements CommitParticipant, MessageLog {
  readonly address: PartitionAddress;
  readonly #parts: PartitionParts;
  readonly #groups: PartitionGroups;
  readonly #upkeep: PartitionUpkeep;
  #station: Station;
  #firstSequence: number;
  #durableSequence: number;
  #assignedSequence: number;
  #byteCount: number;
  #lastStoredAtMs: number;
  readonly #gathering: GatheringBlocks;
  #open: Waiting[] = [];
  /** Changes of others that go with `#open`. */
  readonly #companions: StoreChange[] = [];
  #inFlight: InFlight | undefined;
  /** First sequences of blocks that retention emptied: deleted with the next commit. */
  readonly #emptied = new Fifo<number>();
  /** Purged, and waiting for the next commit to say so. */
  #purges: Confirmed[] = [];
  #removed = false;

  constructor(parts: PartitionParts, groups: PartitionGroups) {
    this.#parts = parts;
    this.#groups = groups;
    this.address = parts.address;
    this.#station = parts.station;
    this.#firstSequence = parts.head.firstSequence;
    this.#durableSequence = parts.head.lastSequence;
    this.#assignedSequence = parts.head.lastSequence;
    this.#byteCount = parts.head.byteCount;
    this.#lastStoredAtMs = parts.head.lastStoredAtMs;
    this.#gathering = new GatheringBlocks(parts.writers);
    this.#upkeep = new PartitionUpkeep(parts, {
      dueMs: () => this.#expiryMs(),
      tidy: () => this.#removeExpired(),
    });
    if (this.#durableSequence >= this.#firstSequence) this.#upkeep.planFirst(parts.station.id);
  }

  get station(): Station {
    return this.#station;
  }

  get firstSequence(): number {
    return this.#firstSequence;
  }

  get lastSequence(): number {
    return this.#durableSequence;
  }

  /** Up to here, nothing is kept: a commit on its way acknowledges messages without storing them. */
  get discardedSequence(): number {
    const last = this.#inFlight?.lastSequence ?? 0;
    // A commit may also bring no messages at all: that discards nothing.
    return this.#inFlight?.blocks.length === 0 && last > this.#durableSequence ? last : 0;
  }

  /** Messages in RAM need no room on the disk. */
  get addsMessages(): boolean {
    return this.#open.length > 0 && this.#station.storage === 'file';
  }

  around(sequence: number): Block | undefined {
    return this.#parts.blocks.around(sequence);
  }

  /** Takes over changed settings; names, ids, storage and partition count never change. */
  update(station: Station): void {
    this.#station = station;
    this.#parts.dedupe.windowMs = station.dedupeWindowMs;
    this.applyRetention();
  }

  append(message: NewMessage, receipt: AppendReceipt, along?: AlongMessage): void {
    if (this.#removed) {
      receipt.refused(this.#unknown());
      return;
    }
    const broken = this.#parts.queue.brokenBy;
    if (broken !== undefined) return receipt.refused(broken);
    const storedAtMs = Math.max(this.#parts.clock.wallMs(), this.#lastStoredAtMs);
    const { messageId } = message;
    if (messageId !== undefined && this.#isDuplicate(messageId, storedAtMs, receipt)) return;
    if (this.#isUnexpected(message.expectedLast, receipt)) return;
    const full = along?.refuse?.() ?? this.#parts.blocks.admit(message.message.length);
    if (full !== undefined) return receipt.refused(full);
    this.#lastStoredAtMs = storedAtMs;
    this.#assignedSequence += 1;
    const sequence = this.#assignedSequence;
    this.#gathering.add(message, sequence, storedAtMs);
    if (messageId !== undefined) this.#parts.dedupe.remember(messageId, sequence, storedAtMs);
    this.#open.push({ receipt, sequence, duplicate: false });
    if (along !== undefined) this.#companions.push(...along.changes(sequence));
    this.#parts.queue.markUrgent(this);
  }

  contribute(changes: StoreChange[]): void {
    if (this.#removed) return;
    const gathered = this.#gathering.take(this.#assignedSequence);
    const blocks = this.#keepsNothing ? [] : gathered;
    const emptied = this.#takeEmptied();
    let byteCount = this.#byteCount;
    for (const block of blocks) byteCount += block.messageByteCount;
    this.#parts.blocks.write(changes, blocks);
    this.#parts.blocks.erase(changes, emptied);
    changes.push(...this.#groups.removedRecords());
    changes.push(...this.#companions.splice(0));
    this.#parts.dedupe.contribute(changes, this.#parts.clock.wallMs());
    const lastSequence = this.#assignedSequence;
    const head: PartitionHead = {
      firstSequence: this.#keepsNothing ? lastSequence + 1 : this.#firstSequence,
      lastSequence,
      byteCount,
      lastStoredAtMs: this.#lastStoredAtMs,
    };
    const key = partitionHeadKey(this.address);
    changes.push({ kind: 'put', key, value: encodePartitionHead(head) });
    this.#inFlight = { waiting: this.#open, blocks, lastSequence, emptied, purges: this.#purges };
    this.#purges = [];
    this.#open = [];
  }

  committed(): void {
    const done = this.#inFlight;
    if (done === undefined) return;
    this.#inFlight = undefined;
    const grown = done.lastSequence > this.#durableSequence;
    this.#durableSequence = done.lastSequence;
    for (const block of done.blocks) this.#byteCount += block.messageByteCount;
    if (!this.#removed) this.#parts.blocks.written(done.blocks);
    if (grown && done.blocks.length === 0) this.#firstSequence = done.lastSequence + 1;
    for (const { receipt, sequence, duplicate } of done.waiting)
      receipt.stored(sequence, duplicate);
    for (const confirmed of done.purges) confirmed();
    if (grown) {
      this.applyRetention();
      this.#groups.stored();
    }
    this.#upkeep.plan();
  }

  rejected(error: BrokerError): void {
    const waiting = [...(this.#inFlight?.waiting ?? []), ...this.#open];
    for (const sequence of this.#inFlight?.emptied ?? []) this.#emptied.push(sequence);
    const purges = [...(this.#inFlight?.purges ?? []), ...this.#purges.splice(0)];
    this.#inFlight = undefined;
    this.#open = [];
    this.#companions.length = 0;
    this.#gathering.clear();
    this.#parts.blocks.notWritten();
    this.#assignedSequence = this.#durableSequence;
    this.#parts.dedupe.forgetFrom(this.#durableSequence + 1);
    for (const { receipt } of waiting) receipt.refused(error);
    for (const confirmed of purges) confirmed(error);
    const hasRemoved = this.#emptied.length > 0 || purges.length > 0;
    if (hasRemoved && !this.#removed) this.#parts.queue.markLazy(this);
  }

  /** Removes what is not to be kept, now; what of it a group had not settled, the group has missed. */
  applyRetention(): void {
    if (this.#removed) return;
    const { count: groupCount, settledByAll } = this.#groups;
    const view = { log: this, byteCount: this.#byteCount, groupCount, settledByAll };
    const nowMs = this.#parts.clock.wallMs();
    const firstKept = firstSequenceKept(this.#station.retention, view, nowMs);
    if (firstKept > this.#firstSequence) this.#removeBelow(firstKept);
  }

  /** Removes the oldest messages below the sequence, some or all of them; resolves with how many when that is on disk. */
  async purgeSome(belowSequence: number): Promise<number> {
    const error = this.#removed ? this.#unknown() : this.#parts.queue.brokenBy;
    if (error !== undefined) throw error;
    const first = this.#firstSequence;
    this.#removeBelow(endOfPurgeStep(this, belowSequence));
    const removedCount = this.#firstSequence - first;
    await new Promise<void>((resolve, reject) => {
      this.#purges.push((error) => (error === undefined ? resolve() : reject(error)));
      this.#parts.queue.markUrgent(this);
    });
    return removedCount;
  }

  /** The message, if it is kept. */
  message(sequence: number): StoredMessage | undefined {
    this.applyRetention();
    if (sequence < this.#firstSequence || sequence > this.#durableSequence) return undefined;
    if (this.#station.retention.kind === 'acked' && this.#groups.isSettledByAll(sequence))
      return undefined;
    const block = this.around(sequence);
    if (block === undefined) return undefined;
    return {
      sequence,
      storedAtMs: block.storedAtMs(sequence),
      message: block.message(sequence),
      headerBytes: block.headerBytes(sequence),
    };
  }

  state(): PartitionState {
    this.applyRetention();
    const first = this.#firstSequence;
    const last = this.#durableSequence;
    return {
      firstSequence: first,
      lastSequence: last,
      messageCount: last - first + 1,
      byteCount: this.#byteCount,
      firstStoredAtMs: first <= last ? this.around(first)?.storedAtMs(first) : undefined,
      lastStoredAtMs: last === 0 ? undefined : this.#lastStoredAtMs,
      groupCount: this.#groups.count,
    };
  }

  /** The station is gone: waiting appends are refused, nothing is written any more. */
  remove(): void {
    this.#removed = true;
    this.#upkeep.stop();
    const waiting = this.#open;
    this.#open = [];
    this.#gathering.clear();
    this.#parts.blocks.clear();
    const error = this.#unknown();
    for (const { receipt } of waiting) receipt.refused(error);
    for (const confirmed of this.#purges.splice(0)) confirmed(error);
  }

  /** Stops its timer. */
  close(): void {
    this.#upkeep.stop();
  }

  /** An acked station without a group acknowledges and keeps nothing, as in Memphis (wire-protocol.md 5.9). */
  get #keepsNothing(): boolean {
    return this.#station.retention.kind === 'acked' && this.#groups.count === 0;
  }

  #unknown(): BrokerError {
    return new BrokerError('STATION_NOT_FOUND', { station: this.#station.name });
  }

  #isDuplicate(messageId: string, nowMs: number, receipt: AppendReceipt): boolean {
    const sequence = this.#parts.dedupe.find(messageId, nowMs);
    if (sequence === undefined) return false;
    if (
      sequence <= this.#durableSequence &&
      this.#open.length === 0 &&
      this.#inFlight === undefined
    ) {
      receipt.stored(sequence, true);
    } else {
      // Answered behind what came before it: if the first one fails, so does this one.
      this.#open.push({ receipt, sequence, duplicate: true });
      this.#parts.queue.markUrgent(this);
    }
    return true;
  }

  /** Refuses a message whose condition does not hold. */
  #isUnexpected(expected: ExpectedLast | undefined, receipt: AppendReceipt): boolean {
    if (expected === undefined) return false;
    const isEmpty = this.#firstSequence > this.#assignedSequence;
    const last = expected.keptOnly && isEmpty ? 0 : this.#assignedSequence;
    if (last === expected.sequence) return false;
    receipt.refused(new BrokerError('SEQUENCE_UNEXPECTED', { expected: expected.sequence, last }));
    return true;
  }

  #takeEmptied(): number[] {
    const emptied: number[] = [];
    for (let next = this.#emptied.shift(); next !== undefined; next = this.#emptied.shift()) {
      emptied.push(next);
    }
    return emptied;
  }

  #removeBelow(firstKept: number): void {
    this.#groups.removingBelow(firstKept);
    while (this.#firstSequence < firstKept) {
      const block = this.around(this.#firstSequence);
      const last = Math.min(block?.lastSequence ?? firstKept, firstKept - 1);
      for (let sequence = this.#firstSequence; block && sequence <= last; sequence += 1) {
        this.#byteCount -= block.messageBytes(sequence);
      }
      this.#firstSequence = last + 1;
      if (block?.lastSequence === last) {
        this.#emptied.push(block.firstSequence);
        this.#parts.blocks.drop(block);
      }
    }
    this.#groups.removedBelow(firstKept);
    this.#parts.queue.markLazy(this);
  }

  #expiryMs(): number {
    return Math.min(this.#nextAgeExpiryMs(), this.#parts.dedupe.nextExpiryMs ?? Infinity);
  }

  #removeExpired(): void {
    this.applyRetention();
    const expiryMs = this.#parts.dedupe.nextExpiryMs;
    if (expiryMs !== undefined && expiryMs <= this.#parts.clock.wallMs()) {
      this.#parts.queue.markLazy(this);
    }
  }

  #nextAgeExpiryMs(): number {
    const { retention } = this.#station;
    if (retention.kind !== 'age' || this.#firstSequence > this.#durableSequence) return Infinity;
    const oldest = this.around(this.#firstSequence)?.storedAtMs(this.#firstSequence);
    return oldest === undefined ? Infinity : oldest + retention.ageMaxMs;
  }
}
