import { BrokerError } from '../errors/index.ts';
import type { Station, StationSettings } from '../stations/station.ts';
import type { StationRegistry } from '../stations/station-registry.ts';
import { activeVersionOf } from './schema.ts';
import type { Schema, SchemaVersion } from './schema.ts';
import type { SchemaRegistry } from './schema-registry.ts';

/** The schema of a station, as its producers enforce it. */
export interface EnforcedSchema {
  readonly schema: Schema;
  readonly version: SchemaVersion;
}

/** Is told what a station enforces from now on; undefined for nothing. Must not throw. */
export type SchemaListener = (station: Station, enforced: EnforcedSchema | undefined) => void;

/**
 * Which station enforces which schema. Everything that names a schema for a station goes through
 * here, so a station never has one that does not exist.
 */
export class StationSchemas {
  readonly #schemas: SchemaRegistry;
  readonly #stations: StationRegistry;
  readonly #listeners: SchemaListener[] = [];

  constructor(schemas: SchemaRegistry, stations: StationRegistry) {
    this.#schemas = schemas;
    this.#stations = stations;
  }

  /** What the producers of a station have to keep to; undefined when it takes anything. */
  of(station: Station): EnforcedSchema | undefined {
    const schema = station.schema === null ? undefined : this.#schemas.find(station.schema);
    const version = schema === undefined ? undefined : activeVersionOf(schema);
    return schema === undefined || version === undefined ? undefined : { schema, version };
  }

  /** As `StationRegistry.create`. Rejects with SCHEMA_NOT_FOUND for a schema that does not exist. */
  async createStation(
    settings: StationSettings,
    by: string,
  ): Promise<{ station: Station; created: boolean }> {
    const create = (): ReturnType<StationRegistry['create']> => this.#stations.create(settings, by);
    return settings.schema === null ? create() : this.#schemas.whileExists(settings.schema, create);
  }

  /**
   * Has the producers of a station enforce a schema, instead of the one before. Repeating it tells
   * the listeners again: a client that lost the answer asks again.
   *
   * Resolves when it is durable and the listeners have been told. Rejects with STATION_NOT_FOUND or SCHEMA_NOT_FOUND.
   */
  async attach(schemaName: string, stationName: string): Promise<void> {
    if (this.#stations.find(stationName) === undefined) {
      throw new BrokerError('STATION_NOT_FOUND', { station: stationName });
    }
    await this.#schemas.whileExists(schemaName, () => this.#set(stationName, schemaName));
  }

  /** Has a station take anything. Resolves as `attach` does. Rejects with STATION_NOT_FOUND. */
  async detach(stationName: string): Promise<void> {
    await this.#set(stationName, null);
  }

  /** Removes a schema; its stations take anything from then on. False when there is none of that name. */
  async remove(schemaName: string): Promise<boolean> {
    return this.#schemas.remove(schemaName, () => {
      for (const station of this.#stations.forgetSchema(schemaName)) this.#tell(station);
    });
  }

  onChanged(listener: SchemaListener): void {
    this.#listeners.push(listener);
  }

  async #set(stationName: string, schemaName: string | null): Promise<void> {
    const station = await this.#stations.setSchema(stationName, schemaName);
    if (station === undefined) {
      throw new BrokerError('STATION_NOT_FOUND', { station: stationName });
    }
    this.#tell(station);
  }

  #tell(station: Station): void {
    const enforced = this.of(station);
    for (const listener of this.#listeners) listener(station, enforced);
  }
}
