import { StoreError } from '../../broker/src/core/ports/index.ts';
import type {
  OrderedStore,
  StoreChange,
  StoreEntry,
  StoreRange,
} from '../../broker/src/core/ports/index.ts';
import { MemoryStore } from '../../broker/src/engines/memory/index.ts';
import type { Dice } from '../support/dice.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Promises that the store breaks when a rule of it is planted broken. */
export interface DiskDefects {
  /** Commits are answered before they are on disk. */
  readonly answersEarly?: boolean;
  /** A commit under way when the process dies may be on disk in part. */
  readonly tearsCommits?: boolean;
  /** What of a commit reaches the disk. */
  readonly written?: (changes: readonly StoreChange[]) => readonly StoreChange[];
}

interface Commit {
  readonly changes: readonly StoreChange[];
  readonly resolve: () => void;
  readonly reject: (error: StoreError) => void;
}

/**
 * The store of the simulated machine: it outlives the process that writes to it.
 *
 * Fault model: a commit takes a while; when the process dies meanwhile it is on disk whole or not at all, and
 * nobody is told which. While the disk is full, commits that put anything are refused. What a commit that was answered
 * has written stays.
 */
export class SimulatedDisk {
  readonly #time: VirtualTime;
  readonly #dice: Dice;
  readonly #defects: DiskDefects;
  readonly #content = new MemoryStore();
  #underWay: Commit[] = [];
  #generation = 0;
  isFull = false;
  commitCount = 0;

  constructor(time: VirtualTime, dice: Dice, defects: DiskDefects) {
    this.#time = time;
    this.#dice = dice;
    this.#defects = defects;
  }

  /** The store as a new process opens it. */
  open(): OrderedStore {
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
      if (this.isFull && commit.changes.some(({ kind }) => kind === 'put')) {
        commit.reject(new StoreError('full', 'the simulated disk is full', undefined));
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
