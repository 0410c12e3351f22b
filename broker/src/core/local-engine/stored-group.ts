import { chunkSequences, DeliveryLedger, GroupDelivery } from '../delivery/index.ts';
import type {
  Failure,
  GroupDeliveryListener,
  Postponement,
  Settlement,
} from '../delivery/index.ts';
import { BrokerError } from '../errors/index.ts';
import type { DeadLetter } from '../dead-letters/dead-letter.ts';
import type { GroupSettings, GroupState } from '../groups/group.ts';
import type { StoreChange } from '../ports/ordered-store.ts';
import type { PullEnd } from '../ports/station-engine.ts';
import type { CommitParticipant, CommitQueue } from './commit-queue.ts';
import type { DeadLetterShelf } from './dead-letter-shelf.ts';
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
  readonly queue: CommitQueue;
  readonly shelf: DeadLetterShelf;
  readonly time: EngineTime;
  readonly waitingPullCountMax: number;
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
  #letters: DeadLetter[] = [];
  #confirmations: Confirmed[] = [];
  #inFlight: InFlight | undefined;
  /** Set while the group is being deleted: nothing of it may be written behind the deletion. */
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
    const postponed = new Map<number, Postponement>();
    for (const [index, chunk] of chunks ?? []) {
      this.#ledger.load(index, chunk.states);
      for (const [place, postponement] of chunk.postponed) {
        postponed.set(index * chunkSequences + place, postponement);
      }
    }
    this.delivery = new GroupDelivery({
      settings: head.settings,
      log: parts.partition,
      ledger: this.#ledger,
      position: head,
      postponed,
      isRestored: chunks !== undefined,
      clock: parts.time.clock,
      scheduler: parts.time.scheduler,
      waitingPullCountMax: parts.waitingPullCountMax,
      listener: this,
    });
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
    this.#confirmations.push(confirmed);
    this.#parts.queue.markUrgent(this);
  }

  changed(): void {
    this.#parts.queue.markLazy(this);
  }

  failed(failure: Failure): void {
    const { partition, shelf, time } = this.#parts;
    const { station, address } = partition;
    if (!station.deadLetters.undelivered || failure.sequence < partition.firstSequence) return;
    const block = partition.around(failure.sequence);
    if (block === undefined) return;
    this.#letters.push(
      shelf.withId({
        ...failure,
        stationId: address.stationId,
        partition: address.partition,
        group: this.settings.name,
        storedAtMs: block.storedAtMs(failure.sequence),
        failedAtMs: time.clock.wallMs(),
        message: block.message(failure.sequence),
        headerBytes: block.headerBytes(failure.sequence),
      }),
    );
    this.#parts.queue.markUrgent(this);
  }

  contribute(changes: StoreChange[]): void {
    if (this.#isDeleting) return;
    const { partition, shelf } = this.#parts;
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
    this.#letters.splice(0, done.letterCount);
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
    for (const confirmed of this.#confirmations.splice(0)) confirmed(error);
  }

  /** From here on nothing is written; `false` takes it back. */
  setDeleting(isDeleting: boolean): void {
    this.#isDeleting = isDeleting;
    if (!isDeleting) this.#parts.queue.markLazy(this);
  }

  /** The group is gone: pulls end, and settlements that wait are settled with it. */
  end(end: PullEnd): void {
    this.#isDeleting = true;
    this.delivery.end(end);
    for (const confirmed of this.#confirmations.splice(0)) confirmed();
  }

  /** The engine closes: pulls end, and what could not be written is not confirmed. */
  close(): void {
    this.#isDeleting = true;
    this.delivery.end('closed');
    const error = new BrokerError('BROKER_STOPPING');
    for (const confirmed of this.#confirmations.splice(0)) confirmed(error);
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
      waitingPullCount: delivery.waitingPullCount,
    };
  }

  #encodeChunk(index: number, states: Uint8Array): Uint8Array {
    const postponed = new Map<number, Postponement>();
    const all = this.delivery.postponed;
    for (let place = 0; all.size > 0 && place < chunkSequences; place += 1) {
      const postponement = all.get(index * chunkSequences + place);
      if (postponement !== undefined) postponed.set(place, postponement);
    }
    return encodeLedgerChunk({ states, postponed });
  }
}
