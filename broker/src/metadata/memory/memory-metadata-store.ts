import { BrokerError } from '../../core/errors/index.ts';
import type { Member } from '../../core/groups/index.ts';
import type { MetadataStore, StationDraft, StationEngineParts } from '../../core/ports/index.ts';
import type { Schema } from '../../core/schemas/index.ts';
import type { Station } from '../../core/stations/index.ts';
import type { User } from '../../core/users/index.ts';

/** Metadata without a disk, for the memory engine and for tests. Everything is gone with the process. */
export class MemoryMetadataStore implements MetadataStore {
  readonly #stations = new Map<string, Station>();
  /** Names of stations on their way, which are taken already. */
  readonly #namesOnTheWay = new Set<string>();
  readonly #schemas = new Map<string, Schema>();
  readonly #users = new Map<string, User>();
  readonly #members = new Map<string, Member>();
  /** Deleted stations whose messages the engine has not removed yet. */
  readonly #unfinishedIds = new Set<number>();
  #lastStationId = 0;

  async recover(engineParts: StationEngineParts): Promise<void> {
    for (const stationId of this.#unfinishedIds) await this.#finishDeletion(stationId, engineParts);
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
      this.#stations.set(name, station);
      return station;
    } finally {
      this.#namesOnTheWay.delete(name);
    }
  }

  async deleteStation(name: string, engineParts: StationEngineParts): Promise<boolean> {
    const station = this.#stations.get(name);
    if (station === undefined) return false;
    this.#stations.delete(name);
    for (const other of this.#stations.values()) {
      if (other.deadLetterStation !== name) continue;
      this.#stations.set(other.name, { ...other, deadLetterStation: null });
    }
    for (const [key, member] of this.#members) {
      if (member.stationId === station.id) this.#members.delete(key);
    }
    this.#unfinishedIds.add(station.id);
    await this.#finishDeletion(station.id, engineParts);
    return true;
  }

  setStationSchema(name: string, schema: string | null): Promise<Station | undefined> {
    const station = this.#stations.get(name);
    if (station === undefined) return Promise.resolve(undefined);
    const changed = { ...station, schema };
    this.#stations.set(name, changed);
    return Promise.resolve(changed);
  }

  schemas(): Promise<readonly Schema[]> {
    return Promise.resolve([...this.#schemas.values()]);
  }

  putSchema(schema: Schema): Promise<void> {
    this.#schemas.set(schema.name, schema);
    return Promise.resolve();
  }

  deleteSchema(name: string): Promise<boolean> {
    for (const station of this.#stations.values()) {
      if (station.schema === name) this.#stations.set(station.name, { ...station, schema: null });
    }
    return Promise.resolve(this.#schemas.delete(name));
  }

  users(): Promise<readonly User[]> {
    return Promise.resolve([...this.#users.values()]);
  }

  putUser(user: User): Promise<void> {
    this.#users.set(user.name, user);
    return Promise.resolve();
  }

  deleteUser(name: string): Promise<boolean> {
    return Promise.resolve(this.#users.delete(name));
  }

  members(): Promise<readonly Member[]> {
    return Promise.resolve([...this.#members.values()]);
  }

  putMember(member: Member): Promise<void> {
    this.#members.set(memberKey(member), member);
    return Promise.resolve();
  }

  deleteMember(member: Pick<Member, 'connectionId' | 'stationId' | 'name'>): Promise<boolean> {
    return Promise.resolve(this.#members.delete(memberKey(member)));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #finishDeletion(stationId: number, engineParts: StationEngineParts): Promise<void> {
    try {
      await engineParts.remove(stationId);
      this.#unfinishedIds.delete(stationId);
    } catch {
      // The station is gone for every caller; an engine that can not remove its messages now
      // reports itself, and `recover` comes back to them.
    }
  }
}

function memberKey({
  connectionId,
  stationId,
  name,
}: Pick<Member, 'connectionId' | 'stationId' | 'name'>): string {
  return JSON.stringify([stationId, connectionId, name]);
}
