import { readHeader } from '../../broker/src/codecs/nats/index.ts';
import type { Delivery, Settlement } from '../../broker/src/core/delivery/index.ts';
import type { GroupSettings } from '../../broker/src/core/groups/index.ts';
import type { StationEngine } from '../../broker/src/core/ports/index.ts';
import type { Dice } from '../support/dice.ts';
import type { Place } from './journal.ts';
import type { Surroundings } from './surroundings.ts';

/** A settlement that the member will send. */
interface Intention {
  readonly partition: number;
  readonly sequence: number;
  readonly settlement: Settlement;
  /** How often the group had been moved when the message was delivered. */
  readonly moveCount: number;
}

/**
 * A member of a group: pulls from a random partition, and acks, nacks, terminates or forgets what it gets,
 * now, later, or too late. Now and then its connection is gone with everything it was given.
 */
export class Member {
  readonly #world: Surroundings;
  readonly #dice: Dice;
  readonly #group: GroupSettings;
  /** Raised when the connection breaks: what belongs to an earlier one is dead. */
  #connection = 0;
  readonly #unsent = new Set<Intention>();

  constructor(group: GroupSettings, world: Surroundings, dice: Dice) {
    this.#group = group;
    this.#world = world;
    this.#dice = dice;
  }

  start(): void {
    this.#connection += 1;
    this.#pullLater(this.#dice.below(30));
  }

  /** The broker is there again. What the member was about to say it says now, or has forgotten. */
  reconnected(): void {
    const intentions = [...this.#unsent];
    this.#unsent.clear();
    for (const intention of intentions) {
      if (this.#dice.once(2) && intention.settlement.kind === 'ack') this.#send(intention);
    }
    this.start();
  }

  #pullLater(delayMs: number): void {
    const connection = this.#connection;
    this.#world.later(delayMs, () => {
      if (connection !== this.#connection) return;
      const { engine } = this.#world;
      if (engine !== undefined) this.#pull(engine);
    });
  }

  #pull(engine: StationEngine): void {
    const connection = this.#connection;
    const partition = 1 + this.#dice.below(this.#world.station.partitionCount);
    const isHere = (): boolean => connection === this.#connection;
    const pull = engine.pull(
      { stationId: this.#world.station.id, partition },
      this.#group.name,
      { batch: 1 + this.#dice.below(12), bytesMax: 0 },
      {
        isOpen: isHere,
        isReady: () => true,
        deliver: (delivery) => {
          this.#take(partition, delivery);
        },
        caughtUp: () => undefined,
        ended: () => {
          if (isHere()) this.#pullLater(this.#dice.below(10));
        },
      },
    );
    // A pull expires, as those of clients do; the next one may go to another partition.
    this.#world.later(20 + this.#dice.below(300), () => {
      if (!isHere() || this.#world.engine !== engine) return;
      if (pull.remaining > 0) {
        pull.cancel();
        this.#pullLater(0);
      }
    });
    if (!this.#world.isEnding && this.#dice.once(60)) {
      this.#world.later(this.#dice.below(200), () => {
        if (!isHere()) return;
        this.#world.journal.trace(`vanished from ${this.#group.name}`);
        this.#unsent.clear();
        this.start();
      });
    }
  }

  #take(partition: number, delivery: Delivery): void {
    const { journal } = this.#world;
    const { sequence, message, headerBytes } = delivery;
    const payload = Buffer.from(message.subarray(headerBytes)).toString();
    const { keyHeader } = this.#group;
    const key = keyHeader === null ? undefined : readHeader(message, headerBytes, keyHeader);
    const wallMs = this.#world.wallMs();
    journal.delivered(this.#place(partition), this.#group, delivery, { payload, key, wallMs });
    const settlement = this.#decision();
    if (settlement === undefined) return;
    const moveCount = journal.moveCount(this.#place(partition));
    const intention = { partition, sequence, settlement, moveCount };
    const connection = this.#connection;
    this.#unsent.add(intention);
    this.#world.later(this.#thinkingMs(), () => {
      if (connection !== this.#connection || !this.#unsent.delete(intention)) return;
      this.#send(intention);
    });
  }

  #decision(): Settlement | undefined {
    if (this.#world.isEnding) return { kind: 'ack' };
    if (this.#world.isStorming) return undefined;
    const chance = this.#dice.below(100);
    if (chance < 70) return { kind: 'ack' };
    if (chance < 78) return { kind: 'nack', delayMs: 0 };
    if (chance < 84) return { kind: 'nack', delayMs: this.#dice.below(500) };
    // Half of the members say why, as the SDK for Python does not.
    if (chance < 88) return { kind: 'term', reason: chance < 86 ? 'given up' : undefined };
    if (chance < 92) return { kind: 'progress' };
    return undefined;
  }

  #thinkingMs(): number {
    if (this.#world.isEnding || !this.#dice.once(10)) return this.#dice.below(5);
    return this.#dice.below(2 * this.#group.ackTimeoutMs);
  }

  #send({ partition, sequence, settlement, moveCount }: Intention): void {
    const { engine, journal, station } = this.#world;
    if (engine === undefined) return;
    const place = this.#place(partition);
    journal.settling(place, sequence, settlement);
    const address = { stationId: station.id, partition };
    if (this.#dice.once(2)) {
      engine.settle(address, this.#group.name, sequence, settlement);
      return;
    }
    engine.settle(address, this.#group.name, sequence, settlement, (error) => {
      if (error === undefined) journal.confirmed(place, sequence, settlement, moveCount);
    });
  }

  #place(partition: number): Place {
    return { partition, group: this.#group.name };
  }
}
