import { endedPull } from '../delivery/index.ts';
import type { Settlement } from '../delivery/index.ts';
import { BrokerError } from '../errors/index.ts';
import type {
  GroupChange,
  GroupMove,
  GroupSettings,
  GroupStart,
  GroupTarget,
} from '../groups/group.ts';
import { changedSettings, sameSettings } from '../groups/group-settings.ts';
import type { ReadHeader } from '../ports/header-blocks.ts';
import type { OrderedStore } from '../ports/ordered-store.ts';
import type {
  AppendReceipt,
  NewMessage,
  Pull,
  PullReceiver,
  PullRequest,
  StoredMessage,
} from '../ports/station-engine.ts';
import type { PartitionAddress, Station } from '../stations/station.ts';
import type { BlockCache } from './block-cache.ts';
import type { BlockWriterPool } from './block.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { DeadLetterShelf } from './dead-letter-shelf.ts';
import { DelayedMessages } from './delayed-messages.ts';
import { DedupeWindow } from './dedupe-window.ts';
import type { EngineTime } from './engine-time.ts';
import { placeBefore } from './group-place.ts';
import { decodeGroupHead, decodeLedgerChunk } from './group-record.ts';
import type { GroupHead, LedgerChunk } from './group-record.ts';
import { MemoryBlocks } from './memory-blocks.ts';
import type { MemoryRoom } from './memory-room.ts';
import type { PartitionBlocks } from './partition-blocks.ts';
import { GroupsOfPartition } from './partition-groups.ts';
import { decodePartitionHead, emptyHead, headWithoutMessages } from './partition-head.ts';
import type { PartitionHead } from './partition-head.ts';
import { Partition } from './partition.ts';
import { StoredBlocks } from './stored-blocks.ts';
import { StoredGroup } from './stored-group.ts';
import type { Confirmed } from './stored-group.ts';
import {
  groupHeadKey,
  groupHeadRange,
  ledgerRange,
  messageIdsRange,
  numberAtEnd,
  partitionHeadKey,
} from './storage-keys.ts';

/** What all stations of an engine share. */
export interface StoredStationParts {
  readonly store: OrderedStore;
  readonly queue: CommitQueue;
  readonly shelf: DeadLetterShelf;
  readonly cache: BlockCache;
  readonly memoryRoom: MemoryRoom;
  readonly writers: BlockWriterPool;
  readonly time: EngineTime;
  readonly waitingPullCountMax: number;
  readonly passedOverCountMax: number;
  readonly delayedCountMax: number;
  readonly termReportTimeoutMs: number;
  readonly readHeader: ReadHeader;
}

interface StoredPartition {
  readonly log: Partition;
  readonly groups: GroupsOfPartition;
  readonly delayed: DelayedMessages;
}

/** One station as the local engine holds it: its partitions, each with the same groups. */
export class StoredStation {
  readonly #parts: StoredStationParts;
  readonly #partitions: readonly StoredPartition[];
  #station: Station;

