import { statfsSync } from 'node:fs';
import { StoreError } from '../../core/ports/index.ts';
import type { StoreChange } from '../../core/ports/index.ts';

/** Values beyond it lie on pages of their own in LMDB ("overflow pages"). */
const smallValueBytesMax = 1024;
/** Kept free for others and for races with them, on disks that are large enough. */
const reserveBytesMax = 64 * 1024 * 1024;
/** On small ones, this part of the disk. */
const reserveShare = 0.05;
/** What a commit may write beside its values: copies of the pages that lead to them. */
const treeBytes = 1024 * 1024;

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
 * lmdb 3.5.6 damages its own memory when the system refuses to write pages of a large value (seen:
 * glibc aborts, answers that never come; docs/hard-won.md), so those never reach it while the disk is nearly full. What
 * has small values only, acks and deletions above all, goes on to the last byte: refusing that, LMDB
 * does well.
 */
export class DiskRoom {
  readonly #space: () => DiskSpace;

  constructor(space: () => DiskSpace) {
    this.#space = space;
  }

  /** Throws `StoreError` `full`. */
  check(changes: readonly StoreChange[]): void {
    let bytes = 0;
    let isLarge = false;
    for (const change of changes) {
      if (change.kind !== 'put') continue;
      bytes += change.value.length;
      isLarge ||= change.value.length > smallValueBytesMax;
    }
    if (!isLarge) return;
    const { freeBytes, totalBytes } = this.#space();
    const reserve = Math.min(reserveBytesMax, totalBytes * reserveShare);
    const missingBytes = bytes + treeBytes + reserve - freeBytes;
    if (missingBytes <= 0) return;
    const missing = Math.ceil(missingBytes / 1024);
    throw new StoreError('full', `the disk lacks ${String(missing)} KiB of free space`, undefined);
  }
}
