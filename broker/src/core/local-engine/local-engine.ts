import type {
  DeadLetter,
  DeadLetterTotals,
  DueCopy,
  NewDeadLetter,
  Resend,
} from '../dead-letters/dead-letter.ts';
import { endedPull } from '../delivery/index.ts';
import type { Settlement } from '../delivery/index.ts';
import { BrokerError } from '../errors/index.ts';
import type {
  GroupChange,
  GroupMove,
  GroupStart,
  GroupState,
  GroupTarget,
} from '../groups/group.ts';
import type { MessageBytes } from '../ports/header-blocks.ts';
import type { OrderedStore } from '../ports/ordered-store.ts';
import type {
  AppendReceipt,
  NewMessage,
  PartitionState,
  Pull,
  PullReceiver,
  PullRequest,
  StationEngine,
  StoredMessage,
} from '../ports/station-engine.ts';
import type { PartitionAddress, Station } from '../stations/station.ts';
import { BlockCache } from './block-cache.ts';
import { BlockWriterPool } from './block.ts';
import { CommitQueue } from './commit-queue.ts';
import { DeadLetterShelf } from './dead-letter-shelf.ts';
import type { DeadLetterShelfOptions } from './dead-letter-shelf.ts';
import type { EngineTime } from './engine-time.ts';
import { MemoryRoom } from './memory-room.ts';
import { StoredStation, unknownStation } from './stored-station.ts';
import type { StoredStationParts } from './stored-station.ts';
import type { Confirmed } from './stored-group.ts';
import {
  deadLetterStationKey,
  isDeadLetterKey,
  numberAtEnd,
  stationRanges,
} from './storage-keys.ts';

/** What a local engine may be told; every bound has a name in `config/limits.ts`. */
export interface LocalEngineOptions extends DeadLetterShelfOptions {
  /** A block is closed when it reaches this size; a larger message has a block of its own. */
  readonly blockBytesTarget: number;
  /** Blocks kept in memory for reading, all stations together. */
  readonly blockCacheBytesMax: number;
  /** What the messages of all memory stations may take of the RAM, together. */
  readonly memoryStationBytesMax: number;
  /** Deliveries and acks that nobody waits for are written after this time at the latest. */
  readonly lazyCommitDelayMs: number;
  /** Wait before the next try when the store had no room. */
  readonly retryDelayMs: number;
  /** Pulls that may wait on one group of one partition. */
  readonly waitingPullCountMax: number;
  /** Messages that a group ordered by key may pass over on one partition, because one of their key is pending. */
  readonly passedOverCountMax: number;
  /** Delayed messages that a partition may hold, waiting for their time or cancelled. */
  readonly delayedCountMax: number;
  /** How long a message that was given up without a reason waits for one. */
  readonly termReportTimeoutMs: number;
  /** A flush failed; the engine takes nothing more, and the process should end. */
  readonly onFatal: (error: BrokerError) => void;
}

/** Keys removed with one commit when a station is removed: keeps other stations' commits short. */
const removedKeyCountMax = 256;

/**
 * The engine of one machine, over any `OrderedStore`: `engines/embedded` gives it LMDB,
 * `engines/memory` a sorted array, the simulation a store that fails. See `StationEngine` for the contract.
 */
export class LocalEngine implements StationEngine {
  readonly #parts: StoredStationParts;
  readonly #stations = new Map<number, StoredStation>();
  /** Copies of dead letters on their way to disk. */
  readonly #copies = new Map<number, Promise<void>>();
  #isClosed = false;

