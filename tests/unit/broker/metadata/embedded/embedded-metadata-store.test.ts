import type { BrokerError } from '../../../../../broker/src/core/errors/index.ts';
import { defaultStationSettings } from '../../../../../broker/src/core/stations/index.ts';
import { MemoryStore } from '../../../../../broker/src/engines/memory/index.ts';
import { EmbeddedMetadataStore } from '../../../../../broker/src/metadata/embedded/index.ts';
import type { OrderedStore } from '../../../../../broker/src/core/ports/index.ts';
import { FaultyStore } from '../../../../support/faulty-store.ts';
import { RecordedLogger, silentLogger } from '../../../../support/index.ts';

const engineParts = { provision: () => Promise.resolve(), remove: () => Promise.resolve() };
const draft = { ...defaultStationSettings('orders'), createdAtMs: 1, createdBy: 'root' };

function open(store: OrderedStore, newInstallId = 'first', onFatal = (_error: BrokerError) => {}) {
  return EmbeddedMetadataStore.open(store, silentLogger, { newInstallId, onFatal });
}

function record(value: unknown): Uint8Array {
  return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
}

async function put(store: OrderedStore, key: readonly number[], value: unknown): Promise<void> {
  await store.commit([{ kind: 'put', key: Uint8Array.from(key), value: record(value) }]);
}

/** All records, as text by the bytes of their keys. */
function dump(store: OrderedStore): Record<string, string> {
  const everything = { from: Uint8Array.of(0), before: Uint8Array.of(0xff) };
  return Object.fromEntries(
    [...store.range(everything)].map(({ key, value }) => [
      Buffer.from(key).toString('latin1'),
      Buffer.from(value).toString(),
    ]),
  );
}

