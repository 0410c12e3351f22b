import { StationAccess } from '../../../../../broker/src/core/users/index.ts';
import type { User } from '../../../../../broker/src/core/users/index.ts';

function accessOf(changes: Partial<User> = {}): StationAccess {
  return new StationAccess({
    name: 'ann',
    kind: 'application',
    passwordHash: 'hash',
    allowRead: ['in.*'],
    allowWrite: ['out', 'both'],
    createdAtMs: 1,
    ...changes,
  });
}

describe('StationAccess', () => {
  test('keeps reading and writing apart, asked once or again', () => {
    const access = accessOf({ allowRead: ['in.*', 'both'] });
    for (let turn = 0; turn < 2; turn += 1) {
      expect(access.may('read', 'in.1')).toBe(true);
      expect(access.may('write', 'in.1')).toBe(false);
      expect(access.may('read', 'out')).toBe(false);
      expect(access.may('write', 'out')).toBe(true);
      expect([access.may('read', 'both'), access.may('write', 'both')]).toEqual([true, true]);
      expect([access.may('read', 'else'), access.may('write', 'else')]).toEqual([false, false]);
    }
    expect(['in.1', 'out', 'else'].map((name) => access.maySee(name))).toEqual([true, true, false]);
  });

  test('allows root everything, and a management user nothing, whatever patterns say', () => {
    const root = accessOf({ kind: 'root', allowRead: [], allowWrite: [] });
    expect([root.may('read', 'x'), root.may('write', 'x'), root.isUnlimited]).toEqual([
      true,
      true,
      true,
    ]);
    root.demandSchemaCreation('shape');
    const boss = accessOf({ kind: 'management', allowRead: ['*'], allowWrite: ['*'] });
    expect([boss.may('read', 'x'), boss.may('write', 'x'), boss.isUnlimited]).toEqual([
      false,
      false,
      false,
    ]);
  });

  test.each<[string, (access: StationAccess) => void, object]>([
    [
      'to consume',
      (access) => access.demand('read', 'out'),
      { code: 'STATION_FORBIDDEN', wireText: 'user ann is not allowed to access station out' },
    ],
    [
      'to produce',
      (access) => access.demand('write', 'in.1'),
      { code: 'STATION_FORBIDDEN', wireText: 'user ann is not allowed to access station in.1' },
    ],
    [
      'to create a station',
      (access) => access.demandCreation('in.1'),
      {
        code: 'STATION_CREATION_FORBIDDEN',
        wireText: 'user ann is not allowed to create station in.1',
      },
    ],
    [
      'to remove a station',
      (access) => access.demandRemoval('in.1'),
      {
        code: 'STATION_REMOVAL_FORBIDDEN',
        wireText: 'user ann is not allowed to remove station in.1',
      },
    ],
  ])('rejects who may not, naming user and station: %s', (_, ask, refusal) => {
    expect(() => ask(accessOf())).toThrow(expect.objectContaining(refusal));
    ask(accessOf({ allowRead: ['*'], allowWrite: ['*'] }));
  });

  test('rejects a schema from who may produce nowhere', () => {
    accessOf().demandSchemaCreation('shape');
    expect(() => accessOf({ allowWrite: [] }).demandSchemaCreation('shape')).toThrow(
      expect.objectContaining({
        code: 'SCHEMA_CREATION_FORBIDDEN',
        wireText: 'user ann is not allowed to create schema shape',
      }),
    );
  });

  test('answers the same after more stations than it remembers', () => {
    const access = accessOf();
    for (let index = 0; index < 5000; index += 1) access.may('read', `else.${String(index)}`);
    expect([access.may('read', 'in.1'), access.may('read', 'else.1')]).toEqual([true, false]);
  });
});
