import type { Member } from '../../broker/src/core/groups/index.ts';
import type { User } from '../../broker/src/core/users/index.ts';
import type { MetadataAdapter } from './metadata-store/adapters.ts';
import { MetadataSuite } from './metadata-store/behaviour-table.ts';
import { draft, schema } from './metadata-store/records.ts';
import { schemaBehaviours } from './metadata-store/schemas.ts';

function user(name: string, passwordHash = 'hash'): User {
  const patterns = { allowRead: ['in.*'], allowWrite: [] };
  return { name, kind: 'application', passwordHash, ...patterns, createdAtMs: 1000 };
}

function member(stationId: number, settings: Partial<Member> = {}): Member {
  return {
    connectionId: 'c1',
    stationId,
    name: 'reader',
    group: 'readers',
    user: 'root',
    applicationId: 'app',
    sdkLanguage: 'node.js',
    createdAtMs: 1000,
    ...settings,
  };
}

/** The contract of `core/ports/metadata-store.ts`, sentence by sentence, on each adapter. */
export function metadataStoreContract(adapters: readonly MetadataAdapter[]): void {
  const suite = new MetadataSuite(adapters);

  suite.behaviour('a new store is empty', async ({ metadata }) => {
    expect(await metadata.stations()).toEqual([]);
    expect(await metadata.schemas()).toEqual([]);
    expect(await metadata.users()).toEqual([]);
    expect(await metadata.members()).toEqual([]);
  });

  suite.behaviour('keeps every setting of a station', async ({ metadata, engine }) => {
    const settings = draft('orders.eu', {
      partitionCount: 3,
      retention: { kind: 'bytes', bytesMax: 5 },
      storage: 'memory',
      replicaCount: 3,
      dedupeWindowMs: 100,
      deadLetters: { undelivered: false, schemaFailures: true },
      deadLetterStation: 'dead',
      schema: 'shape',
    });
    const station = await metadata.createStation(settings, engine);
    expect(station).toEqual({ ...settings, id: expect.any(Number) });
    expect(await metadata.stations()).toEqual([station]);
  });

  suite.behaviour('tells the engine of a station before it resolves', async (bench) => {
    const station = await bench.metadata.createStation(draft('a'), bench.engine);
    expect(bench.engine.provisioned).toEqual([station.id]);
  });

  suite.behaviour('lists stations in the order of their names', async ({ metadata, engine }) => {
    for (const name of ['b', 'a.b', 'a', 'a-b']) await metadata.createStation(draft(name), engine);
    const names = (await metadata.stations()).map((station) => station.name);
    expect(names).toEqual(['a', 'a-b', 'a.b', 'b']);
  });

  suite.behaviour('rejects a station whose name is taken', async ({ metadata, engine }) => {
    const station = await metadata.createStation(draft('a'), engine);
    await expect(
      metadata.createStation(draft('a', { partitionCount: 2 }), engine),
    ).rejects.toMatchObject({ code: 'STATION_EXISTS' });
    expect(await metadata.stations()).toEqual([station]);
  });

  suite.behaviour(
    'creates one of two stations asked for at once by one name',
    async ({ metadata, engine }) => {
      const outcomes = await Promise.allSettled([
        metadata.createStation(draft('a'), engine),
        metadata.createStation(draft('a'), engine),
      ]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await metadata.stations()).toHaveLength(1);
    },
  );

  suite.behaviour(
    'gives ids from 1 up, each once, also to stations created at the same time',
    async ({ metadata, engine }) => {
      const names = Array.from({ length: 20 }, (_, index) => `s${String(index)}`);
      const stations = await Promise.all(
        names.map((name) => metadata.createStation(draft(name), engine)),
      );
      const ids = stations.map((station) => station.id).sort((one, other) => one - other);
      expect(ids[0]).toBeGreaterThanOrEqual(1);
      expect(new Set(ids).size).toBe(20);
    },
  );

  suite.behaviour('never gives the id of a deleted station again', async ({ metadata, engine }) => {
    const first = await metadata.createStation(draft('a'), engine);
    await metadata.deleteStation('a', engine);
    const second = await metadata.createStation(draft('a'), engine);
    expect(second.id).toBeGreaterThan(first.id);
  });

  suite.behaviour('creates nothing when the engine rejects', async ({ metadata, engine }) => {
    engine.failure = new Error('planted');
    await expect(metadata.createStation(draft('a'), engine)).rejects.toThrow('planted');
    expect(await metadata.stations()).toEqual([]);
    engine.failure = undefined;
    await expect(metadata.createStation(draft('a'), engine)).resolves.toMatchObject({ name: 'a' });
  });

  suite.behaviour(
    'removes a station with its members, in the engine too',
    async ({ metadata, engine }) => {
      const gone = await metadata.createStation(draft('a'), engine);
      const stays = await metadata.createStation(draft('b'), engine);
      await metadata.putMember(member(gone.id));
      await metadata.putMember(member(gone.id, { name: 'other' }));
      await metadata.putMember(member(stays.id));
      expect(await metadata.deleteStation('a', engine)).toBe(true);
      expect(await metadata.stations()).toEqual([stays]);
      expect(await metadata.members()).toEqual([member(stays.id)]);
      expect(engine.removed).toEqual([gone.id]);
    },
  );

  suite.behaviour('answers false for a station that is not there', async ({ metadata, engine }) => {
    expect(await metadata.deleteStation('a', engine)).toBe(false);
    expect(engine.removed).toEqual([]);
  });

  suite.behaviour(
    'clears the name of a removed station where others name it for their dead letters',
    async ({ metadata, engine }) => {
      await metadata.createStation(draft('dead'), engine);
      await metadata.createStation(draft('a', { deadLetterStation: 'dead' }), engine);
      await metadata.createStation(draft('b', { deadLetterStation: 'else' }), engine);
      await metadata.deleteStation('dead', engine);
      const names = (await metadata.stations()).map((station) => station.deadLetterStation);
      expect(names).toEqual([null, 'else']);
    },
  );

  suite.behaviour(
    'removes a station even when the engine can not yet, and lets recover finish it',
    async ({ metadata, engine }) => {
      const station = await metadata.createStation(draft('a'), engine);
      engine.failure = new Error('planted');
      expect(await metadata.deleteStation('a', engine)).toBe(true);
      expect(await metadata.stations()).toEqual([]);
      engine.failure = undefined;
      await metadata.recover(engine);
      expect(engine.removed).toEqual([station.id]);
    },
  );

  schemaBehaviours(suite);

  suite.behaviour('adds users and replaces them by name, case counted', async ({ metadata }) => {
    await metadata.putUser(user('ann'));
    await metadata.putUser(user('Ann'));
    await metadata.putUser(user('ann', 'other'));
    const users = [...(await metadata.users())].sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(users).toEqual([user('Ann'), user('ann', 'other')]);
  });

  suite.behaviour('removes a user once', async ({ metadata }) => {
    await metadata.putUser(user('ann'));
    expect(await metadata.deleteUser('ann')).toBe(true);
    expect(await metadata.deleteUser('ann')).toBe(false);
    expect(await metadata.users()).toEqual([]);
  });

  suite.behaviour(
    'tells members apart by connection, station and name, whatever the texts hold',
    async ({ metadata, engine }) => {
      const { id } = await metadata.createStation(draft('a'), engine);
      const { id: other } = await metadata.createStation(draft('b'), engine);
      const members = [
        member(id),
        member(other),
        member(id, { name: 'reader2' }),
        member(id, { connectionId: '' }),
        member(id, { connectionId: 'c1r', name: 'eader' }),
        member(id, { connectionId: 'c1\0', name: 'reader' }),
        member(id, { connectionId: 'ü'.repeat(120), name: 'x'.repeat(128) }),
      ];
      for (const each of members) await metadata.putMember(each);
      expect(await metadata.members()).toHaveLength(members.length);
      expect(await metadata.members()).toEqual(expect.arrayContaining(members));
    },
  );

  suite.behaviour('replaces a member of the same connection, station and name', async (bench) => {
    const { id } = await bench.metadata.createStation(draft('a'), bench.engine);
    await bench.metadata.putMember(member(id));
    await bench.metadata.putMember(member(id, { group: 'others' }));
    expect(await bench.metadata.members()).toEqual([member(id, { group: 'others' })]);
  });

  suite.behaviour('removes a member once', async ({ metadata, engine }) => {
    const { id } = await metadata.createStation(draft('a'), engine);
    await metadata.putMember(member(id));
    expect(await metadata.deleteMember(member(id, { name: 'other' }))).toBe(false);
    expect(await metadata.deleteMember(member(id))).toBe(true);
    expect(await metadata.deleteMember(member(id))).toBe(false);
    expect(await metadata.members()).toEqual([]);
  });

  suite.behaviour(
    'has everything after a restart, and goes on with ids where it was',
    async (bench) => {
      const { metadata, engine } = bench;
      const first = await metadata.createStation(draft('a', { partitionCount: 7 }), engine);
      const second = await metadata.createStation(draft('b'), engine);
      await metadata.deleteStation('b', engine);
      await metadata.putSchema(schema('shape', 12));
      await metadata.setStationSchema('a', 'shape');
      await metadata.putUser(user('ann'));
      await metadata.putMember(member(first.id));
      await bench.restart();
      expect(await bench.metadata.stations()).toEqual([{ ...first, schema: 'shape' }]);
      expect(await bench.metadata.schemas()).toEqual([schema('shape', 12)]);
      expect(await bench.metadata.users()).toEqual([user('ann')]);
      expect(await bench.metadata.members()).toEqual([member(first.id)]);
      const third = await bench.metadata.createStation(draft('c'), engine);
      expect(third.id).toBeGreaterThan(second.id);
      expect(engine.removed).toEqual([second.id]); // once: nothing is left for a restart to do
    },
    { needs: ['durable'] },
  );

  suite.behaviour(
    'has after a restart forgotten the removed station where others named it',
    async (bench) => {
      await bench.metadata.createStation(draft('dead'), bench.engine);
      await bench.metadata.createStation(draft('a', { deadLetterStation: 'dead' }), bench.engine);
      await bench.metadata.deleteStation('dead', bench.engine);
      await bench.restart();
      expect(await bench.metadata.stations()).toMatchObject([
        { name: 'a', deadLetterStation: null },
      ]);
    },
    { needs: ['durable'] },
  );

  suite.behaviour(
    'finishes after a restart what the engine could not remove before',
    async (bench) => {
      const station = await bench.metadata.createStation(draft('a'), bench.engine);
      await bench.metadata.putMember(member(station.id));
      bench.engine.failure = new Error('planted');
      await bench.metadata.deleteStation('a', bench.engine);
      bench.engine.failure = undefined;
      await bench.restart();
      expect(bench.engine.removed).toEqual([station.id]);
      expect(await bench.metadata.stations()).toEqual([]);
      expect(await bench.metadata.members()).toEqual([]);
      await bench.restart();
      expect(bench.engine.removed).toEqual([station.id]);
    },
    { needs: ['durable'] },
  );

  suite.behaviour(
    'removes members of a station that was gone before they came',
    async (bench) => {
      const station = await bench.metadata.createStation(draft('a'), bench.engine);
      await bench.metadata.deleteStation('a', bench.engine);
      await bench.metadata.putMember(member(station.id));
      await bench.restart();
      expect(await bench.metadata.members()).toEqual([]);
    },
    { needs: ['durable'] },
  );

  suite.behaviour(
    'changes nothing when the store has no room, and works again when it has',
    async (bench) => {
      const { metadata, engine, home } = bench;
      const station = await metadata.createStation(draft('a'), engine);
      await metadata.putUser(user('ann'));
      home.refuse('full');
      const refused = { code: 'CHANGE_REFUSED' };
      await expect(metadata.createStation(draft('b'), engine)).rejects.toMatchObject(refused);
      await expect(metadata.deleteStation('a', engine)).rejects.toMatchObject(refused);
      await expect(metadata.putUser(user('bob'))).rejects.toMatchObject(refused);
      await expect(metadata.deleteUser('ann')).rejects.toMatchObject(refused);
      await expect(metadata.putMember(member(station.id))).rejects.toMatchObject(refused);
      home.accept();
      expect(await metadata.stations()).toEqual([station]);
      expect(await metadata.users()).toEqual([user('ann')]);
      expect(await metadata.members()).toEqual([]);
      expect(engine.removed).not.toContain(station.id);
      await expect(metadata.createStation(draft('b'), engine)).resolves.toMatchObject({
        name: 'b',
      });
    },
    { needs: ['storeFaults'] },
  );

  suite.behaviour(
    'takes the engine’s part back when the record could not be written',
    async ({ metadata, engine, home }) => {
      home.refuse('full');
      await metadata.createStation(draft('a'), engine).catch(() => undefined);
      expect(engine.provisioned).toHaveLength(1);
      expect(engine.removed).toEqual(engine.provisioned);
    },
    { needs: ['storeFaults'] },
  );

  suite.behaviour(
    'rejects every change when writing has failed',
    async ({ metadata, engine, home }) => {
      home.refuse('failed');
      const failed = { code: 'CHANGE_FAILED' };
      await expect(metadata.createStation(draft('a'), engine)).rejects.toMatchObject(failed);
      await expect(metadata.putUser(user('ann'))).rejects.toMatchObject(failed);
    },
    { needs: ['storeFaults'] },
  );
}
