import { statfsSync } from 'node:fs';
import { StoreError } from '../../core/ports/index.ts';
import type { StoreChange } from '../../core/ports/index.ts';

/** Kept free for others and for races with them, on disks that are large enough. */
const reserveBytesMax = 64 * 1024 * 1024;
/** On small ones, this part of the disk. */
const reserveShare = 0.05;
/** The part of the reserve that commits without messages may not use either. */
const lastReserveShare = 0.25;
/** Larger commits are taken for ones with messages; acks and deletions are smaller. */
const smallCommitBytesMax = 16 * 1024;
/** What a commit may write beside its values: copies of the pages that lead to them. */
const treeBytes = 256 * 1024;

/** What a disk has. */
export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** What the disk that holds a directory has, for a process without privileges. */
export function diskSpace(directory: string): DiskSpace {
  const { bavail, blocks, bsize } = statfsSync(directory);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/**
 * Refuses a commit that the disk has no room for, before LMDB tries it.
 *
 * A write that the system refuses makes lmdb 3.5.6 damage its own memory, whatever its size, and a write cut short
 * is reported as a broken disk (docs/hard-won.md): LMDB must never meet the end of the disk. The last part of the
 * reserve is for commits without messages, so that acks and deletions, which make room, go on while publishes are refused.
 */
export class DiskRoom {
  readonly #space: () => DiskSpace;

  constructor(space: () => DiskSpace) {
    this.#space = space;
  }

  /** Throws `StoreError` `full` when there is no room for a commit beside `loggedBytes` that are still to be written. */
  check(changes: readonly StoreChange[], loggedBytes = 0): void {
    const bytes = bytesOf(changes);
    this.#demand(bytes + loggedBytes, bytes > smallCommitBytesMax ? 1 : lastReserveShare);
  }

  /** The same for what was checked before, and has to be written: it may use the reserve as small commits may. */
  checkLast(changes: readonly StoreChange[]): void {
    this.#demand(bytesOf(changes), lastReserveShare);
  }

  #demand(bytes: number, shareOfReserve: number): void {
    const { freeBytes, totalBytes } = this.#space();
    const kept = Math.min(reserveBytesMax, totalBytes * reserveShare) * shareOfReserve;
    // Twice: a value is rounded up to whole pages, at worst from one byte more than half a page.
    const missingBytes = 2 * bytes + treeBytes + kept - freeBytes;
    if (missingBytes <= 0) return;
    const missing = Math.ceil(missingBytes / 1024);
    throw new StoreError('full', `the disk lacks ${String(missing)} KiB of free space`, undefined);
  }
}

function bytesOf(changes: readonly StoreChange[]): number {
  let bytes = 0;
  for (const change of changes) if (change.kind === 'put') bytes += change.value.length;
  return bytes;
}
