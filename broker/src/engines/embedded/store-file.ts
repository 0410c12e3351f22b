import { closeSync, existsSync, fsyncSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export const storeFileName = 'store.mdb';
const newFileName = 'store-new.mdb';

/** Whether there is a store in `directory`, damaged ones included. */
export function storeFileExists(directory: string): boolean {
  return existsSync(join(directory, storeFileName));
}

/** Where LMDB's two first pages say what they are: behind a page header of 24 bytes. */
const magicOffset = 24;
const versionOffset = 28;
const pageSizeOffset = 48;
const headBytes = 64;
const magic = 0xbeef_c0de;
const knownVersion = 2;

/**
 * Makes an empty store in `directory` where there is none, so that a power loss leaves a whole one
 * or none: LMDB itself writes the first pages of a new file without a sync, and later cannot tell
 * the half that a power loss leaves of them from a damaged store.
 */
export async function makeStoreFile(
  directory: string,
  makeEmpty: (path: string) => Promise<void>,
): Promise<void> {
  const path = join(directory, storeFileName);
  if (existsSync(path)) return;
  const newPath = join(directory, newFileName);
  removeWithLock(newPath);
  await makeEmpty(newPath);
  sync(newPath);
  renameSync(newPath, path);
  removeWithLock(newPath);
  sync(directory);
}

function removeWithLock(path: string): void {
  rmSync(path, { force: true });
  rmSync(`${path}-lock`, { force: true });
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Throws when a file that is there, and not empty, does not begin as an LMDB file does.
 *
 * LMDB checks this too, but the binding ends the process with a segmentation fault on the way to
 * telling it (lmdb 3.5.6): a damaged file must be an error that can be read.
 */
export function checkStoreFile(path: string): void {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    const first = Buffer.alloc(headBytes);
    if (readSync(descriptor, first, 0, headBytes, 0) === 0) return; // made, and never written to
    checkHead(first, path);
    const second = Buffer.alloc(headBytes);
    readSync(descriptor, second, 0, headBytes, first.readUInt32LE(pageSizeOffset));
    checkHead(second, path);
  } finally {
    closeSync(descriptor);
  }
}

function checkHead(head: Buffer, path: string): void {
  if (head.readUInt32LE(magicOffset) !== magic) {
    throw new Error(`${path} is no LMDB file, or its beginning is damaged`);
  }
  const version = head.readUInt32LE(versionOffset);
  if (version !== knownVersion) {
    throw new Error(`${path} is an LMDB file of version ${version}, not ${knownVersion}`);
  }
}
