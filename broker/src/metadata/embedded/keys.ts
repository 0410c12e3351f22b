import type { Member } from '../../core/groups/index.ts';

/**
 * Where metadata is in the ordered store. The first byte says what a record is; the engine has the
 * bytes from 0x10 on. Numbers are big-endian; texts are UTF-8.
 *
 * | key | record |
 * |---|---|
 * | 01 | format of the store, and the id of the installation |
 * | 02 name | station |
 * | 03 | the last station id ever given |
 * | 04 name | user |
 * | 05 station(4) connection-id-bytes(2) connection-id name | group member |
 * | 06 station(4) | deleted station whose messages may still be there |
 * | 07 name | schema, without its versions |
 * | 08 name 00 number(4) | schema version |
 */
const kinds = {
  format: 0x01,
  station: 0x02,
  lastStationId: 0x03,
  user: 0x04,
  member: 0x05,
  deletedStation: 0x06,
  schema: 0x07,
  schemaVersion: 0x08,
} as const;

/** Every record of one kind, or of one kind and station. */
export interface KeyRange {
  readonly from: Uint8Array;
  readonly before: Uint8Array;
}

const textEncoder = new TextEncoder();

export const formatKey: Uint8Array = Uint8Array.of(kinds.format);
export const lastStationIdKey: Uint8Array = Uint8Array.of(kinds.lastStationId);

export function stationKey(name: string): Uint8Array {
  return Uint8Array.of(kinds.station, ...textEncoder.encode(name));
}

export function schemaKey(name: string): Uint8Array {
  return Uint8Array.of(kinds.schema, ...textEncoder.encode(name));
}

/** No name has a zero byte, so one ends it: versions of `a` are not among those of `a.b`. */
export function schemaVersionKey(name: string, number: number): Uint8Array {
  return Uint8Array.of(kinds.schemaVersion, ...textEncoder.encode(name), 0, ...uint32(number));
}

export function userKey(name: string): Uint8Array {
  return Uint8Array.of(kinds.user, ...textEncoder.encode(name));
}

export function memberKey(member: Pick<Member, 'connectionId' | 'stationId' | 'name'>): Uint8Array {
  const connectionId = textEncoder.encode(member.connectionId);
  return Uint8Array.of(
    kinds.member,
    ...uint32(member.stationId),
    connectionId.length >>> 8,
    connectionId.length & 0xff,
    ...connectionId,
    ...textEncoder.encode(member.name),
  );
}

export function deletedStationKey(stationId: number): Uint8Array {
  return Uint8Array.of(kinds.deletedStation, ...uint32(stationId));
}

export function everyStation(): KeyRange {
  return rangeOf(kinds.station);
}

export function everySchema(): KeyRange {
  return rangeOf(kinds.schema);
}

export function versionsOfSchema(name: string): KeyRange {
  const encoded = textEncoder.encode(name);
  return {
    from: Uint8Array.of(kinds.schemaVersion, ...encoded, 0),
    before: Uint8Array.of(kinds.schemaVersion, ...encoded, 1),
  };
}

export function everyUser(): KeyRange {
  return rangeOf(kinds.user);
}

export function everyMember(): KeyRange {
  return rangeOf(kinds.member);
}

export function membersOfStation(stationId: number): KeyRange {
  return {
    from: Uint8Array.of(kinds.member, ...uint32(stationId)),
    before: Uint8Array.of(kinds.member, ...uint32(stationId + 1)),
  };
}

export function everyDeletedStation(): KeyRange {
  return rangeOf(kinds.deletedStation);
}

function rangeOf(kind: number): KeyRange {
  return { from: Uint8Array.of(kind), before: Uint8Array.of(kind + 1) };
}

function uint32(value: number): readonly number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
