import type { Member } from '../../broker/src/core/groups/index.ts';
import type { MetadataStore, StationEngineParts } from '../../broker/src/core/ports/index.ts';
import type { Station } from '../../broker/src/core/stations/index.ts';
import {
  PostgresDatabase,
  PostgresMetadataStore,
} from '../../broker/src/metadata/postgres/index.ts';
import { startPostgres, waitUntil } from '../support/index.ts';
import type { PostgresServer } from '../support/index.ts';
import { ManualTime } from '../support/manual-time.ts';
import { FaultyDatabase, faults } from './metadata-store/faulty-database.ts';
import type { Fault } from './metadata-store/faulty-database.ts';
import { postgresOptions, postgresParts } from './metadata-store/postgres.ts';
import { draft, schema } from './metadata-store/records.ts';

// Goal: metadata in Postgres and messages in an engine never part for good, whatever happens between
// two lines. Method: each operation is run once to count its statements; then every fault of
// faulty-database.ts is planted at each of them. After it the server is back, or a new process has
// recovered, and what both stores have is compared, with what the caller was told as the yardstick.

/** An engine that only remembers which stations it has; `provision` and `remove` may fail. */
class StationSet implements StationEngineParts {
  readonly ids = new Set<number>();
  failure: Error | undefined;

  async provision({ id }: Station): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.ids.add(id);
  }

  async remove(stationId: number): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.ids.delete(stationId);
  }
}

interface Scene {
  readonly server: PostgresServer;
  readonly name: string;
  readonly inner: PostgresDatabase;
  readonly engine: StationSet;
}

