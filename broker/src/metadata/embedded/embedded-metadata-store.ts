import { BrokerError } from '../../core/errors/index.ts';
import type { Member } from '../../core/groups/index.ts';
import { StoreError } from '../../core/ports/index.ts';
import type {
  MetadataStore,
  OrderedStore,
  StationDraft,
  StationEngineParts,
  StoreChange,
} from '../../core/ports/index.ts';
import type { Schema, SchemaVersion } from '../../core/schemas/index.ts';
import type { Station } from '../../core/stations/index.ts';
import type { User } from '../../core/users/index.ts';
import { KeyedQueue } from '../../foundation/index.ts';
import type { Logger } from '../../foundation/index.ts';
import * as keys from './keys.ts';
import type { EmbeddedMetadataOptions } from './options.ts';
import { decodeRecord, encodeRecord } from './records.ts';
import { readOwnFormat, storeFormat } from './store-format.ts';

/**
 * Metadata in the same store as the embedded engine's messages.
 *
 * A station is one record, and the engine writes nothing before the first message: creating one is
 * one commit. Deleting one is a commit that removes its record and its members and leaves a note;
 * then the engine removes the messages; then the note goes. `recover` finishes what has a note.
 */
export class EmbeddedMetadataStore implements MetadataStore {
  /** Made once, with the store. */
  readonly installId: string;
  readonly #store: OrderedStore;
  readonly #logger: Logger;
  readonly #onFatal: (error: BrokerError) => void;
  readonly #stations = new Map<string, Station>();
  /** Names of stations on their way, which are taken already. */
  readonly #namesOnTheWay = new Set<string>();
  /** Changes of other stations' records follow each other: each is made from what the one before wrote. */
  readonly #stationChanges = new KeyedQueue();
  #lastStationId: number;

  /**
   * Reads the store, or begins it when it is new. Rejects with STORE_FORMAT when a newer broker wrote
   * it, with STORE_UNREADABLE when a record is damaged.
   */
  static async open(
    store: OrderedStore,
    logger: Logger,
    options: EmbeddedMetadataOptions,
  ): Promise<EmbeddedMetadataStore> {
    const bytes = store.get(keys.formatKey);
    if (bytes !== undefined) {
      const { installId } = readOwnFormat(bytes);
      return new EmbeddedMetadataStore(store, logger, options, installId);
    }
    const installId = options.newInstallId;
    const metadata = new EmbeddedMetadataStore(store, logger, options, installId);
    const record = encodeRecord({ format: storeFormat, installId });
    await metadata.#commit([{ kind: 'put', key: keys.formatKey, value: record }]);
    return metadata;
  }

  private constructor(
    store: OrderedStore,
    logger: Logger,
    options: EmbeddedMetadataOptions,
    installId: string,
  ) {
    this.installId = installId;
    this.#store = store;
    this.#logger = logger;
    this.#onFatal = options.onFatal;
    for (const station of this.#read<Station>('station', keys.everyStation())) {
      // Written before there were schemas, a record names none.
      this.#stations.set(station.name, { ...{ schema: null }, ...station });
    }
    const last = store.get(keys.lastStationIdKey);
    this.#lastStationId =
      last === undefined ? 0 : decodeRecord<{ id: number }>('last station id', last).id;
  }

