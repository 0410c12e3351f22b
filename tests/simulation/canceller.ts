import { BrokerError } from '../../broker/src/core/errors/index.ts';
import type { Dice } from '../support/dice.ts';
import type { Surroundings } from './surroundings.ts';

/** Cancels some of the delayed messages, before their time or after it, and asks again where no answer came. */
export class Canceller {
  readonly #world: Surroundings;
  readonly #dice: Dice;

  constructor(world: Surroundings, dice: Dice) {
    this.#world = world;
    this.#dice = dice;
  }

  stored(partition: number, sequence: number, delayMs: number): void {
    if (this.#dice.once(2)) return;
    this.#cancelLater(partition, sequence, this.#dice.below(delayMs + 200));
  }

  #cancelLater(partition: number, sequence: number, afterMs: number): void {
    this.#world.later(afterMs, () => {
      if (!this.#world.isEnding) void this.#cancel(partition, sequence);
    });
  }

  async #cancel(partition: number, sequence: number): Promise<void> {
    const { engine, journal, station } = this.#world;
    const what = `${partition}/${sequence}`;
    if (engine === undefined) return this.#cancelLater(partition, sequence, 50);
    journal.cancelling(partition, sequence);
    // Where the broker dies before it answers, this answer never comes.
    this.#world.later(300, () => {
      if (this.#world.engine !== engine) this.#cancelLater(partition, sequence, 0);
    });
    try {
      const isCancelled = await engine.cancelDelayed(
        { stationId: station.id, partition },
        sequence,
      );
      if (isCancelled === true) journal.cancelled(partition, sequence);
      else journal.trace(`cancel ${what}: not kept`);
      if (isCancelled === true && this.#dice.once(4)) this.#cancelLater(partition, sequence, 100);
    } catch (error) {
      if (!(error instanceof BrokerError)) throw error;
      journal.trace(`cancel ${what}: ${error.code}`);
    }
  }
}
