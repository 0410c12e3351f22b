import type { Member } from '../groups/member.ts';
import type { Schema } from '../schemas/schema.ts';
import type { Station, StationSettings } from '../stations/station.ts';
import type { User } from '../users/user.ts';

/** A station about to be created. */
export interface StationDraft extends StationSettings {
  readonly createdAtMs: number;
  readonly createdBy: string;
}

/**
 * Keeps the facts about stations, schemas, users and group members. Every promise resolves when the change
 * is durable; a rejected one changed nothing that a caller can see.
 *
 * A station and its partitions appear and vanish together. Where metadata and messages live in two
 * stores, the adapter keeps the order of architecture.md decision 5 (`creating`, the engine's part, `ready`;
 * `deleting`, the engine's part, gone) and finishes half-done work at `recover`; where they share one store,
 * one transaction does it. Both callbacks are idempotent and named by the station's id.
 *
 * Implementations: `metadata/memory`, `metadata/embedded`; the contract suite in
 * `tests/contract/metadata-store.contract.ts` runs on each.
 */
export interface MetadataStore {
  /** Finishes what a crash interrupted; called once, before anything else. */
  recover(engineParts: StationEngineParts): Promise<void>;

  /** All stations that exist, in the order of their names. */
  stations(): Promise<readonly Station[]>;
  /** Rejects with STATION_EXISTS when the name is taken. Gives the station an id never used before. */
  createStation(draft: StationDraft, engineParts: StationEngineParts): Promise<Station>;
  /** Removes the station, its members, and its name where others name it as their dead-letter station; false when there is none. */
  deleteStation(name: string, engineParts: StationEngineParts): Promise<boolean>;

  /** The station as it is from now on; undefined when there is none. `schema` is null for none. */
  setStationSchema(name: string, schema: string | null): Promise<Station | undefined>;

  /** All schemas, each with every version. */
  schemas(): Promise<readonly Schema[]>;
  /** Adds the schema, or replaces the one of that name. A version that is there never changes. */
  putSchema(schema: Schema): Promise<void>;
  /** Removes the schema, and its name where stations have it; false when there is none. */
  deleteSchema(name: string): Promise<boolean>;

  users(): Promise<readonly User[]>;
  /** Adds the user, or replaces the one of that name. */
  putUser(user: User): Promise<void>;
  /** False when there was none. */
  deleteUser(name: string): Promise<boolean>;

  members(): Promise<readonly Member[]>;
  /** Adds the member, or replaces the one with the same connection, station and name. */
  putMember(member: Member): Promise<void>;
  /** False when there was none. */
  deleteMember(member: Pick<Member, 'connectionId' | 'stationId' | 'name'>): Promise<boolean>;

  close(): Promise<void>;
}

/** What the engine does when a station appears or vanishes. */
export interface StationEngineParts {
  provision(station: Station): Promise<void>;
  remove(stationId: number): Promise<void>;
}
