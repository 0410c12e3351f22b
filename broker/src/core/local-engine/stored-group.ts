import { chunkSequences, DeliveryLedger, GroupDelivery } from '../delivery/index.ts';
import type {
  Failure,
  GroupDeliveryListener,
  MessageDelays,
  Retry,
  Settlement,
} from '../delivery/index.ts';
import { BrokerError } from '../errors/index.ts';
import type { GroupSettings, GroupState } from '../groups/group.ts';
import type { NewDeadLetter } from '../dead-letters/dead-letter.ts';
import { producedByHeader, producedByResend } from '../dead-letters/resent-headers.ts';
import type { ReadHeader } from '../ports/header-blocks.ts';
import type { StoreChange } from '../ports/ordered-store.ts';
import type { PullEnd } from '../ports/station-engine.ts';
import type { CommitParticipant, CommitQueue } from './commit-queue.ts';
import type { DeadLetterShelf, ShelvedLetter } from './dead-letter-shelf.ts';
import { encodeGroupHead, encodeLedgerChunk } from './group-record.ts';
import type { GroupHead, LedgerChunk } from './group-record.ts';
import type { EngineTime } from './engine-time.ts';
import type { Partition } from './partition.ts';
import { groupHeadKey, ledgerChunkKey } from './storage-keys.ts';

/** Is told when a settlement is on disk, or why it never will be. */
export type Confirmed = (error?: BrokerError) => void;

/** Everything a stored group is made from. */
export interface StoredGroupParts {
  readonly partition: Partition;
  readonly delays: MessageDelays;
  readonly queue: CommitQueue;
  readonly shelf: DeadLetterShelf;
  readonly time: EngineTime;
  readonly waitingPullCountMax: number;
  readonly passedOverCountMax: number;
  readonly termReportTimeoutMs: number;
  readonly readHeader: ReadHeader;
}

/** What a commit on its way holds of a group. */
interface InFlight {
  readonly chunkIndexes: readonly number[];
  readonly letterCount: number;
  readonly confirmations: readonly Confirmed[];
}

/**
 * A consumer group on one partition: its delivery, and its records in the store. Whatever delivery
 * changes goes with the next commit; a dead letter in the same one that settles its message.
 */
export class StoredGroup implements CommitParticipant, GroupDeliveryListener {
  readonly delivery: GroupDelivery;
  readonly #parts: StoredGroupParts;
  readonly #ledger: DeliveryLedger;
  readonly #head: Pick<GroupHead, 'start' | 'createdAtMs'>;
  /** Given up and not yet known to be on disk. */
  #letters: ShelvedLetter[] = [];
  #confirmations: Confirmed[] = [];
  /** Of messages that are held: nothing is settled yet that could be confirmed. */
  #heldConfirmations: { readonly sequence: number; readonly confirmed: Confirmed }[] = [];
  #inFlight: InFlight | undefined;
  /** Set while the group is being deleted: but for dead letters, nothing of it is written any more. */
  #isDeleting = false;

  /** @param chunks What the store holds of the ledger; undefined for a group that is new. */
  constructor(
    parts: StoredGroupParts,
    head: GroupHead,
    chunks: ReadonlyMap<number, LedgerChunk> | undefined,
  ) {
    this.#parts = parts;
    this.#head = { start: head.start, createdAtMs: head.createdAtMs };
    this.#ledger = new DeliveryLedger(head.settledSequence);
    const retries = new Map<number, Retry>();
    for (const [index, chunk] of chunks ?? []) {
      this.#ledger.load(index, chunk.states);
      for (const [place, retry] of chunk.retries) {
        retries.set(index * chunkSequences + place, retry);
      }
    }
    this.delivery = new GroupDelivery({
      settings: head.settings,
      log: parts.partition,
      delays: parts.delays,
      ledger: this.#ledger,
      position: head,
      retries,
      isRestored: chunks !== undefined,
      clock: parts.time.clock,
      scheduler: parts.time.scheduler,
      waitingPullCountMax: parts.waitingPullCountMax,
      passedOverCountMax: parts.passedOverCountMax,
      readHeader: parts.readHeader,
      termReportTimeoutMs: parts.termReportTimeoutMs,
      listener: this,
    });
  }

  /** A dead letter is as large as its message. */
  get addsMessages(): boolean {
    return this.#letters.length > 0;
  }

  get settings(): GroupSettings {
    return this.delivery.settings;
  }

  settle(sequence: number, settlement: Settlement, confirmed: Confirmed | undefined): void {
    this.delivery.settle(sequence, settlement);
    if (confirmed === undefined) return;
    const broken = this.#parts.queue.brokenBy;
    if (broken !== undefined) {
      confirmed(broken);
      return;
    }
    if (this.delivery.isHeld(sequence)) {
      this.#heldConfirmations.push({ sequence, confirmed });
      return;
    }
    this.#confirmations.push(confirmed);
    this.#parts.queue.markUrgent(this);
  }

  /** Goes on behind the sequence. `moved` is called when that is on disk, or with the error that prevented it. */
  moveTo(sequence: number, moved: Confirmed): void {
    this.#confirmations.push(moved);
    this.delivery.moveTo(sequence);
    this.#parts.queue.markUrgent(this);
  }

  hasRoomFor(sequence: number): boolean {
    const { partition, shelf } = this.#parts;
    const { station } = partition;
    if (!station.deadLetters.undelivered || sequence < partition.firstSequence) return true;
    const bytes = partition.around(sequence)?.messageBytes(sequence) ?? 0;
    return shelf.hasRoomFor(station, bytes);
  }

