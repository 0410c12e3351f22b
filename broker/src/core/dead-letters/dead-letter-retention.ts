import type { Cancel, Clock, Logger, Scheduler } from '../../foundation/index.ts';
import type { StationEngine } from '../ports/station-engine.ts';
import type { StationRegistry } from '../stations/station-registry.ts';
import type { Station } from '../stations/station.ts';

/** Everything that the retention of dead letters is made with. */
export interface DeadLetterRetentionParts {
  readonly engine: StationEngine;
  readonly stations: Pick<StationRegistry, 'list'>;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly logger: Logger;
  /** Between two rounds. */
  readonly intervalMs: number;
}

/** Small, because a page holds whole messages. */
const pageCount = 16;

/**
 * Removes the dead letters that are older than their station keeps them. A station that says nothing keeps them until
 * they are acked or dropped: whoever was away finds them (requirements.md A1).
 */
export class DeadLetterRetention {
  readonly #parts: DeadLetterRetentionParts;
  #isStopped = false;
  #cancel: Cancel = () => undefined;
  #round: Promise<void> = Promise.resolve();

  constructor(parts: DeadLetterRetentionParts) {
    this.#parts = parts;
  }

  /** A round now and then from here on. */
  start(): void {
    const { scheduler, intervalMs, logger } = this.#parts;
    this.#cancel = scheduler.after(intervalMs, () => {
      this.#round = this.#removeAll()
        .catch((err: unknown) => logger.warn({ err }, 'Old dead letters are not removed yet'))
        .finally(() => {
          if (!this.#isStopped) this.start();
        });
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancel();
    await this.#round;
  }

  async #removeAll(): Promise<void> {
    for (const station of this.#parts.stations.list()) {
      const { ageMaxMs } = station.deadLetters;
      if (ageMaxMs !== undefined && !this.#isStopped) await this.#removeOld(station, ageMaxMs);
    }
  }

  /**
   * Ids are given in the order of failures, but a message that failed again keeps its own. Behind a page of which all have
   * failed for the first time within the bound, nothing is older.
   */
  async #removeOld(station: Station, ageMaxMs: number): Promise<void> {
    const { engine, clock, logger } = this.#parts;
    const oldestKeptMs = clock.wallMs() - ageMaxMs;
    let removedCount = 0;
    for (let afterId = 0; ;) {
      const page = await engine.deadLetters(station.id, { afterId, countMax: pageCount });
      const old = page.filter(({ lastFailedAtMs }) => lastFailedAtMs < oldestKeptMs);
      if (old.length > 0) removedCount += await engine.removeDeadLetters(old.map(({ id }) => id));
      if (page.every(({ firstFailedAtMs }) => firstFailedAtMs >= oldestKeptMs)) break;
      afterId = page.at(-1)?.id ?? afterId;
    }
    if (removedCount === 0) return;
    logger.info({ station: station.name, removedCount, ageMaxMs }, 'Old dead letters removed');
  }
}
