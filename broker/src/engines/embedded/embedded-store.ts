import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Clock, Scheduler } from '../../foundation/index.ts';
import type { StoreError } from '../../core/ports/index.ts';
import { BlockingBudget } from './blocking-budget.ts';
import { DiskRoom, diskSpace } from './disk-room.ts';
import { LmdbStore } from './lmdb-store.ts';
import { SystemLogFile, storeIdBytes } from './log-file.ts';
import { logPageBytes } from './log-record.ts';
import { decodeLogPosition, encodeLogPosition, logPositionKey } from './log-position.ts';
import { LoggedStore } from './logged-store.ts';
import { storeFileExists, storeFileName } from './store-file.ts';
import { StoreLog } from './store-log.ts';

/** What the embedded store is told. */
export interface EmbeddedStoreOptions {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  /** Size of the log of a new store. */
  readonly storeLogBytes: number;
  readonly directCommitBytesMin: number;
  /** Larger commits are never written by the thread that decides everything else. */
  readonly blockingCommitBytesMax: number;
  readonly checkpointDelayMs: number;
  readonly checkpointKeyCount: number;
  /** The store failed while no commit waited for it. Called once at most. */
  readonly onStoreFailure: (error: StoreError) => void;
}

/**
 * Opens the store in `directory`, which exists: LMDB with a log in front of it (decision 0012). Makes it
 * where there is none; a crash meanwhile leaves none, or a whole one. Throws when what is there is
 * damaged, or half of it is missing.
 */
export async function openEmbeddedStore(
  directory: string,
  options: EmbeddedStoreOptions,
): Promise<LoggedStore> {
  if (!storeFileExists(directory)) await makeStore(directory, options.storeLogBytes);
  const lmdb = new LmdbStore(directory);
  try {
    const { storeId, position } = decodeLogPosition(lmdb.get(logPositionKey));
    const file = await SystemLogFile.open(directory, storeId);
    const room = new DiskRoom(() => diskSpace(directory));
    const blocking = new BlockingBudget(options.clock, options.blockingCommitBytesMax);
    const log = new StoreLog(file, position, blocking);
    return await LoggedStore.open(lmdb, log, storeId, options.scheduler, {
      directBytesMin: options.directCommitBytesMin,
      checkpointDelayMs: options.checkpointDelayMs,
      checkpointKeyCount: options.checkpointKeyCount,
      checkRoom: (changes, loggedBytes) => room.check(changes, loggedBytes),
      onFailure: options.onStoreFailure,
    });
  } catch (error) {
    await lmdb.close();
    throw error;
  }
}

/** The log first: where there is a store, there is its log. */
async function makeStore(directory: string, logBytes: number): Promise<void> {
  if (await SystemLogFile.isUsed(directory)) {
    throw new Error(
      `${join(directory, storeFileName)} is missing, and its log is there. Restore it`,
    );
  }
  const storeId = randomBytes(storeIdBytes);
  await SystemLogFile.make(directory, storeId, logBytes);
  const value = encodeLogPosition({ storeId, position: { number: 0, offset: logPageBytes } });
  await LmdbStore.make(directory, [{ kind: 'put', key: logPositionKey, value }]);
}