  changed(): void {
    if (this.#heldConfirmations.length > 0) this.#confirmWhatIsNotHeld();
    this.#parts.queue.markLazy(this);
  }

  failed(failure: Failure): void {
    const { partition, shelf, time, readHeader } = this.#parts;
    const { station, address } = partition;
    if (!station.deadLetters.undelivered || failure.sequence < partition.firstSequence) return;
    const { sequence } = failure;
    const block = partition.around(sequence);
    if (block === undefined) return;
    const message = block.message(sequence);
    const headerBytes = block.headerBytes(sequence);
    // What was a dead letter and was sent on does not become one again (wire-protocol.md 4).
    if (readHeader(message, headerBytes, producedByHeader) === producedByResend) return;
    const nowMs = time.clock.wallMs();
    const letter: NewDeadLetter = {
      ...failure,
      stationId: address.stationId,
      partition: address.partition,
      group: this.settings.name,
      storedAtMs: block.storedAtMs(sequence),
      firstFailedAtMs: failure.firstFailedAtMs ?? nowMs,
      lastFailedAtMs: nowMs,
      message,
      headerBytes,
    };
    this.#letters.push(shelf.add(letter, station.deadLetterStation));
    this.#parts.queue.markUrgent(this);
  }

  contribute(changes: StoreChange[]): void {
    const { partition, shelf } = this.#parts;
    if (this.#isDeleting) {
      // Dead letters outlive their group, also those that are made while it goes.
      shelf.contribute(changes, this.#letters);
      const letterCount = this.#letters.length;
      this.#inFlight = { chunkIndexes: [], letterCount, confirmations: [] };
      return;
    }
    const name = this.settings.name;
    changes.push({
      kind: 'put',
      key: groupHeadKey(partition.address, name),
      value: encodeGroupHead({
        ...this.#head,
        ...this.delivery.position,
        settings: this.settings,
        settledSequence: this.#ledger.floor,
      }),
    });
    const chunkIndexes: number[] = [];
    for (const { index, bytes } of this.#ledger.dirtyChunks()) {
      const key = ledgerChunkKey(partition.address, name, index);
      chunkIndexes.push(index);
      if (bytes === undefined) changes.push({ kind: 'delete', key });
      else changes.push({ kind: 'put', key, value: this.#encodeChunk(index, bytes) });
    }
    this.#ledger.markClean();
    shelf.contribute(changes, this.#letters);
    this.#inFlight = {
      chunkIndexes,
      letterCount: this.#letters.length,
      confirmations: this.#confirmations,
    };
    this.#confirmations = [];
    // What every group has settled by now may go with the commit after this one, never before it.
    if (partition.station.retention.kind === 'acked') partition.applyRetention();
  }

  committed(): void {
    const done = this.#inFlight;
    this.#inFlight = undefined;
    if (done === undefined) return;
    this.#parts.shelf.written(this.#letters.splice(0, done.letterCount));
    for (const confirmed of done.confirmations) confirmed();
  }

  rejected(error: BrokerError): void {
    const { chunkIndexes = [], confirmations = [] } = this.#inFlight ?? {};
    this.#inFlight = undefined;
    this.#ledger.markDirty(chunkIndexes);
    this.#confirmations = [...confirmations, ...this.#confirmations];
    if (error.code === 'STORE_REFUSED') {
      // There was no room. What members said is kept in memory and written when there is.
      if (!this.#isDeleting) this.#parts.queue.markLazy(this);
      return;
    }
    this.#confirmAll(error);
  }

  /** From here on only dead letters are written; `false` takes it back. */
  setDeleting(isDeleting: boolean): void {
    if (isDeleting) this.delivery.failHeldBelow(Infinity);
    this.#isDeleting = isDeleting;
    if (!isDeleting) this.#parts.queue.markLazy(this);
  }

  /** The group is gone: pulls end, and settlements that wait are settled with it. */
  end(end: PullEnd): void {
    this.#isDeleting = true;
    this.delivery.end(end);
    this.#confirmAll();
  }

  /** The engine closes: pulls end, and what could not be written is not confirmed. */
  close(): void {
    this.#isDeleting = true;
    this.delivery.end('closed');
    this.#confirmAll(new BrokerError('BROKER_STOPPING'));
  }

  state(): GroupState {
    const { delivery } = this;
    return {
      settings: this.settings,
      start: this.#head.start,
      createdAtMs: this.#head.createdAtMs,
      settledSequence: delivery.settledSequence,
      deliveredSequence: delivery.position.deliveredSequence,
      deliveryCount: delivery.position.deliveryCount,
      missedCount: delivery.position.missedCount,
      pendingCount: delivery.pendingCount,
      redeliveredCount: delivery.redeliveredCount,
      undeliveredCount: delivery.undeliveredCount,
      waitingForKeyCount: delivery.waitingForKeyCount,
      waitingPullCount: delivery.waitingPullCount,
    };
  }

  #confirmWhatIsNotHeld(): void {
    const all = this.#heldConfirmations;
    this.#heldConfirmations = all.filter(({ sequence }) => this.delivery.isHeld(sequence));
    const released = all.filter(({ sequence }) => !this.delivery.isHeld(sequence));
    if (released.length === 0) return;
    for (const { confirmed } of released) this.#confirmations.push(confirmed);
    this.#parts.queue.markUrgent(this);
  }

  #confirmAll(error?: BrokerError): void {
    for (const confirmed of this.#confirmations.splice(0)) confirmed(error);
    for (const { confirmed } of this.#heldConfirmations.splice(0)) confirmed(error);
  }

  #encodeChunk(index: number, states: Uint8Array): Uint8Array {
    const retries = new Map<number, Retry>();
    const all = this.delivery.retries;
    for (let place = 0; all.size > 0 && place < chunkSequences; place += 1) {
      const retry = all.get(index * chunkSequences + place);
      if (retry !== undefined) retries.set(place, retry);
    }
    return encodeLedgerChunk({ states, retries });
  }
}
