import { ClientsByStation, refuseBeyond } from '../connections/index.ts';
import type { ClientLimits, ConnectionPresence } from '../connections/index.ts';

/** A producer that was created at a station. It is active while its connection is open. */
export interface Producer {
  /** The client's own name for its connection, kept across reconnects (wire-protocol.md 1.3). */
  readonly connectionId: string;
  readonly stationId: number;
  readonly name: string;
  readonly user: string;
  readonly applicationId: string;
  readonly sdkLanguage: string;
  readonly createdAtMs: number;
}

/**
 * Who produces to which station, for people to see. Kept in memory only: a publish needs no
 * producer, so one that is missing after a restart stops nobody.
 */
export class ProducerRegistry {
  readonly #presence: ConnectionPresence;
  readonly #limits: ClientLimits;
  readonly #producers = new ClientsByStation<Producer>();

  constructor(presence: ConnectionPresence, limits: ClientLimits) {
    this.#presence = presence;
    this.#limits = limits;
    presence.addOwner((connectionId) => this.#producers.countOfConnection(connectionId) > 0);
  }

  /**
   * Adds it; the one of the same connection, station and name is replaced.
   * Throws CONNECTION_ID_TOO_LONG or TOO_MANY_CLIENTS_OF_CONNECTION.
   */
  add(producer: Producer): void {
    if (this.#producers.find(producer) === undefined) {
      const count = this.#producers.countOfConnection(producer.connectionId);
      refuseBeyond(this.#limits, producer.connectionId, count);
    }
    this.#producers.put(producer);
  }

  /** False when there was none. */
  remove(producer: Pick<Producer, 'connectionId' | 'stationId' | 'name'>): boolean {
    return this.#producers.remove(producer);
  }

  ofStation(stationId: number): readonly Producer[] {
    return this.#producers.ofStation(stationId);
  }

  isActive(producer: Producer): boolean {
    return this.#presence.isOpen(producer.connectionId);
  }

  removeStation(stationId: number): void {
    this.#producers.removeStation(stationId);
  }

  /** Forgets the producers of clients that have been away for longer. */
  removeAbsent(absentMsMax: number): void {
    for (const producer of this.#producers.all()) {
      if (this.#presence.absentMs(producer.connectionId) > absentMsMax) this.remove(producer);
    }
  }
}
