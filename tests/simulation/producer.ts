import { formatHeaders } from '../../broker/src/codecs/nats/index.ts';
import type { Dice } from '../support/dice.ts';
import { Canceller } from './canceller.ts';
import type { Surroundings } from './surroundings.ts';

/** A message that a producer wants stored. */
interface Wish {
  readonly partition: number;
  readonly payload: string;
  readonly id: string | undefined;
  readonly key: string | undefined;
  /** By the wall clock when it was wished for. */
  readonly delayMs: number | undefined;
  readonly deliverAtMs: number | undefined;
}

/** The header of a message's key. */
export const keyHeader = 'key';

/**
 * Publishes at random moments. What it has no answer for when the broker dies it publishes again,
 * if it has an id; without one it cannot know, and lets go.
 */
export class Producer {
  readonly #name: string;
  readonly #world: Surroundings;
  readonly #dice: Dice;
  readonly #canceller: Canceller;
  #count = 0;
  readonly #unanswered = new Set<Wish>();
  readonly #answered: Wish[] = [];

  constructor(name: string, world: Surroundings, dice: Dice) {
    this.#name = name;
    this.#world = world;
    this.#dice = dice;
    this.#canceller = new Canceller(world, dice);
  }

  start(): void {
    this.#world.later(this.#dice.below(40), () => {
      if (!this.#world.isEnding) this.#publishSome();
      this.start();
    });
  }

  /** The broker is there again. */
  reconnected(): void {
    const wishes = [...this.#unanswered];
    this.#unanswered.clear();
    for (const wish of wishes) if (wish.id !== undefined) this.#publish(wish);
  }

  #publishSome(): void {
    const repeated = this.#dice.once(8) ? this.#answered.at(-1 - this.#dice.below(5)) : undefined;
    if (repeated?.id !== undefined) this.#publish(repeated);
    const count = this.#dice.once(10) ? this.#dice.below(30) : this.#dice.below(3);
    for (let index = 0; index < count; index += 1) {
      this.#count += 1;
      const hasId = !this.#dice.once(4);
      const text = `${this.#name}-${this.#count}`;
      const delayMs = this.#drawDelay();
      const wish = {
        partition: 1 + this.#dice.below(this.#world.station.partitionCount),
        payload: `${hasId ? 'id' : 'no'} ${text}`,
        id: hasId ? text : undefined,
        // No throw of the dice: worlds without keys stay as they are.
        key: this.#world.isKeyed && this.#count % 5 > 0 ? String(this.#count % 3) : undefined,
        delayMs,
        deliverAtMs: delayMs === undefined ? undefined : this.#world.wallMs() + delayMs,
      };
      const { payload, deliverAtMs } = wish;
      if (deliverAtMs !== undefined) this.#world.journal.delays.planned(payload, deliverAtMs);
      this.#publish(wish);
    }
  }

  #drawDelay(): number | undefined {
    if (!this.#world.isDelaying || !this.#dice.once(3)) return undefined;
    return this.#dice.below(this.#dice.once(3) ? 3_000 : 300);
  }

  #publish(wish: Wish): void {
    const { engine } = this.#world;
    if (engine === undefined) {
      this.#unanswered.add(wish);
      return;
    }
    const { partition, payload, id, key, delayMs, deliverAtMs } = wish;
    const { journal } = this.#world;
    journal.trace(`publish ${partition} ${payload}`);
    this.#unanswered.add(wish);
    const headers =
      key === undefined ? new Uint8Array(0) : formatHeaders([{ key: keyHeader, value: key }]);
    const message = Buffer.concat([headers, Buffer.from(payload)]);
    engine.append(
      { stationId: this.#world.station.id, partition },
      { message, headerBytes: headers.length, messageId: id, deliverAtMs },
      {
        stored: (sequence, duplicate) => {
          this.#unanswered.delete(wish);
          this.#answered.push(wish);
          journal.stored(wish, sequence, duplicate);
          if (delayMs !== undefined) this.#canceller.stored(partition, sequence, delayMs);
        },
        refused: (error) => {
          journal.trace(`refused ${payload} ${error.code}`);
          journal.counts.refusals += 1;
          this.#unanswered.delete(wish);
        },
      },
    );
  }
}
