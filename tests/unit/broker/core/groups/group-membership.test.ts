import { ConnectionPresence } from '../../../../../broker/src/core/connections/index.ts';
import { GroupMembership } from '../../../../../broker/src/core/groups/index.ts';
import type { GroupChange, MemberRequest } from '../../../../../broker/src/core/groups/index.ts';
import { defaultStationSettings } from '../../../../../broker/src/core/stations/index.ts';
import type { Station } from '../../../../../broker/src/core/stations/index.ts';
import { MemoryMetadataStore } from '../../../../../broker/src/metadata/memory/index.ts';
import { ManualTime } from '../../../../support/manual-time.ts';
import { RecordedEngine } from '../../../../support/index.ts';

const station: Station = {
  ...defaultStationSettings('orders'),
  id: 7,
  createdAtMs: 0,
  createdBy: 'root',
};
const otherStation: Station = { ...station, id: 8, name: 'other' };
const readers: GroupChange = { name: 'readers', ackTimeoutMs: 30_000, deliveryCountMax: 2 };
const first = { kind: 'first' } as const;

function member(connectionId: string, name = 'c'): MemberRequest {
  return { connectionId, name, user: 'ann', applicationId: 'app', sdkLanguage: 'node.js' };
}

function newMembership(metadata = new MemoryMetadataStore()) {
  const engine = new RecordedEngine();
  const time = new ManualTime();
  const presence = new ConnectionPresence(time);
  const limits = { connectionIdBytesMax: 40, clientsPerConnectionMax: 3 };
  const membership = new GroupMembership(metadata, engine.port, presence, time, limits);
  return { membership, engine, metadata, presence, time };
}