describe('EmbeddedMetadataStore', () => {
  test('gives the installation an id once', async () => {
    const store = new MemoryStore();
    expect((await open(store, 'first')).installId).toBe('first');
    expect((await open(store, 'second')).installId).toBe('first');
  });

  test('writes readable records with a version under the keys that keys.ts documents', async () => {
    const store = new MemoryStore();
    const metadata = await open(store);
    await metadata.createStation(draft, engineParts);
    await metadata.putUser({
      name: 'ann',
      kind: 'root',
      passwordHash: 'h',
      allowRead: [],
      allowWrite: [],
      createdAtMs: 2,
    });
    const version = {
      number: 1,
      content: '{}',
      messageName: '',
      descriptor: '',
      createdAtMs: 4,
      createdBy: 'ann',
    };
    await metadata.putSchema({
      name: 'shape',
      format: 'json',
      versions: [version],
      activeVersion: 1,
    });
    await metadata.putMember({
      connectionId: 'ü',
      stationId: 1,
      name: 'reader',
      group: 'readers',
      user: 'ann',
      applicationId: 'app',
      sdkLanguage: 'go',
      createdAtMs: 3,
    });
    const records = dump(store);
    expect(Object.keys(records)).toEqual([
      '\x01',
      '\x02orders',
      '\x03',
      '\x04ann',
      '\x05\0\0\0\x01\0\x02Ã¼reader',
      '\x07shape',
      '\x08shape\0\0\0\0\x01',
    ]);
    expect(records['\x01']).toBe('{"v":1,"format":2,"installId":"first"}');
    expect(records['\x03']).toBe('{"v":1,"id":1}');
    expect(JSON.parse(records['\x02orders'] ?? '')).toEqual({ v: 1, id: 1, ...draft });
  });

  test('reads what was written before there were schemas and permissions', async () => {
    const store = new MemoryStore();
    await open(store);
    const before: Partial<typeof draft> = { ...draft };
    delete before.schema;
    await put(store, [2, ...Buffer.from('orders')], { v: 1, id: 1, ...before });
    const user = { name: 'root', kind: 'root', passwordHash: 'h', createdAtMs: 2 };
    await put(store, [4, ...Buffer.from('root')], { v: 1, ...user });
    const metadata = await open(store);
    expect(await metadata.stations()).toEqual([{ id: 1, ...draft }]);
    expect(await metadata.users()).toEqual([{ ...user, allowRead: [], allowWrite: [] }]);
  });

  test('writes only the versions of a schema that are new', async () => {
    const store = new MemoryStore();
    const metadata = await open(store);
    const version = { messageName: '', descriptor: '', createdAtMs: 1, createdBy: 'ann' };
    const first = { number: 1, content: 'one', ...version };
    const second = { number: 2, content: 'two', ...version };
    const schema = { name: 'shape', format: 'json', activeVersion: 1 } as const;
    await metadata.putSchema({ ...schema, versions: [first] });
    const changed = { ...first, content: 'never written' };
    await metadata.putSchema({ ...schema, versions: [changed, second] });
    expect(await metadata.schemas()).toEqual([{ ...schema, versions: [first, second] }]);
  });

  test('creates a station with one commit', async () => {
    const store = new FaultyStore(new MemoryStore());
    const metadata = await open(store);
    const before = store.commitCount;
    await metadata.createStation(draft, engineParts);
    expect(store.commitCount - before).toBe(1);
  });

  test('has removed the record before the engine removes messages, and notes it until then', async () => {
    const store = new MemoryStore();
    const metadata = await open(store);
    const { id } = await metadata.createStation(draft, engineParts);
    let during: string[] = [];
    await metadata.deleteStation('orders', {
      ...engineParts,
      remove: () => Promise.resolve(void (during = Object.keys(dump(store)))),
    });
    expect(during).toEqual(['\x01', '\x03', `\x06\0\0\0${String.fromCharCode(id)}`]);
    expect(Object.keys(dump(store))).toEqual(['\x01', '\x03']);
  });

  test('does not bring a station back when the dead-letter station it names goes with it', async () => {
    const store = new FaultyStore(new MemoryStore());
    const metadata = await open(store);
    await metadata.createStation({ ...draft, name: 'dead' }, engineParts);
    await metadata.createStation({ ...draft, deadLetterStation: 'dead' }, engineParts);
    await Promise.all([
      metadata.deleteStation('orders', engineParts),
      metadata.deleteStation('dead', engineParts),
    ]);
    expect(Object.keys(dump(store))).toEqual(['\x01', '\x03']);
  });

  test('never writes an older last id over a newer one', async () => {
    const store = new FaultyStore(new MemoryStore());
    const metadata = await open(store);
    let letFirstGoOn = (): void => undefined;
    const first = metadata.createStation(draft, {
      ...engineParts,
      provision: () => new Promise((resolve) => (letFirstGoOn = resolve)),
    });
    await metadata.createStation({ ...draft, name: 'second' }, engineParts);
    letFirstGoOn();
    await first;
    expect(dump(store)['\x03']).toBe('{"v":1,"id":2}');
  });

  test.each([
    ['the store', [1], { v: 1, format: 4, installId: 'x' }, /its store has a format .* format 4/],
    ['its first record', [1], { v: 2 }, /its format record has a format .* format 2/],
    ['a station', [2, 97], { v: 2, name: 'a' }, /its station has a format .* format 2/],
  ])('refuses a store in which a newer broker wrote %s', async (_, key, value, message) => {
    const store = new MemoryStore();
    await open(store);
    await put(store, key, value);
    await expect(open(store)).rejects.toMatchObject({
      code: 'STORE_FORMAT',
      message: expect.stringMatching(message),
    });
  });

  test.each(['', '{', 'null', '7', '{}', '\xff'])(
    'refuses a station that reads %j',
    async (text) => {
      const store = new MemoryStore();
      await open(store);
      const key = Uint8Array.of(2, 97);
      await store.commit([{ kind: 'put', key, value: Buffer.from(text, 'latin1') }]);
      await expect(open(store)).rejects.toMatchObject({ code: 'STORE_UNREADABLE' });
    },
  );

  test('reports a failed flush as fatal, a full disk not', async () => {
    const fatal: string[] = [];
    const store = new FaultyStore(new MemoryStore());
    const metadata = await open(store, 'x', ({ code }) => fatal.push(code));
    const patterns = { allowRead: [], allowWrite: [] };
    const user = {
      name: 'ann',
      kind: 'root',
      passwordHash: 'h',
      createdAtMs: 2,
      ...patterns,
    } as const;
    store.refuse('full');
    await expect(metadata.putUser(user)).rejects.toMatchObject({ code: 'CHANGE_REFUSED' });
    expect(fatal).toEqual([]);
    store.refuse('failed');
    await expect(metadata.putUser(user)).rejects.toMatchObject({ code: 'CHANGE_FAILED' });
    expect(fatal).toEqual(['CHANGE_FAILED']);
  });

  test('logs what the engine could not remove yet', async () => {
    const logger = new RecordedLogger();
    const options = { newInstallId: 'x', onFatal: () => undefined };
    const metadata = await EmbeddedMetadataStore.open(new MemoryStore(), logger, options);
    await metadata.createStation(draft, engineParts);
    await metadata.deleteStation('orders', {
      ...engineParts,
      remove: () => Promise.reject(new Error('planted')),
    });
    expect(logger.lines).toEqual([
      expect.objectContaining({
        level: 'warn',
        fields: { err: expect.any(Error), stationId: 1 },
      }),
    ]);
  });
});