  constructor(store: OrderedStore, time: EngineTime, options: LocalEngineOptions) {
    const queue = new CommitQueue(store, time.scheduler, {
      lazyDelayMs: options.lazyCommitDelayMs,
      retryDelayMs: options.retryDelayMs,
      onFatal: options.onFatal,
    });
    this.#parts = {
      store,
      time,
      queue,
      shelf: new DeadLetterShelf(store, queue, options),
      cache: new BlockCache(options.blockCacheBytesMax),
      memoryRoom: new MemoryRoom(options.memoryStationBytesMax),
      writers: new BlockWriterPool({ bytesTarget: options.blockBytesTarget, countMax: 16 }),
      waitingPullCountMax: options.waitingPullCountMax,
      passedOverCountMax: options.passedOverCountMax,
      delayedCountMax: options.delayedCountMax,
      termReportTimeoutMs: options.termReportTimeoutMs,
      readHeader: options.readHeader,
    };
  }

  openStation(station: Station): Promise<void> {
    const known = this.#stations.get(station.id);
    if (known === undefined)
      this.#stations.set(station.id, new StoredStation(station, this.#parts));
    else known.update(station);
    return Promise.resolve();
  }

  async removeStation(stationId: number): Promise<void> {
    this.#stations.get(stationId)?.remove();
    this.#stations.delete(stationId);
    // A commit on its way may still bring records of this station: look only behind it.
    await this.#parts.queue.run(() => undefined);
    for (const range of stationRanges(stationId)) {
      for (;;) {
        const keys = [...this.#parts.store.keys({ ...range, countMax: removedKeyCountMax })];
        if (keys.length === 0) break;
        await this.#parts.queue.run((changes) => {
          for (const key of keys) {
            changes.push({ kind: 'delete', key });
            if (!isDeadLetterKey(key)) continue;
            changes.push({ kind: 'delete', key: deadLetterStationKey(numberAtEnd(key)) });
          }
        });
      }
    }
    this.#parts.shelf.forgetStation(stationId);
  }

  append(address: PartitionAddress, message: NewMessage, receipt: AppendReceipt): void {
    if (this.#isClosed) {
      receipt.refused(stopping());
      return;
    }
    const partition = this.#partition(address);
    if (partition === undefined) receipt.refused(unknownStation(address.stationId));
    else if (message.deliverAtMs === undefined) partition.append(message, receipt);
    else this.#stations.get(address.stationId)?.appendDelayed(address, message, receipt);
  }

  async putGroup(stationId: number, settings: GroupChange, start: GroupStart): Promise<void> {
    const station = this.#stations.get(stationId);
    if (station === undefined) throw unknownStation(stationId);
    await station.putGroup(settings, start);
  }

  async deleteGroup(stationId: number, group: string): Promise<boolean> {
    return (await this.#stations.get(stationId)?.deleteGroup(group)) ?? false;
  }

  async moveGroup(
    stationId: number,
    group: string,
    target: GroupTarget,
    partition?: number,
  ): Promise<readonly GroupMove[] | undefined> {
    return this.#stations.get(stationId)?.moveGroup(group, target, partition);
  }

  groupNames(stationId: number): Promise<readonly string[]> {
    return Promise.resolve(this.#stations.get(stationId)?.groupNames() ?? []);
  }

  pull(
    address: PartitionAddress,
    group: string,
    request: PullRequest,
    receiver: PullReceiver,
  ): Pull {
    const station = this.#stations.get(address.stationId);
    if (station !== undefined) return station.pull(address, group, request, receiver);
    receiver.ended('no-such-group');
    return endedPull;
  }

  settle(
    address: PartitionAddress,
    group: string,
    sequence: number,
    settlement: Settlement,
    confirmed?: Confirmed,
  ): void {
    const station = this.#stations.get(address.stationId);
    if (station === undefined) confirmed?.(this.#isClosed ? stopping() : undefined);
    else station.settle(address, group, sequence, settlement, confirmed);
  }

  partitionState(address: PartitionAddress): Promise<PartitionState | undefined> {
    return Promise.resolve(this.#partition(address)?.state());
  }

  groupState(address: PartitionAddress, group: string): Promise<GroupState | undefined> {
    const found = this.#stations.get(address.stationId)?.group(address.partition, group);
    return Promise.resolve(found?.state());
  }

  message(address: PartitionAddress, sequence: number): Promise<StoredMessage | undefined> {
    return Promise.resolve(this.#stations.get(address.stationId)?.message(address, sequence));
  }

  async cancelDelayed(address: PartitionAddress, sequence: number): Promise<boolean | undefined> {
    if (this.#isClosed) throw stopping();
    return this.#stations.get(address.stationId)?.cancelDelayed(address, sequence);
  }

  deadLetters(
    stationId: number,
    page: { readonly afterId: number; readonly countMax: number },
  ): Promise<readonly DeadLetter[]> {
    return Promise.resolve(this.#parts.shelf.list(stationId, page.afterId, page.countMax));
  }

  deadLetter(id: number): Promise<DeadLetter | undefined> {
    return Promise.resolve(this.#parts.shelf.get(id));
  }

  deadLetterTotals(stationId: number): Promise<DeadLetterTotals> {
    return Promise.resolve(this.#parts.shelf.totals(stationId));
  }

  async putDeadLetter(letter: NewDeadLetter): Promise<number> {
    const station = this.#stations.get(letter.stationId)?.station;
    if (station === undefined) throw unknownStation(letter.stationId);
    return this.#parts.shelf.put(letter, station);
  }

  dueCopies(countMax: number, firstStationId = 0): Promise<readonly DueCopy[]> {
    return Promise.resolve(this.#parts.shelf.dueCopies(countMax, firstStationId));
  }

  storeCopy(id: number, to: PartitionAddress, copy: MessageBytes): Promise<void> {
    const onItsWay = this.#copies.get(id);
    if (onItsWay !== undefined) return onItsWay;
    const settlesIt = this.#parts.shelf.copied(id);
    if (settlesIt === undefined) return Promise.resolve();
    const stored = new Promise<void>((resolve, reject) => {
      const receipt: AppendReceipt = { stored: () => resolve(), refused: reject };
      const partition = this.#partition(to);
      if (partition === undefined) reject(unknownStation(to.stationId));
      else
        partition.append({ ...copy, messageId: undefined }, receipt, { changes: () => settlesIt });
    }).finally(() => this.#copies.delete(id));
    this.#copies.set(id, stored);
    return stored;
  }

  waiveCopy(id: number): Promise<void> {
    return this.#parts.shelf.waiveCopy(id);
  }

  onCopyDue(listener: () => void): void {
    this.#parts.shelf.onCopyDue = listener;
  }

  removeDeadLetters(ids: readonly number[]): Promise<number> {
    return this.#parts.shelf.remove(ids);
  }

  markResent(ids: readonly number[], resend: Omit<Resend, 'count'>): Promise<void> {
    return this.#parts.shelf.markResent(ids, resend);
  }

  async purge(address: PartitionAddress, belowSequence: number): Promise<number | undefined> {
    if (this.#isClosed) throw stopping();
    const partition = this.#partition(address);
    if (partition === undefined) return undefined;
    // What is stored meanwhile is not part of it: else a busy station could be purged for ever.
    const below = Math.min(belowSequence, partition.lastSequence + 1);
    let removedCount = 0;
    do removedCount += await partition.purgeSome(below);
    while (partition.firstSequence < below);
    return removedCount;
  }

  /** The store stays open: it belongs to whoever made it. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const station of this.#stations.values()) station.failHeld();
    await this.#parts.queue.close();
    for (const station of this.#stations.values()) station.close();
    this.#stations.clear();
  }

  #partition(address: PartitionAddress) {
    return this.#stations.get(address.stationId)?.partition(address.partition);
  }
}

function stopping(): BrokerError {
  return new BrokerError('BROKER_STOPPING');
}