describe('GroupMembership', () => {
  test('creates the group before it records the member', async () => {
    const { membership, engine, metadata, time } = newMembership();
    const putMember = metadata.putMember.bind(metadata);
    metadata.putMember = (record) => {
      engine.calls.push(`put member ${record.name}`);
      return putMember(record);
    };
    await membership.join(station, member('x'), readers, first);
    expect(engine.calls).toEqual(['put group 7/readers 30000 ms from first', 'put member c']);
    expect(await metadata.members()).toEqual([
      { ...member('x'), stationId: 7, group: 'readers', createdAtMs: time.wallMs() },
    ]);
    expect(membership.ofStation(7)).toEqual(await metadata.members());
  });

  test('changes the group, but writes no record, when the same member joins again', async () => {
    const { membership, engine, metadata } = newMembership();
    await membership.join(station, member('x'), readers, first);
    metadata.putMember = () => Promise.reject(new Error('it must not be written'));
    await membership.join(station, member('x'), { ...readers, ackTimeoutMs: 5 }, first);
    expect(engine.calls[1]).toBe('put group 7/readers 5 ms from first');
    expect(membership.ofStation(7)).toHaveLength(1);
  });

  test('moves a member that joins another group', async () => {
    const { membership, metadata } = newMembership();
    await membership.join(station, member('x'), readers, first);
    await membership.join(station, member('x'), { ...readers, name: 'writers' }, first);
    expect(membership.ofStation(7).map(({ group }) => group)).toEqual(['writers']);
    expect(await metadata.members()).toHaveLength(1);
  });

  test('records nobody when the engine refuses the group', async () => {
    const { membership, engine, metadata } = newMembership();
    engine.failure = new Error('planted');
    await expect(membership.join(station, member('x'), readers, first)).rejects.toThrow('planted');
    expect(membership.ofStation(7)).toEqual([]);
    expect(await metadata.members()).toEqual([]);
  });

  test('answers false for leaving when there is no such member', async () => {
    const { membership } = newMembership();
    await membership.join(station, member('x'), readers, first);
    expect(await membership.leave(station, { connectionId: 'x', name: 'd' })).toBe(false);
    expect(await membership.leave(station, { connectionId: 'y', name: 'c' })).toBe(false);
    expect(await membership.leave(otherStation, { connectionId: 'x', name: 'c' })).toBe(false);
  });

  test('keeps the group while another member has an open connection', async () => {
    const { membership, engine, metadata } = newMembership();
    membership.connectionOpened('x');
    membership.connectionOpened('y');
    await membership.join(station, member('x'), readers, first);
    await membership.join(station, member('y'), readers, first);
    expect(await membership.leave(station, { connectionId: 'x', name: 'c' })).toBe(true);
    expect(engine.calls.filter((call) => call.startsWith('delete'))).toEqual([]);
    expect((await metadata.members()).map(({ connectionId }) => connectionId)).toEqual(['y']);
  });

  test('deletes the group with its last active member, and forgets the absent ones of it', async () => {
    const { membership, engine, metadata } = newMembership();
    membership.connectionOpened('x');
    await membership.join(station, member('x'), readers, first);
    await membership.join(station, member('absent'), readers, first);
    await membership.join(station, member('x', 'd'), { ...readers, name: 'writers' }, first);
    expect(await membership.leave(station, { connectionId: 'x', name: 'c' })).toBe(true);
    expect(engine.calls.at(-1)).toBe('delete group 7/readers');
    expect(membership.ofStation(7).map(({ group }) => group)).toEqual(['writers']);
    expect((await metadata.members()).map(({ group }) => group)).toEqual(['writers']);
  });

  test('keeps a member when its group could not be deleted, so that leaving can be repeated', async () => {
    const { membership, engine } = newMembership();
    await membership.join(station, member('x'), readers, first);
    engine.failure = new Error('planted');
    const leaver = { connectionId: 'x', name: 'c' };
    await expect(membership.leave(station, leaver)).rejects.toThrow('planted');
    engine.failure = undefined;
    expect(await membership.leave(station, leaver)).toBe(true);
    expect(engine.calls.at(-1)).toBe('delete group 7/readers');
  });

  test('lets a member leave once when it asks twice at the same time', async () => {
    const { membership, engine } = newMembership();
    await membership.join(station, member('x'), readers, first);
    const leaver = { connectionId: 'x', name: 'c' };
    const outcomes = await Promise.all([
      membership.leave(station, leaver),
      membership.leave(station, leaver),
    ]);
    expect(outcomes).toEqual([true, false]);
    expect(engine.calls.filter((call) => call.startsWith('delete'))).toHaveLength(1);
  });

  test('finishes a leaving before a joining of the same group', async () => {
    const { membership, engine } = newMembership();
    await membership.join(station, member('x'), readers, first);
    await Promise.all([
      membership.leave(station, { connectionId: 'x', name: 'c' }),
      membership.join(station, member('y'), readers, first),
    ]);
    expect(engine.calls.map((call) => call.split(' ')[0])).toEqual(['put', 'delete', 'put']);
    expect(membership.ofStation(7).map(({ connectionId }) => connectionId)).toEqual(['y']);
  });

  test('counts the sockets of a connection: a late close of the first leaves it active', async () => {
    const { membership } = newMembership();
    await membership.join(station, member('x'), readers, first);
    const [record] = membership.ofStation(7);
    const isActive = (): boolean => record !== undefined && membership.isActive(record);
    expect(isActive()).toBe(false);
    membership.connectionOpened('x');
    membership.connectionOpened('x');
    membership.connectionClosed('x');
    expect(isActive()).toBe(true);
    membership.connectionClosed('x');
    expect(isActive()).toBe(false);
  });

  test('has its members after a restart, active when their connections are back', async () => {
    const { membership, metadata } = newMembership();
    await membership.join(station, member('x'), readers, first);
    const restarted = newMembership(metadata).membership;
    await restarted.load();
    const [record] = restarted.ofStation(7);
    expect(record).toEqual(membership.ofStation(7)[0]);
    restarted.connectionOpened('x');
    expect(record !== undefined && restarted.isActive(record)).toBe(true);
    expect(await restarted.leave(station, { connectionId: 'x', name: 'c' })).toBe(true);
  });

  test('forgets the members of a removed station only', async () => {
    const { membership } = newMembership();
    await membership.join(station, member('x'), readers, first);
    await membership.join(otherStation, member('x'), readers, first);
    membership.removeStation(7);
    expect(membership.ofStation(7)).toEqual([]);
    expect(membership.ofStation(8)).toHaveLength(1);
  });

  test('refuses an id of a connection that is too long, before anything is created', async () => {
    const { membership, engine } = newMembership();
    const joining = membership.join(station, member('ü'.repeat(21)), readers, first);
    await expect(joining).rejects.toMatchObject({ code: 'CONNECTION_ID_TOO_LONG' });
    expect(engine.calls).toEqual([]);
    await membership.join(station, member('ü'.repeat(20)), readers, first);
  });

  test('refuses one consumer more than a connection may have, but not one it has', async () => {
    const { membership } = newMembership();
    for (const name of ['a', 'b', 'c']) {
      await membership.join(station, member('x', name), readers, first);
    }
    const joining = membership.join(station, member('x', 'd'), readers, first);
    await expect(joining).rejects.toMatchObject({ code: 'TOO_MANY_CLIENTS_OF_CONNECTION' });
    await membership.join(station, member('x', 'c'), readers, first);
    await membership.leave(station, { connectionId: 'x', name: 'a' });
    await membership.join(station, member('x', 'd'), readers, first);
  });

  test('forgets members that are away for longer, never their groups', async () => {
    const { membership, engine, metadata, time } = newMembership();
    membership.connectionOpened('stays');
    membership.connectionOpened('leaves');
    for (const id of ['stays', 'leaves', 'never came']) {
      await membership.join(station, member(id), readers, first);
    }
    await time.advance(1000);
    membership.connectionClosed('leaves');
    await time.advance(1000);
    await membership.removeAbsent(1500);
    const names = (): string[] => membership.ofStation(7).map(({ connectionId }) => connectionId);
    expect(names()).toEqual(['stays', 'leaves']);
    await time.advance(501);
    await membership.removeAbsent(1500);
    expect(names()).toEqual(['stays']);
    expect(await metadata.members()).toEqual(membership.ofStation(7));
    expect(engine.calls.filter((call) => call.startsWith('delete'))).toEqual([]);
  });
});
