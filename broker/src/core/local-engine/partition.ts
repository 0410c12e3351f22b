import { Fifo } from '../../foundation/index.ts';
import type { Cancel, Clock, Scheduler } from '../../foundation/index.ts';
import type { MessageLog } from '../delivery/message-log.ts';
import { BrokerError } from '../errors/index.ts';
import type { StoreChange } from '../ports/ordered-store.ts';
import type {
  AppendReceipt,
  NewMessage,
  PartitionState,
  StoredMessage,
} from '../ports/station-engine.ts';
import type { PartitionAddress, Station } from '../stations/station.ts';
import type { Block, BlockWriter, BlockWriterPool } from './block.ts';
import type { BlockReader } from './block-reader.ts';
import type { CommitParticipant, CommitQueue } from './commit-queue.ts';
import type { DedupeWindow } from './dedupe-window.ts';
import { encodePartitionHead } from './partition-head.ts';
import type { PartitionHead } from './partition-head.ts';
import { firstSequenceKept } from './retention-rule.ts';
import { blockKey, partitionHeadKey } from './storage-keys.ts';

/** What a partition asks and tells its groups. */
export interface PartitionGroups {
  readonly count: number;
  /** The highest sequence up to which every group has settled everything; Infinity without groups. */
  readonly settledByAll: number;
  isSettledByAll(sequence: number): boolean;
  /** New messages are on disk. */
  stored(): void;
  /** Retention removed everything below. */
  removedBelow(firstSequence: number): void;
}

/** Everything a partition is made from. */
export interface PartitionParts {
  readonly station: Station;
  readonly address: PartitionAddress;
  readonly head: PartitionHead;
  readonly dedupe: DedupeWindow;
  readonly reader: BlockReader;
  readonly queue: CommitQueue;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly writers: BlockWriterPool;
}

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
}

