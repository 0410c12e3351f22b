import type { Cancel, Logger, Scheduler } from '../../foundation/index.ts';
import type { HeaderBlocks } from '../ports/header-blocks.ts';
import type { StationEngine } from '../ports/station-engine.ts';
import type { StationRegistry } from '../stations/station-registry.ts';
import { copyHeaders } from './copy-headers.ts';
import type { DueCopy } from './dead-letter.ts';

/** Everything that copies are made with. */
export interface DeadLetterCopiesParts {
  readonly engine: StationEngine;
  readonly stations: Pick<StationRegistry, 'find' | 'byId'>;
  readonly headers: HeaderBlocks;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  /** Until the next try after a copy could not be stored. */
  readonly retryDelayMs: number;
}

/** Small, because a page holds whole messages. */
const pageCount = 32;

/**
 * Copies dead letters to the dead-letter stations of their stations (wire-protocol.md 5.7).
 *
 * That a copy is due is written with the dead letter, and that it is not due any more with the copy: however
 * often the broker ends in between, there is one copy. A station that cannot take it now is tried again later, and
 * holds back the copies of no other station meanwhile.
 */
export class DeadLetterCopies {
  readonly #parts: DeadLetterCopiesParts;
  #state: 'idle' | 'copying' | 'copying, and more is due' | 'stopped' = 'idle';
  #round: Promise<void> = Promise.resolve();
  #cancelRetry: Cancel = () => undefined;

  constructor(parts: DeadLetterCopiesParts) {
    this.#parts = parts;
  }

  /** Makes the copies that are due, from now on. To be called when the stations are loaded. */
  start(): void {
    this.#parts.engine.onCopyDue(() => this.#wake());
    this.#wake();
  }

  /** Ends what is under way; what is due then is copied after the next start. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#cancelRetry();
    await this.#round;
  }

  #wake(): void {
    if (this.#state === 'copying') this.#state = 'copying, and more is due';
    if (this.#state !== 'idle') return;
    this.#cancelRetry();
    this.#state = 'copying';
    this.#round = this.#copyAll();
  }

  async #copyAll(): Promise<void> {
    let isRetryNeeded = false;
    try {
      isRetryNeeded = !(await this.#copyPages());
    } catch (err) {
      isRetryNeeded = true;
      this.#warn(err);
    }
    if (this.#state === 'stopped') return;
    const isMoreDue = this.#state === 'copying, and more is due';
    this.#state = 'idle';
    if (isRetryNeeded) this.#retryLater();
    else if (isMoreDue) this.#wake();
  }

  /** False when some could not be made now. */
  async #copyPages(): Promise<boolean> {
    let firstStationId = 0;
    while (this.#state !== 'stopped') {
      const due = await this.#parts.engine.dueCopies(pageCount, firstStationId);
      if (due.length === 0) break;
      const lastFailed = await this.#copyPage(due);
      // What the page has of the stations before is made; the rest of those that failed has to wait.
      if (lastFailed !== undefined) firstStationId = lastFailed + 1;
    }
    return firstStationId === 0;
  }

  /** The last station, in the order of the page, with a copy that could not be made. */
  async #copyPage(due: readonly DueCopy[]): Promise<number | undefined> {
    const outcomes = await Promise.allSettled(due.map((each) => this.#copy(each)));
    // One is enough to say: where one fails, those beside it mostly fail of the same.
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure !== undefined) this.#warn(failure.reason);
    return due.findLast((_, index) => {
      const outcome = outcomes[index];
      return outcome?.status !== 'fulfilled' || !outcome.value;
    })?.letter.stationId;
  }

  /** False when it is to be tried again. */
  async #copy({ letter, to }: DueCopy): Promise<boolean> {
    const { engine, stations, headers } = this.#parts;
    const from = stations.byId(letter.stationId);
    const target = stations.find(to);
    // A station that is being destroyed is not found; whether it will be gone shows when that is over.
    if (from === undefined) return false;
    if (target === undefined) {
      if (from.deadLetterStation === to) return false;
      await engine.waiveCopy(letter.id);
      return true;
    }
    const partition = 1 + (letter.id % target.partitionCount);
    const copy = headers.replace(letter, copyHeaders(letter, from.name));
    await engine.storeCopy(letter.id, { stationId: target.id, partition }, copy);
    return true;
  }

  #warn(err: unknown): void {
    this.#parts.logger.warn({ err }, 'Dead letters are not copied yet');
  }

  #retryLater(): void {
    const { scheduler, retryDelayMs } = this.#parts;
    this.#cancelRetry = scheduler.after(retryDelayMs, () => this.#wake());
  }
}
