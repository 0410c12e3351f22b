import type { Clock, Scheduler } from '../../foundation/index.ts';
import type { PartitionAddress, Station } from '../stations/station.ts';
import type { StoreChange } from '../ports/ordered-store.ts';
import type { BlockWriterPool } from './block.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { DedupeWindow } from './dedupe-window.ts';
import type { PartitionBlocks } from './partition-blocks.ts';
import type { PartitionHead } from './partition-head.ts';

/** What a partition asks and tells its groups. */
export interface PartitionGroups {
  readonly count: number;
  /** The highest sequence up to which every group has settled everything; Infinity without groups. */
  readonly settledByAll: number;
  isSettledByAll(sequence: number): boolean;
  /** New messages are on disk. */
  stored(): void;
  /** Everything below is about to be removed, and is still there. */
  removingBelow(firstSequence: number): void;
  /** Retention removed everything below. */
  removedBelow(firstSequence: number): void;
  /** What is to be written with the head that says so, or not at all; each is told once. */
  removedRecords(): readonly StoreChange[];
}

/** Everything a partition is made from. */
export interface PartitionParts {
  readonly station: Station;
  readonly address: PartitionAddress;
  readonly head: PartitionHead;
  readonly dedupe: DedupeWindow;
  readonly blocks: PartitionBlocks;
  readonly queue: CommitQueue;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly writers: BlockWriterPool;
}
