import { open } from 'lmdb';
import type { RangeOptions, RootDatabase } from 'lmdb';
import { join } from 'node:path';
import { StoreError } from '../../core/ports/index.ts';
import type { OrderedStore, StoreChange, StoreEntry, StoreRange } from '../../core/ports/index.ts';
import { DiskRoom, diskSpace } from './disk-room.ts';
import { checkStoreFile, makeStoreFile, storeFileName } from './store-file.ts';

/** LMDB's and the system's codes for "there is no room": nothing was changed, later commits may work. */
const fullCodes: ReadonlySet<unknown> = new Set([
  -30792, // MDB_MAP_FULL
  -30788, // MDB_TXN_FULL
  28, // ENOSPC
  27, // EFBIG
  122, // EDQUOT
]);

/** How many turns of the event loop the reason of a failed commit may take to arrive. */
const reasonTurnsMax = 10;

/**
 * An `OrderedStore` on LMDB, in one file of the data directory.
 *
 * `overlappingSync: false` makes the awaited commit the flush: data pages, fdatasync, then the meta
 * page through an `O_DSYNC` descriptor (architecture.md decision 3; with the default, data whose fdatasync failed
 * is visible and nobody is told). `eventTurnBatching: false` leaves grouping to the engine: with the default, lmdb makes
 * one more promise per turn that nobody holds, and a failed commit ends the process through it
 * (docs/hard-won.md). Writes go through `batch` only, which keeps the order of calls.
 */
export class LmdbStore implements OrderedStore {
  readonly #database: RootDatabase<Buffer, Buffer>;
  readonly #room: DiskRoom;

  /** Makes the store in `directory`, which exists, with these first changes, whole or not at all. */
  static async make(directory: string, changes: readonly StoreChange[]): Promise<void> {
    await makeStoreFile(directory, async (path) => {
      const database = openDatabase(path);
      await write(database, changes);
      await database.close();
    });
  }

  /** Opens what is there. Where nothing is, it makes a store that a crash may leave half of. */
  constructor(directory: string) {
    const path = join(directory, storeFileName);
    checkStoreFile(path);
    this.#database = openDatabase(path);
    this.#room = new DiskRoom(() => diskSpace(directory));
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.#database.get(asBuffer(key));
  }

  *range(range: StoreRange): Iterable<StoreEntry> {
    for (const { key, value } of this.#database.getRange(rangeOptions(range))) {
      yield { key, value };
    }
  }

  keys(range: StoreRange): Iterable<Uint8Array> {
    return this.#database.getKeys(rangeOptions(range));
  }

  async commit(changes: readonly StoreChange[]): Promise<void> {
    this.#room.checkLast(changes);
    await write(this.#database, changes);
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}

function openDatabase(path: string): RootDatabase<Buffer, Buffer> {
  return open<Buffer, Buffer>({
    path,
    encoding: 'binary',
    keyEncoding: 'binary',
    overlappingSync: false,
    eventTurnBatching: false,
    // Values are pages of messages, written once: a cache of decoded values would only copy them.
    cache: false,
  });
}

async function write(
  database: RootDatabase<Buffer, Buffer>,
  changes: readonly StoreChange[],
): Promise<void> {
  const operations: Promise<boolean>[] = [];
  try {
    await database.batch(() => {
      for (const change of changes) {
        const key = asBuffer(change.key);
        operations.push(
          change.kind === 'put' ? database.put(key, asBuffer(change.value)) : database.remove(key),
        );
      }
    });
  } catch (error) {
    // Each operation has a promise of its own that may reject too, and would end the process.
    for (const operation of operations) operation.catch(() => undefined);
    throw await asStoreError(error);
  }
}

function rangeOptions({ from, before, reverse = false, countMax }: StoreRange): RangeOptions {
  const limit = countMax === undefined ? {} : { limit: countMax };
  return reverse
    ? {
        start: asBuffer(before),
        end: asBuffer(from),
        reverse: true,
        exclusiveStart: true,
        inclusiveEnd: true,
        ...limit,
      }
    : { start: asBuffer(from), end: asBuffer(before), ...limit };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * A failed commit's error carries the reason in `commitError`, a promise that rejects a turn or so
 * later and would end the process if nobody caught it.
 */
async function asStoreError(error: unknown): Promise<StoreError> {
  const pending = (error as { commitError?: Promise<unknown> }).commitError;
  const reason =
    pending === undefined ? error : await Promise.race([caught(pending), turns(error)]);
  const message = reason instanceof Error ? reason.message : String(reason);
  const isFull = fullCodes.has((reason as { code?: unknown }).code);
  return new StoreError(isFull ? 'full' : 'failed', message, reason);
}

async function caught(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return new Error('the store gave no reason');
  } catch (reason) {
    return reason;
  }
}

async function turns(fallback: unknown): Promise<unknown> {
  for (let turn = 0; turn < reasonTurnsMax; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  return fallback;
}
