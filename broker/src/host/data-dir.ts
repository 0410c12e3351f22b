import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { BrokerError } from '../core/errors/index.ts';
import { DataDirLock } from './data-dir-lock.ts';
import { syncFolder } from './sync-folder.ts';

/**
 * Makes the data directory where it is missing and takes it for this process alone.
 * Rejects with DATA_DIR_UNUSABLE or DATA_DIR_IN_USE.
 */
export async function takeDataDir(path: string): Promise<DataDirLock> {
  const dataDir = resolve(path);
  try {
    const firstMade = await mkdir(dataDir, { recursive: true, mode: 0o700 });
    if (firstMade !== undefined) await syncMade(dataDir, firstMade);
    return await DataDirLock.take(dataDir);
  } catch (error) {
    if (error instanceof BrokerError) throw error;
    const cause = error instanceof Error ? error.message : String(error);
    throw new BrokerError('DATA_DIR_UNUSABLE', { dataDir, cause }, error);
  }
}

/** What was made is named in the folder above it, up to the one above the first. */
async function syncMade(dataDir: string, firstMade: string): Promise<void> {
  const last = dirname(firstMade);
  for (let folder = dirname(dataDir); ; folder = dirname(folder)) {
    await syncFolder(folder);
    if (folder === last) return;
  }
}