/** Retention and the dedupe window are looked after at least this often while there is something to expire. */
const upkeepDelayMaxMs = 60_000;
/** And at most this often, so that a fast station costs no timer per message. */
const upkeepDelayMinMs = 50;

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
  #station: Station;
  #firstSequence: number;
  #durableSequence: number;
  #assignedSequence: number;
  #byteCount: number;
  #lastStoredAtMs: number;
  /** Only while messages gather, so that an idle partition holds no buffer. */
  #writer: BlockWriter | undefined;
  #full: Block[] = [];
  #open: Waiting[] = [];
  #inFlight: InFlight | undefined;
  /** First sequences of blocks that retention emptied: deleted with the next commit. */
  readonly #emptied = new Fifo<number>();
  #removed = false;
  #cancelUpkeep: Cancel | undefined;

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
    if (this.#durableSequence >= this.#firstSequence) this.#planFirstUpkeep();
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

  get addsMessages(): boolean {
    return this.#open.length > 0;
  }

  around(sequence: number): Block | undefined {
    return this.#parts.reader.around(sequence);
  }

  /** Takes over changed settings; names, ids and partition count never change. */
  update(station: Station): void {
    this.#station = station;
    this.#parts.dedupe.windowMs = station.dedupeWindowMs;
    this.applyRetention();
  }

  append(message: NewMessage, receipt: AppendReceipt): void {
    if (this.#removed) {
      receipt.refused(new BrokerError('STATION_NOT_FOUND', { station: this.#station.name }));
      return;
    }
    const broken = this.#parts.queue.brokenBy;
    if (broken !== undefined) return receipt.refused(broken);
    const storedAtMs = Math.max(this.#parts.clock.wallMs(), this.#lastStoredAtMs);
    if (
      message.messageId !== undefined &&
      this.#isDuplicate(message.messageId, storedAtMs, receipt)
    )
      return;
    this.#lastStoredAtMs = storedAtMs;
    this.#assignedSequence += 1;
    const sequence = this.#assignedSequence;
    this.#write(message, storedAtMs);
    if (message.messageId !== undefined) {
      this.#parts.dedupe.remember(message.messageId, sequence, storedAtMs);
    }
    this.#open.push({ receipt, sequence, duplicate: false });
    this.#parts.queue.markUrgent(this);
  }

  contribute(changes: StoreChange[]): void {
    if (this.#removed) return;
    this.#seal();
    const blocks = this.#keepsNothing ? [] : this.#full;
    const emptied = this.#takeEmptied();
    let byteCount = this.#byteCount;
    for (const block of blocks) {
      changes.push({
        kind: 'put',
        key: blockKey(this.address, block.firstSequence),
        value: block.bytes,
      });
      byteCount += block.messageByteCount;
    }
    for (const sequence of emptied) {
      changes.push({ kind: 'delete', key: blockKey(this.address, sequence) });
    }
    this.#parts.dedupe.contribute(changes, this.#parts.clock.wallMs());
    const lastSequence = this.#assignedSequence;
    const head: PartitionHead = {
      firstSequence: this.#keepsNothing ? lastSequence + 1 : this.#firstSequence,
      lastSequence,
      byteCount,
      lastStoredAtMs: this.#lastStoredAtMs,
    };
    changes.push({
      kind: 'put',
      key: partitionHeadKey(this.address),
      value: encodePartitionHead(head),
    });
    this.#inFlight = { waiting: this.#open, blocks, lastSequence, emptied };
    this.#open = [];
    this.#full = [];
  }

  committed(): void {
    const done = this.#inFlight;
    if (done === undefined) return;
    this.#inFlight = undefined;
    const grown = done.lastSequence > this.#durableSequence;
    this.#durableSequence = done.lastSequence;
    for (const block of done.blocks) {
      this.#byteCount += block.messageByteCount;
      this.#parts.reader.add(block);
    }
    if (grown && done.blocks.length === 0) this.#firstSequence = done.lastSequence + 1;
    for (const { receipt, sequence, duplicate } of done.waiting)
      receipt.stored(sequence, duplicate);
    if (grown) {
      this.applyRetention();
      this.#groups.stored();
    }
    this.#planUpkeep();
  }

  rejected(error: BrokerError): void {
    const waiting = [...(this.#inFlight?.waiting ?? []), ...this.#open];
    for (const sequence of this.#inFlight?.emptied ?? []) this.#emptied.push(sequence);
    this.#inFlight = undefined;
    this.#open = [];
    this.#full = [];
    this.#dropWriter();
    this.#assignedSequence = this.#durableSequence;
    this.#parts.dedupe.forgetFrom(this.#durableSequence + 1);
    for (const { receipt } of waiting) receipt.refused(error);
    if (this.#emptied.length > 0 && !this.#removed) this.#parts.queue.markLazy(this);
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
    this.#cancelUpkeep?.();
    const waiting = this.#open;
    this.#open = [];
    this.#full = [];
    this.#dropWriter();
    this.#parts.reader.clear();
    const error = new BrokerError('STATION_NOT_FOUND', { station: this.#station.name });
    for (const { receipt } of waiting) receipt.refused(error);
  }

  /** Stops its timer. */
  close(): void {
    this.#cancelUpkeep?.();
  }

  /** An acked station without a group acknowledges and keeps nothing, as in Memphis (wire-protocol.md 5.9). */
  get #keepsNothing(): boolean {
    return this.#station.retention.kind === 'acked' && this.#groups.count === 0;
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

  #write(message: NewMessage, storedAtMs: number): void {
    this.#writer ??= this.#parts.writers.take();
    if (this.#writer.isFullFor(message, storedAtMs)) this.#finishBlock(this.#writer);
    this.#writer.add(message, storedAtMs);
  }

  #finishBlock(writer: BlockWriter): void {
    this.#full.push(writer.finish(this.#assignedSequence - writer.messageCount));
  }

  #seal(): void {
    const writer = this.#writer;
    if (writer !== undefined && writer.messageCount > 0) {
      this.#full.push(writer.finish(this.#assignedSequence - writer.messageCount + 1));
    }
    this.#dropWriter();
  }

  #dropWriter(): void {
    if (this.#writer !== undefined) this.#parts.writers.giveBack(this.#writer);
    this.#writer = undefined;
  }

  #takeEmptied(): number[] {
    const emptied: number[] = [];
    for (let next = this.#emptied.shift(); next !== undefined; next = this.#emptied.shift()) {
      emptied.push(next);
    }
    return emptied;
  }

  #removeBelow(firstKept: number): void {
    while (this.#firstSequence < firstKept) {
      const block = this.around(this.#firstSequence);
      const last = Math.min(block?.lastSequence ?? firstKept, firstKept - 1);
      for (let sequence = this.#firstSequence; block && sequence <= last; sequence += 1) {
        this.#byteCount -= block.messageBytes(sequence);
      }
      this.#firstSequence = last + 1;
      if (block?.lastSequence === last) {
        this.#emptied.push(block.firstSequence);
        this.#parts.reader.drop(block);
      }
    }
    this.#groups.removedBelow(firstKept);
    this.#parts.queue.markLazy(this);
  }

  /**
   * After a start, the oldest messages are looked at within half a minute and not all at once:
   * with 10,000 stations that would be 10,000 reads. A pull looks by itself.
   */
  #planFirstUpkeep(): void {
    const spreadMs = (this.address.stationId * 7919) % 30_000;
    this.#cancelUpkeep = this.#parts.scheduler.after(upkeepDelayMinMs + spreadMs, () => {
      this.#cancelUpkeep = undefined;
      this.applyRetention();
      this.#planUpkeep();
    });
  }

  #planUpkeep(): void {
    if (this.#cancelUpkeep !== undefined || this.#removed) return;
    const dueMs = Math.min(this.#nextAgeExpiryMs(), this.#parts.dedupe.nextExpiryMs ?? Infinity);
    if (dueMs === Infinity) return;
    const delayMs = dueMs - this.#parts.clock.wallMs();
    const bounded = Math.min(Math.max(delayMs, upkeepDelayMinMs), upkeepDelayMaxMs);
    this.#cancelUpkeep = this.#parts.scheduler.after(bounded, () => {
      this.#cancelUpkeep = undefined;
      this.applyRetention();
      const expiryMs = this.#parts.dedupe.nextExpiryMs;
      if (expiryMs !== undefined && expiryMs <= this.#parts.clock.wallMs()) {
        this.#parts.queue.markLazy(this);
      }
      this.#planUpkeep();
    });
  }

  #nextAgeExpiryMs(): number {
    const { retention } = this.#station;
    if (retention.kind !== 'age' || this.#firstSequence > this.#durableSequence) return Infinity;
    const oldest = this.around(this.#firstSequence)?.storedAtMs(this.#firstSequence);
    return oldest === undefined ? Infinity : oldest + retention.ageMaxMs;
  }
}