  async recover(engineParts: StationEngineParts): Promise<void> {
    const deleted = this.#read<{ id: number }>('deleted station', keys.everyDeletedStation());
    for (const { id } of deleted) await this.#finishDeletion(id, engineParts);
    // Somebody who joined while the station was being deleted may have come behind its commit.
    const ids = new Set([...this.#stations.values()].map((station) => station.id));
    const strays = (await this.members()).filter((member) => !ids.has(member.stationId));
    if (strays.length > 0) {
      await this.#commit(strays.map((member) => ({ kind: 'delete', key: keys.memberKey(member) })));
    }
  }

  stations(): Promise<readonly Station[]> {
    const byName = (one: Station, other: Station): number => (one.name < other.name ? -1 : 1);
    return Promise.resolve([...this.#stations.values()].sort(byName));
  }

  async createStation(draft: StationDraft, engineParts: StationEngineParts): Promise<Station> {
    const { name } = draft;
    if (this.#stations.has(name) || this.#namesOnTheWay.has(name)) {
      throw new BrokerError('STATION_EXISTS', { station: name });
    }
    this.#namesOnTheWay.add(name);
    try {
      this.#lastStationId += 1;
      const station: Station = { ...draft, id: this.#lastStationId };
      await engineParts.provision(station);
      await this.#commitOrUndo(station, engineParts);
      this.#stations.set(name, station);
      return station;
    } finally {
      this.#namesOnTheWay.delete(name);
    }
  }

  async deleteStation(name: string, engineParts: StationEngineParts): Promise<boolean> {
    const isNamed = [...this.#stations.values()].some((each) => each.deadLetterStation === name);
    const remove = (): Promise<Station | undefined> => this.#removeStation(name);
    const station = await (isNamed ? this.#oneByOne(remove) : remove());
    if (station === undefined) return false;
    await this.#finishDeletion(station.id, engineParts);
    return true;
  }

  async setStationSchema(name: string, schema: string | null): Promise<Station | undefined> {
    return this.#oneByOne(async () => {
      const station = this.#stations.get(name);
      if (station === undefined) return undefined;
      const changed = { ...station, schema };
      await this.#commit([putStation(changed)]);
      return this.#replace(changed) ? changed : undefined;
    });
  }

  schemas(): Promise<readonly Schema[]> {
    const heads = this.#read<Omit<Schema, 'versions'>>('schema', keys.everySchema());
    return Promise.resolve(
      heads.map((head) => ({
        ...head,
        versions: this.#read<SchemaVersion>('schema version', keys.versionsOfSchema(head.name)),
      })),
    );
  }

  async putSchema(schema: Schema): Promise<void> {
    const { versions, ...head } = schema;
    const stored = [...this.#store.keys(keys.versionsOfSchema(schema.name))].length;
    await this.#commit([
      { kind: 'put', key: keys.schemaKey(schema.name), value: encodeRecord(head) },
      ...versions.slice(stored).map((version): StoreChange => ({
        kind: 'put',
        key: keys.schemaVersionKey(schema.name, version.number),
        value: encodeRecord(version),
      })),
    ]);
  }

  async deleteSchema(name: string): Promise<boolean> {
    return this.#oneByOne(async () => {
      const key = keys.schemaKey(name);
      if (this.#store.get(key) === undefined) return false;
      const stations = [...this.#stations.values()]
        .filter((station) => station.schema === name)
        .map((station) => ({ ...station, schema: null }));
      await this.#commit([
        { kind: 'delete', key },
        ...[...this.#store.keys(keys.versionsOfSchema(name))].map(deleteKey),
        ...stations.map(putStation),
      ]);
      for (const station of stations) this.#replace(station);
      return true;
    });
  }

  /** False when somebody has removed the station in the meantime. */
  #replace(station: Station): boolean {
    const isThere = this.#stations.get(station.name)?.id === station.id;
    if (isThere) this.#stations.set(station.name, station);
    return isThere;
  }

  #oneByOne<Result>(change: () => Promise<Result>): Promise<Result> {
    return this.#stationChanges.run(['stations'], change);
  }

  async #removeStation(name: string): Promise<Station | undefined> {
    const station = this.#stations.get(name);
    if (station === undefined) return undefined;
    // Taken out before the commit, so that a deletion beside this one does not write it anew.
    this.#stations.delete(name);
    const others = [...this.#stations.values()]
      .filter((other) => other.deadLetterStation === name)
      .map((other) => ({ ...other, deadLetterStation: null }));
    try {
      await this.#commit([
        { kind: 'delete', key: keys.stationKey(name) },
        ...[...this.#store.keys(keys.membersOfStation(station.id))].map(deleteKey),
        ...others.map(putStation),
        {
          kind: 'put',
          key: keys.deletedStationKey(station.id),
          value: encodeRecord({ id: station.id, name }),
        },
      ]);
    } catch (error) {
      this.#stations.set(name, station);
      throw error;
    }
    for (const other of others) this.#replace(other);
    return station;
  }

