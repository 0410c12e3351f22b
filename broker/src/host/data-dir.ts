import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { BrokerError } from '../core/errors/index.ts';
import { DataDirLock } from './data-dir-lock.ts';
import { syncFolder } from './sync-folder.ts';

const folderMode = 0o700;

/**
 * Makes the data directory where it is missing and takes it for this process alone.
 * Rejects with DATA_DIR_UNUSABLE or DATA_DIR_IN_USE.
 */
export async function takeDataDir(path: string): Promise<DataDirLock> {
  const dataDir = resolve(path);
  try {
    await makeFolder(dataDir);
    return await DataDirLock.take(dataDir);
  } catch (error) {
    if (error instanceof BrokerError) throw error;
    const cause = error instanceof Error ? error.message : String(error);
    throw new BrokerError('DATA_DIR_UNUSABLE', { dataDir, cause }, error);
  }
}

/**
 * Makes a folder, and first those above it that are missing; each is on disk when this resolves.
 * Not `mkdir` with `recursive`: where a folder can not be made although the one above it is there,
 * as in /proc, that never ends (Node 20).
 */
async function makeFolder(path: string): Promise<void> {
  const parent = dirname(path);
  try {
    await mkdir(path, folderMode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return; // a file of that name is found out by whoever uses it
    if (code !== 'ENOENT' || parent === path) throw error;
    await makeFolder(parent);
    await mkdir(path, folderMode);
  }
  await syncFolder(parent);
}