/** A process: its store, its database with faults, its time. */
class Process {
  readonly database: FaultyDatabase;
  readonly time = new ManualTime();
  readonly metadata: MetadataStore;
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.database = new FaultyDatabase(scene.inner);
    const parts = postgresParts({ clock: this.time, scheduler: this.time });
    const options = postgresOptions(scene.server, scene.name);
    this.metadata = new PostgresMetadataStore(this.database, parts, {
      ...options,
      storeId: 'store',
    });
  }

  async recover(): Promise<this> {
    await this.metadata.recover(this.#scene.engine);
    return this;
  }

  /** What the round does that a running broker makes each minute. */
  async round(): Promise<void> {
    const { repairIntervalMs } = postgresOptions(this.#scene.server, this.#scene.name);
    const before = this.database.count;
    await this.time.advance(repairIntervalMs);
    // Its statements go to a real server: they take turns of the event loop that nobody can count.
    await expectSoon(async () => expect(this.database.count).toBeGreaterThan(before));
    await expectSoon(async () => expect(await halfDone(this.#scene)).toEqual([]));
  }
}

/** One change, what has to be there before it, and whether it is made. */
interface Operation {
  readonly name: string;
  prepare(metadata: MetadataStore, engine: StationSet, key: string): Promise<unknown>;
  run(metadata: MetadataStore, engine: StationSet, key: string): Promise<unknown>;
  isMade(metadata: MetadataStore, key: string): Promise<boolean>;
  /** Made a second time it finds nothing; while its first outcome is unknown it must not say so. */
  readonly isFoundOnce?: true;
}

/** What came of a change, in a word. */
async function attempt(change: Promise<unknown>): Promise<string> {
  return change.then(
    (result) => (result === false ? 'nothing found' : 'made'),
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );
}

async function find(metadata: MetadataStore, key: string): Promise<Station | undefined> {
  return (await metadata.stations()).find(({ name }) => name === key);
}

function memberOf(stationId: number): Member {
  const who = { connectionId: 'c', name: 'm', group: 'g', user: 'root' };
  return { ...who, stationId, applicationId: 'a', sdkLanguage: 'go', createdAtMs: 1 };
}

function userOf(name: string): Parameters<MetadataStore['putUser']>[0] {
  return { name, kind: 'root', passwordHash: 'h', allowRead: [], allowWrite: [], createdAtMs: 1 };
}

const operations: readonly Operation[] = [
  {
    name: 'creating a station',
    prepare: async () => undefined,
    run: (metadata, engine, key) => metadata.createStation(draft(key), engine),
    isMade: async (metadata, key) => (await find(metadata, key)) !== undefined,
  },
  {
    name: 'deleting a station that another one names',
    // The registry, which forgot the station, does not ask again.
    isFoundOnce: true,
    prepare: async (metadata, engine, key) => {
      const { id } = await metadata.createStation(draft(key), engine);
      await metadata.createStation(draft(`${key}-names`, { deadLetterStation: key }), engine);
      await metadata.putMember(memberOf(id));
    },
    run: (metadata, engine, key) => metadata.deleteStation(key, engine),
    isMade: async (metadata, key) => {
      const isGone = (await find(metadata, key)) === undefined;
      const isForgotten = (await find(metadata, `${key}-names`))?.deadLetterStation === null;
      expect(isForgotten).toBe(isGone);
      return isGone;
    },
  },
  {
    name: 'changing the schema of a station',
    prepare: (metadata, engine, key) => metadata.createStation(draft(key), engine),
    run: (metadata, _, key) => metadata.setStationSchema(key, 'shape'),
    isMade: async (metadata, key) => (await find(metadata, key))?.schema === 'shape',
  },
  {
    name: 'adding a version to a schema',
    prepare: (metadata, _, key) => metadata.putSchema(schema(key, 1)),
    run: (metadata, _, key) => metadata.putSchema(schema(key, 3)),
    isMade: async (metadata, key) =>
      (await metadata.schemas()).find(({ name }) => name === key)?.versions.length === 3,
  },
  {
    name: 'deleting a schema that a station has',
    isFoundOnce: true,
    prepare: async (metadata, engine, key) => {
      await metadata.putSchema(schema(key, 2));
      await metadata.createStation(draft(key, { schema: key }), engine);
    },
    run: (metadata, _, key) => metadata.deleteSchema(key),
    isMade: async (metadata, key) => {
      const isGone = !(await metadata.schemas()).some(({ name }) => name === key);
      expect((await find(metadata, key))?.schema === null).toBe(isGone);
      return isGone;
    },
  },
  {
    name: 'deleting a user',
    isFoundOnce: true,
    prepare: (metadata, _, key) => metadata.putUser(userOf(key)),
    run: (metadata, _, key) => metadata.deleteUser(key),
    isMade: async (metadata, key) => !(await metadata.users()).some(({ name }) => name === key),
  },
  {
    name: 'adding a member',
    prepare: (metadata, engine, key) => metadata.createStation(draft(key), engine),
    run: async (metadata, _, key) =>
      metadata.putMember(memberOf((await find(metadata, key))?.id ?? 0)),
    isMade: async (metadata, key) => {
      const id = (await find(metadata, key))?.id;
      return (await metadata.members()).some(({ stationId }) => stationId === id);
    },
  },
];

describe('PostgresMetadataStore', () => {
  let scene: Scene;

  beforeAll(async () => {
    const server = await startPostgres();
    const name = await server.createDatabase();
    const inner = await PostgresDatabase.open(postgresOptions(server, name), postgresParts());
    scene = { server, name, inner, engine: new StationSet() };
  });

  afterAll(() => scene.inner.close());

  const cases = operations.flatMap((operation) => faults.map((fault) => ({ operation, fault })));
  test.each(cases.map((each) => [each.operation.name, each.fault, each.operation] as const))(
    '%s keeps both stores together at each step (fault=%s)',
    async (_, fault, operation) => {
      const steps = await countSteps(operation);
      expect(steps).toBeGreaterThan(0);
      for (let step = 1; step <= steps; step += 1) await faultAt(operation, fault, step);
    },
  );

  test('takes a refused station back before its name is used again, engine first', async () => {
    const process = await new Process(scene).recover();
    scene.engine.failure = new Error('planted');
    await expect(process.metadata.createStation(draft('refused'), scene.engine)).rejects.toThrow(
      'planted',
    );
    scene.engine.failure = undefined;
    const { id } = await process.metadata.createStation(draft('refused'), scene.engine);
    expect(scene.engine.ids.has(id)).toBe(true);
    await process.round();
    expect(await find(process.metadata, 'refused')).toMatchObject({ id });
    await wholeness();
  });

  test('leaves a station alone that was created again after a deletion of unknown outcome', async () => {
    const process = await new Process(scene).recover();
    await process.metadata.createStation(draft('again'), scene.engine);
    void process.database.plant(2, 'lost');
    await expect(process.metadata.deleteStation('again', scene.engine)).rejects.toMatchObject({
      code: 'METADATA_OUTCOME_UNKNOWN',
    });
    process.database.heal();
    const { id } = await process.metadata.createStation(draft('again'), scene.engine);
    await process.round();
    expect(await find(process.metadata, 'again')).toMatchObject({ id });
    await wholeness();
  });

  test('finishes by itself a deletion of unknown outcome, as its station takes no messages any more', async () => {
    const process = await new Process(scene).recover();
    await process.metadata.createStation(draft('half'), scene.engine);
    void process.database.plant(2, 'lost before');
    await expect(process.metadata.deleteStation('half', scene.engine)).rejects.toMatchObject({
      code: 'METADATA_OUTCOME_UNKNOWN',
    });
    process.database.heal();
    await process.time.advance(60_000);
    await expectSoon(async () => expect(await find(process.metadata, 'half')).toBeUndefined());
    await process.round();
    await wholeness();
  });

  test('rejects to start where another store has the messages of a station', async () => {
    const process = await new Process(scene).recover();
    await process.metadata.createStation(draft('mine'), scene.engine);
    const options = { ...postgresOptions(scene.server, scene.name), storeId: 'other' };
    const other = new PostgresMetadataStore(scene.inner, postgresParts(), options);
    await expect(other.recover(scene.engine)).rejects.toMatchObject({ code: 'METADATA_MISMATCH' });
  });

  async function countSteps(operation: Operation): Promise<number> {
    const process = await new Process(scene).recover();
    const key = `count-${operations.indexOf(operation)}-${String(scene.engine.ids.size)}`;
    await operation.prepare(process.metadata, scene.engine, key);
    void process.database.plant(0, undefined);
    await operation.run(process.metadata, scene.engine, key);
    return process.database.count;
  }

  async function faultAt(operation: Operation, fault: Fault, step: number): Promise<void> {
    const key = `${fault.replace(' ', '-')}-${operations.indexOf(operation)}-${String(step)}`;
    const first = await new Process(scene).recover();
    await operation.prepare(first.metadata, scene.engine, key);

    const crashed = first.database.plant(step, fault);
    const outcome = await Promise.race([
      attempt(operation.run(first.metadata, scene.engine, key)),
      crashed,
    ]);
    first.database.heal();

    const isCrash = outcome === 'crashed';
    expect(isCrash).toBe(fault.startsWith('crash'));
    const next = isCrash ? await new Process(scene).recover() : first;
    if (!isCrash) await next.round();
    await wholeness();
    const isMade = await operation.isMade(next.metadata, key);
    expect(outcome).not.toBe('nothing found');
    if (outcome === 'made') expect(isMade).toBe(true);
    if (outcome === 'METADATA_UNREACHABLE') expect(isMade).toBe(false);

    // Whoever was refused asks again.
    const again = await attempt(operation.run(next.metadata, scene.engine, key));
    if (
      operation.isFoundOnce === true &&
      (outcome === 'made' || isCrash || operation === operations[1])
    ) {
      expect(['made', 'nothing found']).toContain(again);
    } else {
      expect(again).toBe(isMade && operation === operations[0] ? 'STATION_EXISTS' : 'made');
    }
    expect(await operation.isMade(next.metadata, key)).toBe(true);
    await wholeness();
  }

  /** Nothing is half done, and the engine has what the records name. */
  async function wholeness(): Promise<void> {
    expect(await halfDone(scene)).toEqual([]);
    const rows = await scene.server.query('SELECT id FROM thebes.station ORDER BY id', scene.name);
    const ids = rows.map(({ id }) => id);
    expect([...scene.engine.ids].sort((a, b) => a - b)).toEqual(ids);
  }
});

async function halfDone({ server, name }: Scene): Promise<readonly unknown[]> {
  const text = `SELECT name, state FROM thebes.station WHERE state <> 'ready'`;
  return server.query(text, name);
}

/** As soon as it does not throw. */
async function expectSoon(check: () => Promise<void>): Promise<void> {
  await waitUntil(() => check().then(() => true));
}
