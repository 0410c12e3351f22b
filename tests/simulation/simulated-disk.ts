import { StoreError } from '../../broker/src/core/ports/index.ts';
import type {
  OrderedStore,
  StoreChange,
  StoreEntry,
  StoreRange,
} from '../../broker/src/core/ports/index.ts';
import { BlockingBudget } from '../../broker/src/engines/embedded/blocking-budget.ts';
import { LoggedStore } from '../../broker/src/engines/embedded/logged-store.ts';
import type { LogFile } from '../../broker/src/engines/embedded/log-file.ts';
import {
  decodeLogPosition,
  logPositionKey,
} from '../../broker/src/engines/embedded/log-position.ts';
import { StoreLog } from '../../broker/src/engines/embedded/store-log.ts';
import { MemoryStore } from '../../broker/src/engines/memory/index.ts';
import type { Scheduler } from '../../broker/src/foundation/index.ts';
import type { Dice } from '../support/dice.ts';
import { MemoryLog } from '../support/memory-log.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Promises that the store breaks when a rule of it is planted broken. */
export interface DiskDefects {
  /** Commits are answered before they are on disk. */
  readonly answersEarly?: boolean;
  /** A commit under way when the process dies may be on disk in part. */
  readonly tearsCommits?: boolean;
  /** Writes to the log are answered before they are on disk. */
  readonly logAnswersEarly?: boolean;
  /** What of a commit reaches the disk. */
  readonly written?: (changes: readonly StoreChange[]) => readonly StoreChange[];
}

interface Commit {
  readonly changes: readonly StoreChange[];
  readonly resolve: () => void;
  readonly reject: (error: StoreError) => void;
}

/** Small, so that it is written over within a run, and that larger commits go round it. */
const logBytes = 16 * 4096;
/** Some commits are smaller, some larger. */
const blockingBytesMax = 1024;
const storeId = new Uint8Array(16);
const logStart = { number: 0, offset: 4096 };

/**
 * The disk of the simulated machine: it outlives the process that writes to it. On some machines, by the
 * seed, there is the log that the embedded engine has in front of its store, and on some of these small commits block.
 *
 * Fault model: a commit takes a while; when the process dies meanwhile it is on disk whole or not at all, and
 * nobody is told which; a write to the log that is under way may be there in any part of its sectors. While the
 * disk is full, commits that put anything are refused. What was answered stays.
 */
export class SimulatedDisk {
  readonly #time: VirtualTime;
  readonly #dice: Dice;
  readonly #defects: DiskDefects;
  readonly #content = new MemoryStore();
  readonly #log: MemoryLog | undefined;
  readonly #blocking: BlockingBudget;
  #underWay: Commit[] = [];
  #generation = 0;
  isFull = false;
  commitCount = 0;

  constructor(time: VirtualTime, dice: Dice, defects: DiskDefects) {
    this.#time = time;
    this.#dice = dice;
    this.#defects = defects;
    const isAboutStore = Object.keys(defects).some((name) => name !== 'logAnswersEarly');
    const hasLog = defects.logAnswersEarly === true || (!isAboutStore && dice.once(2));
    this.#log = hasLog ? new MemoryLog(logBytes) : undefined;
    const blocks = hasLog && defects.logAnswersEarly !== true && dice.once(2);
    this.#blocking = new BlockingBudget(time, blocks ? blockingBytesMax : 0);
  }

  /** The store as a new process opens it. */
  async open(scheduler: Scheduler): Promise<OrderedStore> {
    if (this.#log === undefined) return this.#openBehind();
    this.#log.hold(); // each write is let go by itself
    const found = this.#content.get(logPositionKey);
    const position = found === undefined ? logStart : decodeLogPosition(found).position;
    const file = this.#delayed(this.#log, this.#log.open());
    const log = new StoreLog(file, position, this.#blocking);
    return LoggedStore.open(this.#openBehind(), log, storeId, scheduler, {
      directBytesMin: 2 * 4096,
      checkpointDelayMs: 200,
      checkpointKeyCount: 40,
      checkRoom: (changes) => this.#checkRoom(changes),
      onFailure: (error) => {
        throw error;
      },
    });
  }

  #delayed(disk: MemoryLog, file: LogFile): LogFile {
    const write = (bytes: Buffer, offset: number): Promise<void> => {
      const written = file.write(bytes, offset);
      const generation = this.#generation;
      this.#time.after(0.1 + this.#dice.below(10) / 10, () => {
        if (generation === this.#generation) disk.releaseHeld();
      });
      return this.#defects.logAnswersEarly === true ? Promise.resolve() : written;
    };
    return { ...file, write };
  }

  #checkRoom(changes: readonly StoreChange[]): void {
    if (this.isFull && changes.some(({ kind }) => kind === 'put')) {
      throw new StoreError('full', 'the simulated disk is full', undefined);
    }
  }

  #openBehind(): OrderedStore {
    const generation = this.#generation;
    const content = this.#content;
    return {
      get: (key: Uint8Array): Uint8Array | undefined => content.get(key),
      range: (range: StoreRange): StoreEntry[] => content.range(range),
      keys: (range: StoreRange): Uint8Array[] => content.keys(range),
      commit: (changes) =>
        new Promise((resolve, reject) => {
          // A process that is dead by now has no disk to write to.
          if (generation === this.#generation) {
            const written = this.#defects.written?.(changes) ?? changes;
            this.#begin({ changes: copyOf(written), resolve, reject });
          }
        }),
      close: () => Promise.resolve(),
    };
  }

  /** The process died. */
  async crash(): Promise<void> {
    this.#generation += 1;
    this.#log?.cutPower(this.#dice);
    const underWay = this.#underWay;
    this.#underWay = [];
    for (const { changes } of underWay) {
      const isTorn = this.#defects.tearsCommits === true && this.#dice.once(2);
      const madeCount = isTorn ? this.#dice.below(changes.length + 1) : changes.length;
      // Commits are made in their order: what comes behind a lost one is lost too.
      if (!isTorn && this.#dice.once(2)) return;
      await this.#content.commit(changes.slice(0, madeCount));
      if (isTorn) return;
    }
  }

  #begin(commit: Commit): void {
    this.#underWay.push(commit);
    if (this.#defects.answersEarly === true) commit.resolve();
    const generation = this.#generation;
    const delayMs = this.#dice.once(20)
      ? 5 + this.#dice.below(100)
      : 0.2 + this.#dice.below(20) / 10;
    this.#time.after(delayMs, () => {
      if (generation !== this.#generation) return;
      this.#underWay.splice(this.#underWay.indexOf(commit), 1);
      try {
        this.#checkRoom(commit.changes);
      } catch (error) {
        commit.reject(error as StoreError);
        return;
      }
      this.commitCount += 1;
      void this.#content.commit(commit.changes).then(commit.resolve);
    });
  }
}

function copyOf(changes: readonly StoreChange[]): StoreChange[] {
  return changes.map((change) =>
    change.kind === 'put'
      ? { kind: 'put', key: change.key.slice(), value: change.value.slice() }
      : { kind: 'delete', key: change.key.slice() },
  );
}
