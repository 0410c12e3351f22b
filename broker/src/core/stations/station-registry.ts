import { KeyedQueue } from '../../foundation/index.ts';
import type { Clock } from '../../foundation/index.ts';
import { BrokerError } from '../errors/index.ts';
import type { MetadataStore, StationEngine, StationEngineParts } from '../ports/index.ts';
import { defaultStationSettings } from './station-request.ts';
import type { Station, StationSettings } from './station.ts';

/** How much there may be of stations. */
export interface StationLimits {
  readonly stationCountMax: number;
  /** Of one station. */
  readonly partitionCountMax: number;
  /** Of all stations together: one user with stations of its own could fill the memory with them. */
  readonly totalPartitionCountMax: number;
}

/**
 * The stations that exist: found in memory, changed through the metadata.
 *
 * Changes of one name happen one after the other; a station is findable exactly while its record
 * is in the metadata and the engine knows it.
 */
export class StationRegistry {
  readonly #metadata: MetadataStore;
  readonly #engine: StationEngine;
  readonly #clock: Clock;
  readonly #limits: StationLimits;
  readonly #engineParts: StationEngineParts;
  readonly #byName = new Map<string, Station>();
  readonly #byId = new Map<number, Station>();
  #partitionTotal = 0;
  readonly #changes = new KeyedQueue();
  readonly #removedListeners: ((station: Station) => void)[] = [];

  constructor(metadata: MetadataStore, engine: StationEngine, clock: Clock, limits: StationLimits) {
    this.#limits = limits;
    this.#metadata = metadata;
    this.#engine = engine;
    this.#clock = clock;
    this.#engineParts = {
      provision: (station) => engine.openStation(station),
      remove: (stationId) => engine.removeStation(stationId),
    };
  }

  /** Finishes what a crash interrupted and makes every station known to the engine. Once, at start. */
  async load(): Promise<void> {
    await this.#metadata.recover(this.#engineParts);
    for (const station of await this.#metadata.stations()) {
      await this.#engine.openStation(station);
      this.#add(station);
    }
  }

  /** By its external name in lower case. */
  find(name: string): Station | undefined {
    return this.#byName.get(name);
  }

  byId(id: number): Station | undefined {
    return this.#byId.get(id);
  }

  /** In the order of their names. */
  list(): readonly Station[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /**
   * Creates a station, and with default settings the dead-letter station that it names.
   *
   * Resolves when it is durable; with the existing one, untouched, when the name is taken. Rejects
   * with TOO_MANY_STATIONS, TOO_MANY_PARTITIONS or TOO_MANY_PARTITIONS_TOGETHER.
   */
  async create(
    settings: StationSettings,
    by: string,
  ): Promise<{ station: Station; created: boolean }> {
    const { name, deadLetterStation } = settings;
    const names = deadLetterStation === null ? [name] : [name, deadLetterStation];
    return this.#changes.run(names, async () => {
      const existing = this.#byName.get(name);
      if (existing !== undefined) return { station: existing, created: false };
      if (deadLetterStation !== null && !this.#byName.has(deadLetterStation)) {
        await this.#createNow(defaultStationSettings(deadLetterStation), by);
      }
      return { station: await this.#createNow(settings, by), created: true };
    });
  }

  /** The station of that name; a new one with default settings when there is none. */
  async ensure(name: string, by: string): Promise<Station> {
    const existing = this.#byName.get(name);
    if (existing !== undefined) return existing;
    return (await this.create(defaultStationSettings(name), by)).station;
  }

  /**
   * Removes a station with everything in it, also where others name it as their dead-letter
   * station. It is not found while it is being removed. False when there is none.
   *
   * Rejects with METADATA_OUTCOME_UNKNOWN when the metadata may have begun and go on by themselves: the
   * station stays away then, as a message that it took now might be acknowledged and removed.
   */
  async destroy(name: string): Promise<boolean> {
    return this.#changes.run([name], async () => {
      const station = this.#byName.get(name);
      if (station === undefined) return false;
      this.#remove(station);
      let unknown: BrokerError | undefined;
      try {
        await this.#metadata.deleteStation(name, this.#engineParts);
      } catch (error) {
        if (!(error instanceof BrokerError) || error.code !== 'METADATA_OUTCOME_UNKNOWN') {
          this.#add(station); // a rejected deletion changed nothing
          throw error;
        }
        unknown = error;
      }
      await this.#forgetDeadLetterStation(name);
      for (const listener of this.#removedListeners) listener(station);
      if (unknown !== undefined) throw unknown;
      return true;
    });
  }

  /** The station with this schema, once that is durable; undefined when there is no such station. */
  async setSchema(name: string, schema: string | null): Promise<Station | undefined> {
    return this.#changes.run([name], async () => {
      if (this.#byName.get(name)?.schema !== schema) {
        await this.#metadata.setStationSchema(name, schema);
      }
      const station = this.#byName.get(name);
      if (station === undefined) return undefined;
      const changed = { ...station, schema };
      this.#add(changed);
      return changed;
    });
  }

  /** The metadata have removed a schema; this follows it and tells whose schema it was. */
  forgetSchema(schema: string): readonly Station[] {
    const changed = this.list()
      .filter((station) => station.schema === schema)
      .map((station) => ({ ...station, schema: null }));
    for (const station of changed) this.#add(station);
    return changed;
  }

  /** Is told of each station that is gone. Must not throw. */
  onRemoved(listener: (station: Station) => void): void {
    this.#removedListeners.push(listener);
  }

  async #createNow(settings: StationSettings, by: string): Promise<Station> {
    this.#refuseBeyondLimits(settings);
    const draft = { ...settings, createdAtMs: this.#clock.wallMs(), createdBy: by };
    const station = await this.#metadata.createStation(draft, this.#engineParts);
    this.#add(station);
    return station;
  }

  /** Two creations at one time may both find the last place: the bound is no accounting. */
  #refuseBeyondLimits({ name, partitionCount }: StationSettings): void {
    const { stationCountMax, partitionCountMax, totalPartitionCountMax } = this.#limits;
    if (this.#byName.size >= stationCountMax) {
      throw new BrokerError('TOO_MANY_STATIONS', { station: name, countMax: stationCountMax });
    }
    if (partitionCount > partitionCountMax) {
      throw new BrokerError('TOO_MANY_PARTITIONS', {
        station: name,
        value: partitionCount,
        countMax: partitionCountMax,
      });
    }
    const count = this.#partitionTotal;
    if (count + partitionCount > totalPartitionCountMax) {
      throw new BrokerError('TOO_MANY_PARTITIONS_TOGETHER', {
        station: name,
        value: partitionCount,
        count,
        countMax: totalPartitionCountMax,
      });
    }
  }

  /** The metadata has cleared the name in its records; this follows it. */
  async #forgetDeadLetterStation(name: string): Promise<void> {
    for (const station of [...this.#byName.values()]) {
      // Another task may have destroyed it while the engine took over the one before.
      if (station.deadLetterStation !== name || this.#byId.get(station.id) !== station) continue;
      const changed = { ...station, deadLetterStation: null };
      this.#add(changed);
      await this.#engine.openStation(changed);
    }
  }

  /** Also in place of what it was before. */
  #add(station: Station): void {
    const before = this.#byName.get(station.name)?.partitionCount ?? 0;
    this.#partitionTotal += station.partitionCount - before;
    this.#byName.set(station.name, station);
    this.#byId.set(station.id, station);
  }

  #remove(station: Station): void {
    this.#partitionTotal -= station.partitionCount;
    this.#byName.delete(station.name);
    this.#byId.delete(station.id);
  }
}
