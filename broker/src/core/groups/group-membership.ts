import { KeyedQueue } from '../../foundation/index.ts';
import type { Clock } from '../../foundation/index.ts';
import { ClientsByStation, refuseBeyond } from '../connections/index.ts';
import type { ClientLimits, ConnectionPresence } from '../connections/index.ts';
import type { MetadataStore, StationEngine } from '../ports/index.ts';
import type { Station } from '../stations/station.ts';
import type { GroupChange, GroupMove, GroupStart, GroupTarget } from './group.ts';
import type { Member } from './member.ts';

/** A consumer about to join; its name is checked already. */
export type MemberRequest = Omit<Member, 'stationId' | 'group' | 'createdAtMs'>;

/**
 * Who consumes in which group. Durable, because SDKs never create a consumer again after they have
 * reconnected (wire-protocol.md 1.7), and because a group is deleted with its last active member.
 */
export class GroupMembership {
  readonly #metadata: MetadataStore;
  readonly #engine: StationEngine;
  readonly #presence: ConnectionPresence;
  readonly #clock: Clock;
  readonly #limits: ClientLimits;
  readonly #members = new ClientsByStation<Member>();
  readonly #changes = new KeyedQueue();

  constructor(
    metadata: MetadataStore,
    engine: StationEngine,
    presence: ConnectionPresence,
    clock: Clock,
    limits: ClientLimits,
  ) {
    this.#metadata = metadata;
    this.#engine = engine;
    this.#presence = presence;
    this.#clock = clock;
    this.#limits = limits;
    presence.addOwner((connectionId) => this.#members.countOfConnection(connectionId) > 0);
  }

  /** Once, at start. */
  async load(): Promise<void> {
    for (const member of await this.#metadata.members()) this.#members.put(member);
  }

  /**
   * Creates the group on every partition, or gives it the new settings when it is there, and records
   * the member; resolves when both are durable. Repeating it changes nothing.
   *
   * Rejects with STATION_NOT_FOUND, CONNECTION_ID_TOO_LONG or TOO_MANY_CLIENTS_OF_CONNECTION.
   */
  async join(
    station: Station,
    request: MemberRequest,
    settings: GroupChange,
    start: GroupStart,
  ): Promise<void> {
    await this.#changes.run([groupKey(station.id, settings.name)], async () => {
      const client = { ...request, stationId: station.id };
      const known = this.#members.find(client);
      if (known === undefined) {
        const count = this.#members.countOfConnection(request.connectionId);
        refuseBeyond(this.#limits, request.connectionId, count);
      }
      await this.#engine.putGroup(station.id, settings, start);
      if (known?.group === settings.name) return;
      const createdAtMs = this.#clock.wallMs();
      const member: Member = { ...client, group: settings.name, createdAtMs };
      await this.#metadata.putMember(member);
      this.#members.put(member);
    });
  }

  /** Creates a group that nobody joins, or gives it the new settings when it is there. Rejects as `join` does. */
  async putGroup(station: Station, settings: GroupChange, start: GroupStart): Promise<void> {
    await this.#changes.run([groupKey(station.id, settings.name)], () =>
      this.#engine.putGroup(station.id, settings, start),
    );
  }

  /** Moves a group on one partition, or on all; undefined when there is no such group or partition. */
  moveGroup(
    station: Station,
    group: string,
    target: GroupTarget,
    partition?: number,
  ): Promise<readonly GroupMove[] | undefined> {
    return this.#changes.run([groupKey(station.id, group)], () =>
      this.#engine.moveGroup(station.id, group, target, partition),
    );
  }

  /** Deletes a group with whoever is in it; false when there was none. */
  deleteGroup(station: Station, group: string): Promise<boolean> {
    return this.#changes.run([groupKey(station.id, group)], async () => {
      const wasThere = await this.#engine.deleteGroup(station.id, group);
      const members = this.#members.ofStation(station.id);
      await this.#forget(members.filter((member) => member.group === group));
      return wasThere;
    });
  }

  /**
   * Removes a member, and its group when none of the others has an open connection.
   * False when there is no such member.
   */
  async leave(
    station: Station,
    who: { readonly connectionId: string; readonly name: string },
  ): Promise<boolean> {
    const client = { ...who, stationId: station.id };
    const group = this.#members.find(client)?.group;
    if (group === undefined) return false;
    return this.#changes.run([groupKey(station.id, group)], async () => {
      const member = this.#members.find(client);
      if (member?.group !== group) return false; // it left, or moved on, in the meantime
      const others = this.#members
        .ofStation(station.id)
        .filter((other) => other.group === group && other !== member);
      const abandoned = !others.some((other) => this.isActive(other));
      // The group first: a crash between the two leaves a member whose repeated request ends it.
      if (abandoned) await this.#engine.deleteGroup(station.id, group);
      await this.#forget(abandoned ? [member, ...others] : [member]);
      return true;
    });
  }

  /** Counted: a connection id is open until it was closed as often as opened. */
  connectionOpened(connectionId: string): void {
    this.#presence.opened(connectionId);
  }

  connectionClosed(connectionId: string): void {
    this.#presence.closed(connectionId);
  }

  /** Forgets the members of a station that is gone; the metadata has removed them with it. */
  removeStation(stationId: number): void {
    this.#members.removeStation(stationId);
  }

  isActive(member: Member): boolean {
    return this.#presence.isOpen(member.connectionId);
  }

  ofStation(stationId: number): readonly Member[] {
    return this.#members.ofStation(stationId);
  }

  /**
   * Forgets members whose clients have been away for longer: each start of a client leaves one behind.
   * Their groups stay, with their positions.
   */
  async removeAbsent(absentMsMax: number): Promise<void> {
    const isAbsent = (member: Member): boolean =>
      this.#presence.absentMs(member.connectionId) > absentMsMax;
    await this.#forget(this.#members.all().filter(isAbsent));
  }

  async #forget(members: readonly Member[]): Promise<void> {
    await Promise.all(
      members.map(async (member) => {
        await this.#metadata.deleteMember(member);
        if (this.#members.find(member) === member) this.#members.remove(member);
      }),
    );
  }
}

function groupKey(stationId: number, group: string): string {
  return `${String(stationId)}/${group}`;
}