  users(): Promise<readonly User[]> {
    return Promise.resolve(
      // Written before there were permissions, a record has none; of root, who has no need of them.
      this.#read<User>('user', keys.everyUser()).map((user) => ({
        ...{ allowRead: [], allowWrite: [] },
        ...user,
      })),
    );
  }

  async putUser(user: User): Promise<void> {
    await this.#commit([{ kind: 'put', key: keys.userKey(user.name), value: encodeRecord(user) }]);
  }

  async deleteUser(name: string): Promise<boolean> {
    return this.#deleteKey(keys.userKey(name));
  }

  members(): Promise<readonly Member[]> {
    return Promise.resolve(this.#read<Member>('group member', keys.everyMember()));
  }

  async putMember(member: Member): Promise<void> {
    const key = keys.memberKey(member);
    await this.#commit([{ kind: 'put', key, value: encodeRecord(member) }]);
  }

  async deleteMember(
    member: Pick<Member, 'connectionId' | 'stationId' | 'name'>,
  ): Promise<boolean> {
    return this.#deleteKey(keys.memberKey(member));
  }

  /** The store belongs to main, which closes it when the engine has let go of it too. */
  close(): Promise<void> {
    return Promise.resolve();
  }

  async #commitOrUndo(station: Station, engineParts: StationEngineParts): Promise<void> {
    try {
      await this.#commit([
        putStation(station),
        {
          kind: 'put',
          key: keys.lastStationIdKey,
          // Not this station's: commits of two creations may come in either order.
          value: encodeRecord({ id: this.#lastStationId }),
        },
      ]);
    } catch (error) {
      await this.#removeFromEngine(station.id, engineParts);
      throw error;
    }
  }

  /** Fails quietly: the station is gone for every caller, and the next start comes back to its note. */
  async #finishDeletion(stationId: number, engineParts: StationEngineParts): Promise<void> {
    if (!(await this.#removeFromEngine(stationId, engineParts))) return;
    try {
      await this.#commit([{ kind: 'delete', key: keys.deletedStationKey(stationId) }]);
    } catch (err) {
      this.#logger.warn({ err, stationId }, 'A deleted station is still noted for removal');
    }
  }

  async #removeFromEngine(stationId: number, engineParts: StationEngineParts): Promise<boolean> {
    try {
      await engineParts.remove(stationId);
      return true;
    } catch (err) {
      this.#logger.warn({ err, stationId }, 'Messages of a deleted station are not removed yet');
      return false;
    }
  }

  #read<Shape extends object>(what: string, range: keys.KeyRange): Shape[] {
    return [...this.#store.range(range)].map(({ value }) => decodeRecord<Shape>(what, value));
  }

  async #deleteKey(key: Uint8Array): Promise<boolean> {
    if (this.#store.get(key) === undefined) return false;
    await this.#commit([{ kind: 'delete', key }]);
    return true;
  }

  async #commit(changes: readonly StoreChange[]): Promise<void> {
    try {
      await this.#store.commit(changes);
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      const isFatal = error.reason === 'failed';
      const code = isFatal ? 'CHANGE_FAILED' : 'CHANGE_REFUSED';
      const refusal = new BrokerError(code, { cause: error.message }, error);
      if (isFatal) this.#onFatal(refusal);
      throw refusal;
    }
  }
}

function deleteKey(key: Uint8Array): StoreChange {
  return { kind: 'delete', key };
}

function putStation(station: Station): StoreChange {
  return { kind: 'put', key: keys.stationKey(station.name), value: encodeRecord(station) };
}