  /** Reads back what the store holds of the station. */
  constructor(station: Station, parts: StoredStationParts) {
    this.#station = station;
    this.#parts = parts;
    this.#partitions = Array.from({ length: station.partitionCount }, (_, index) =>
      this.#load({ stationId: station.id, partition: index + 1 }),
    );
  }

  get station(): Station {
    return this.#station;
  }

  update(station: Station): void {
    this.#station = station;
    for (const { log } of this.#partitions) log.update(station);
  }

  partition(number: number): Partition | undefined {
    return this.#partitions[number - 1]?.log;
  }

  group(partition: number, name: string): StoredGroup | undefined {
    return this.#partitions[partition - 1]?.groups.get(name);
  }

  groupNames(): string[] {
    return Array.from(this.#partitions[0]?.groups.all() ?? [], ({ settings }) => settings.name);
  }

  /** Stores a message that groups are to get later. */
  appendDelayed(address: PartitionAddress, message: NewMessage, receipt: AppendReceipt): void {
    const { log, delayed } = this.#partitions[address.partition - 1] as StoredPartition;
    const { deliverAtMs = 0 } = message;
    const waitMs = deliverAtMs - this.#parts.time.clock.wallMs();
    const { retention, name } = this.#station;
    if (retention.kind === 'age' && waitMs >= retention.ageMaxMs) {
      const { ageMaxMs } = retention;
      receipt.refused(new BrokerError('DELAY_PAST_RETENTION', { station: name, ageMaxMs }));
      return;
    }
    if (waitMs > 0) delayed.append(log, message, deliverAtMs, receipt);
    else log.append(message, receipt);
  }

  /** Undefined where there is no such partition, false where the message is not kept. */
  async cancelDelayed(
    { partition }: PartitionAddress,
    sequence: number,
  ): Promise<boolean | undefined> {
    const found = this.#partitions[partition - 1];
    if (found === undefined) return undefined;
    const { log, delayed } = found;
    if (delayed.isCancelled(sequence)) return true;
    log.applyRetention();
    // A message that waits is kept, and need not be read; one on its way to disk has no sequence that anybody knows.
    const isWaiting = sequence <= log.lastSequence && delayed.isDelayed(sequence);
    if (!isWaiting && log.message(sequence) === undefined) return false;
    await delayed.cancel(sequence, this.#station.name);
    return true;
  }

  /** The message, if it is kept and not cancelled. */
  message({ partition }: PartitionAddress, sequence: number): StoredMessage | undefined {
    const found = this.#partitions[partition - 1];
    return found?.delayed.isCancelled(sequence) === true ? undefined : found?.log.message(sequence);
  }

  pull(
    address: PartitionAddress,
    group: string,
    request: PullRequest,
    receiver: PullReceiver,
  ): Pull {
    const stored = this.#partitions[address.partition - 1];
    const found = stored?.groups.get(group);
    if (stored === undefined || found === undefined) {
      receiver.ended('no-such-group');
      return endedPull;
    }
    stored.log.applyRetention();
    return found.delivery.pull(request, receiver);
  }

  settle(
    address: PartitionAddress,
    group: string,
    sequence: number,
    settlement: Settlement,
    confirmed: Confirmed | undefined,
  ): void {
    const found = this.group(address.partition, group);
    if (found === undefined) confirmed?.();
    else found.settle(sequence, settlement, confirmed);
  }

  /** One commit holds the group's part on every partition. */
  async putGroup(change: GroupChange, start: GroupStart): Promise<void> {
    const created: StoredPartition[] = [];
    for (const partition of this.#partitions) {
      const existing = partition.groups.get(change.name);
      const settings = changedSettings(change, existing?.settings);
      if (existing === undefined) {
        const group = this.#createGroup(partition, settings, start);
        partition.groups.add(group);
        created.push(partition);
        this.#parts.queue.markUrgent(group);
      } else if (!sameSettings(existing.settings, settings)) {
        existing.delivery.update(settings);
        this.#parts.queue.markUrgent(existing);
      }
    }
    try {
      await this.#parts.queue.run(() => undefined);
    } catch (error) {
      for (const { groups } of created) {
        groups.get(change.name)?.end('group-deleted');
        groups.delete(change.name);
      }
      throw error;
    }
  }

  async deleteGroup(name: string): Promise<boolean> {
    const doomed = this.#partitions.flatMap(({ log, groups }) => {
      const group = groups.get(name);
      return group === undefined ? [] : [{ log, groups, group }];
    });
    if (doomed.length === 0) return false;
    for (const { group } of doomed) group.setDeleting(true);
    try {
      await this.#parts.queue.run((changes) => {
        for (const { log } of doomed) {
          changes.push({ kind: 'delete', key: groupHeadKey(log.address, name) });
          for (const key of this.#parts.store.keys(ledgerRange(log.address, name))) {
            changes.push({ kind: 'delete', key });
          }
        }
      });
    } catch (error) {
      for (const { group } of doomed) group.setDeleting(false);
      throw error;
    }
    for (const { log, groups, group } of doomed) {
      groups.delete(name);
      group.end('group-deleted');
      log.applyRetention();
    }
    return true;
  }

  /** Undefined when there is no such group or partition. */
  async moveGroup(
    name: string,
    target: GroupTarget,
    partition: number | undefined,
  ): Promise<readonly GroupMove[] | undefined> {
    const moves = this.#partitions.flatMap(({ log, groups }) => {
      const group = groups.get(name);
      const isMeant = partition === undefined || partition === log.address.partition;
      return group === undefined || !isMeant ? [] : [moveOf(log, group, target)];
    });
    if (moves.length === 0) return undefined;
    return Promise.all(moves);
  }

  /** Ends everything that waits; nothing of the station is written any more. */
  remove(): void {
    for (const { log, groups, delayed } of this.#partitions) {
      delayed.close();
      log.remove();
      for (const group of groups.all()) group.end('station-deleted');
    }
  }

  /** No member can say any more why it gave a message up. */
  failHeld(): void {
    for (const { groups } of this.#partitions) groups.removingBelow(Infinity);
  }

  /** Stops its timers; waiting pulls end. */
  close(): void {
    for (const { log, groups, delayed } of this.#partitions) {
      delayed.close();
      log.close();
      for (const group of groups.all()) group.close();
    }
  }

  #load(address: PartitionAddress): StoredPartition {
    const { store, queue, writers, time } = this.#parts;
    const dedupe = new DedupeWindow(address, this.#station);
    for (const { key, value } of store.range(messageIdsRange(address))) {
      dedupe.load(numberAtEnd(key), value);
    }
    const groups = new GroupsOfPartition();
    const log = new Partition(
      {
        station: this.#station,
        address,
        head: this.#loadHead(address),
        dedupe,
        blocks: this.#blocksOf(address),
        queue,
        clock: time.clock,
        scheduler: time.scheduler,
        writers,
      },
      groups,
    );
    const delayed = new DelayedMessages({
      address,
      store,
      queue,
      time,
      isDurable: !this.#isInMemory,
      countMax: this.#parts.delayedCountMax,
      onDue: (sequence) => groups.due(sequence),
      onCancelled: (sequence) => groups.cancelled(sequence),
    });
    delayed.load(log);
    groups.delayed = delayed;
    for (const { value } of store.range(groupHeadRange(address))) {
      const groupHead = decodeGroupHead(value);
      groups.add(
        this.#newGroup(
          { log, delayed },
          groupHead,
          this.#loadLedger(address, groupHead.settings.name),
        ),
      );
    }
    // What a memory station lost at the restart, its groups have missed, as with retention.
    if (this.#isInMemory) groups.removedBelow(log.firstSequence);
    return { log, groups, delayed };
  }

  get #isInMemory(): boolean {
    return this.#station.storage === 'memory';
  }

  #loadHead(address: PartitionAddress): PartitionHead {
    const record = this.#parts.store.get(partitionHeadKey(address));
    if (record === undefined) return emptyHead;
    const head = decodePartitionHead(record);
    return this.#isInMemory ? headWithoutMessages(head) : head;
  }

  #blocksOf(address: PartitionAddress): PartitionBlocks {
    const { store, cache, memoryRoom } = this.#parts;
    return this.#isInMemory
      ? new MemoryBlocks(memoryRoom)
      : new StoredBlocks(address, store, cache);
  }

  #loadLedger(address: PartitionAddress, group: string): Map<number, LedgerChunk> {
    const chunks = new Map<number, LedgerChunk>();
    for (const { key, value } of this.#parts.store.range(ledgerRange(address, group))) {
      chunks.set(numberAtEnd(key), decodeLedgerChunk(value));
    }
    return chunks;
  }

  #createGroup(
    partition: Pick<StoredPartition, 'log' | 'delayed'>,
    settings: GroupSettings,
    start: GroupStart,
  ): StoredGroup {
    const before = placeBefore(start, partition.log);
    const head: GroupHead = {
      settings,
      // Later, "the last three" would be others: what is kept is the sequence that it meant, which clients can say again.
      start: start.kind === 'last' ? { kind: 'sequence', sequence: before + 1 } : start,
      createdAtMs: this.#parts.time.clock.wallMs(),
      settledSequence: before,
      deliveredSequence: before,
      deliveryCount: 0,
      missedCount: 0,
    };
    return this.#newGroup(partition, head, undefined);
  }

  #newGroup(
    { log, delayed }: Pick<StoredPartition, 'log' | 'delayed'>,
    head: GroupHead,
    chunks: ReadonlyMap<number, LedgerChunk> | undefined,
  ): StoredGroup {
    return new StoredGroup({ ...this.#parts, partition: log, delays: delayed }, head, chunks);
  }
}

async function moveOf(log: Partition, group: StoredGroup, target: GroupTarget): Promise<GroupMove> {
  const { settledSequence, position } = group.delivery;
  const before = target.kind === 'unsettled' ? settledSequence : placeBefore(target, log);
  await new Promise<void>((resolve, reject) => {
    group.moveTo(before, (error) => (error === undefined ? resolve() : reject(error)));
  });
  const { partition } = log.address;
  return { partition, fromSequence: position.deliveredSequence + 1, toSequence: before + 1 };
}

/** Refuses a station that is not open. */
export function unknownStation(stationId: number): BrokerError {
  return new BrokerError('STATION_NOT_FOUND', { station: `with id ${String(stationId)}` });
}
