import type { Dice } from '../../support/index.ts';
import type { LogRecord } from './recording.ts';
import { RecordedFile } from './recorded-file.ts';
import type { Loss } from './recorded-file.ts';

/** LMDB keeps who reads in such a file, through a mapping, and makes it anew when it opens the store. */
const lockFileEnd = '.mdb-lock';

interface NameVersion {
  readonly index: number;
  readonly files: ReadonlyMap<string, RecordedFile>;
}

/** What a machine would find after power came back. */
export interface DiskImage {
  readonly files: ReadonlyMap<string, Buffer>;
  /** Sectors written since the last finished sync, and how many of them the image has not. */
  readonly unsyncedSectorCount: number;
  readonly droppedSectorCount: number;
}

/**
 * The data directory as a disk may hold it, fed with the records one by one. The fault model:
 *
 * - What a finished sync covers is there. It covers what was written before it began; a write through
 *   an O_DSYNC descriptor covers itself when it has returned.
 * - Of everything else each 512-byte sector may be there or not, whatever became of its neighbours and
 *   of earlier writes; of a sector written several times any one version is there, whole.
 * - The size of a file that grew may be the old one, and then what lies beyond is gone.
 * - Names (created, renamed, removed) become lasting in their order, as in a journalling file
 *   system, when the directory is synced; unsynced, any first part of them is there.
 * - A mapping that can be written to would go round the records, so no file but LMDB's lock may
 *   have one; in an image that file holds noise.
 */
export class RecordedDisk {
  #names: NameVersion[] = [{ index: -1, files: new Map() }];
  readonly #begun = new Map<number, (end: 'synced') => void>();
  #index = -1;

  apply(record: LogRecord): void {
    this.#index += 1;
    const index = this.#index;
    switch (record.kind) {
      case 'created':
        this.#rename((files) => files.set(record.path, new RecordedFile()));
        break;
      case 'renamed': {
        const file = this.#file(record.path);
        this.#rename((files) => {
          files.delete(record.path);
          files.set(record.to, file);
        });
        break;
      }
      case 'removed':
        this.#rename((files) => files.delete(record.path));
        break;
      case 'written': {
        const file = this.#file(record.path);
        const sectors = file.write(index, record.offset, record.bytes);
        if (record.id > 0) this.#begun.set(record.id, () => file.settle(index + 1, sectors));
        break;
      }
      case 'sized':
        this.#file(record.path).resize(index, record.byteCount);
        break;
      case 'sync-begun': {
        const file = record.path === '' ? undefined : this.#file(record.path);
        this.#begun.set(record.id, () => {
          if (file === undefined) this.#settleNames(index);
          else file.settle(index);
        });
        break;
      }
      case 'synced':
        this.#begun.get(record.id)?.('synced');
        this.#begun.delete(record.id);
        break;
      case 'mapped':
        if (!record.path.endsWith(lockFileEnd)) {
          throw new Error(`${record.path} is written through a mapping, which is not recorded`);
        }
        break;
      case 'sent':
        break;
    }
  }

  /** What is there when power goes now. */
  image(dice: Dice, loss: Loss): DiskImage {
    const names = loss === 'everything' ? this.#names[0] : dice.pick(this.#names);
    const files = new Map<string, Buffer>();
    let unsyncedSectorCount = 0;
    let droppedSectorCount = 0;
    for (const [path, file] of names?.files ?? []) {
      const found = file.image(dice, loss);
      const isLock = path.endsWith(lockFileEnd);
      files.set(path, isLock ? dice.bytes(found.bytes.length) : found.bytes);
      if (isLock) continue;
      unsyncedSectorCount += found.unsyncedSectorCount;
      droppedSectorCount += found.droppedSectorCount;
    }
    return { files, unsyncedSectorCount, droppedSectorCount };
  }

  /** What programs see while power is on. */
  get current(): ReadonlyMap<string, Buffer> {
    const { files } = this.#latestNames();
    return new Map([...files].map(([path, file]) => [path, file.current]));
  }

  #latestNames(): NameVersion {
    const latest = this.#names.at(-1);
    if (latest === undefined) throw new Error('There is always one state of the names');
    return latest;
  }

  #file(path: string): RecordedFile {
    const file = this.#latestNames().files.get(path);
    if (file === undefined) throw new Error(`${path} was never created, as far as was recorded`);
    return file;
  }

  #rename(change: (files: Map<string, RecordedFile>) => void): void {
    const files = new Map(this.#latestNames().files);
    change(files);
    this.#names.push({ index: this.#index, files });
  }

  #settleNames(beforeIndex: number): void {
    const settled = this.#names.findLastIndex(({ index }) => index < beforeIndex);
    this.#names = this.#names.slice(Math.max(settled, 0));
  }
}
