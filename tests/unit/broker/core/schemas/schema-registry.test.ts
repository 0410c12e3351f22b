import { BrokerError } from '../../../../../broker/src/core/errors/index.ts';
import type { SchemaFormat } from '../../../../../broker/src/core/ports/index.ts';
import { SchemaRegistry } from '../../../../../broker/src/core/schemas/index.ts';
import { MemoryMetadataStore } from '../../../../../broker/src/metadata/memory/index.ts';
import { ManualTime } from '../../../../support/manual-time.ts';

/** Takes every text but `bad`, and says under which file name it was asked. */
function fakeFormat(name: SchemaFormat['name']): SchemaFormat {
  return {
    name,
    check(content, fileName) {
      if (content === 'bad') {
        throw new BrokerError('SCHEMA_CONTENT', { kind: 'fake', problem: 'it is bad' });
      }
      return { messageName: `M of ${content}`, descriptor: fileName };
    },
  };
}

const limits = { schemaBytesMax: 100, schemaVersionCountMax: 3 };

function newRegistry(metadata = new MemoryMetadataStore()) {
  const time = new ManualTime();
  const formats = [fakeFormat('json'), fakeFormat('avro')];
  return { registry: new SchemaRegistry(metadata, formats, time, limits), metadata, time };
}

function request(content = 'one', changes: { name?: string; format?: string } = {}) {
  return { name: 'shape', format: 'json', content, ...changes };
}

describe('SchemaRegistry', () => {
  test('creates a schema whose first version is active, with the time and who asked', async () => {
    const { registry, metadata, time } = newRegistry();
    const version = await registry.create(request('one', { name: 'My.Shape' }), 'ann');
    expect(version).toEqual({
      number: 1,
      content: 'one',
      messageName: 'M of one',
      descriptor: 'my.shape_1.proto',
      createdAtMs: time.wallMs(),
      createdBy: 'ann',
    });
    const schema = { name: 'my.shape', format: 'json', versions: [version], activeVersion: 1 };
    expect(registry.find('my.shape')).toEqual(schema);
    expect(await metadata.schemas()).toEqual([schema]);
  });

  test('adds a version with new content, which is not active', async () => {
    const { registry } = newRegistry();
    await registry.create(request('one'), 'ann');
    const second = await registry.create(request('two'), 'bob');
    expect(second).toMatchObject({ number: 2, descriptor: 'shape_2.proto', createdBy: 'bob' });
    expect(registry.find('shape')).toMatchObject({
      activeVersion: 1,
      versions: [{ content: 'one' }, { content: 'two' }],
    });
  });

  test('rejects the content of the newest version, takes that of an older one', async () => {
    const { registry } = newRegistry();
    await registry.create(request('one'), 'ann');
    await expect(registry.create(request('one'), 'ann')).rejects.toMatchObject({
      code: 'SCHEMA_UNCHANGED',
      wireText: 'shape already exists in the db with the same schema content',
    });
    await registry.create(request('two'), 'ann');
    expect(await registry.create(request('one'), 'ann')).toMatchObject({ number: 3 });
  });

  test('rejects another format under the same name, in words that SDKs do not take for success', async () => {
    const { registry } = newRegistry();
    await registry.create(request('one'), 'ann');
    const other = registry.create(request('one', { format: 'avro' }), 'ann');
    const text = 'shape already exist with type - json';
    await expect(other).rejects.toMatchObject({ code: 'SCHEMA_OTHER_FORMAT', wireText: text });
    expect(text).not.toContain('already exists');
  });

  test.each([
    [{ name: '' }, 'NAME_EMPTY', 'Schema name can not be empty'],
    [{ name: 'a b' }, 'NAME_CHARACTERS', /are allowed in Schema$/],
    [{ format: 'foo' }, 'SCHEMA_FORMAT', /^schema type can be one of the following json\//],
    [{ format: 'graphql' }, 'SCHEMA_FORMAT', /^schema type can be/], // none is given here
    [{ format: 'toString' }, 'SCHEMA_FORMAT', /^schema type can be/],
    [{ content: '' }, 'SCHEMA_EMPTY', 'your schema content is invalid'],
    [{ content: ' \n' }, 'SCHEMA_EMPTY', 'your schema content is invalid'],
    [{ content: 'ä'.repeat(51) }, 'SCHEMA_TOO_LARGE', /too large$/],
    [{ content: 'bad' }, 'SCHEMA_CONTENT', 'your fake is invalid: it is bad'],
  ])('rejects %j and keeps nothing of it', async (changes, code, text) => {
    const { registry } = newRegistry();
    const wireText: unknown = typeof text === 'string' ? text : expect.stringMatching(text);
    await expect(registry.create({ ...request(), ...changes }, 'ann')).rejects.toMatchObject({
      code,
      wireText,
    });
    expect(registry.list()).toEqual([]);
  });

  test('rejects more versions than a schema can have', async () => {
    const { registry } = newRegistry();
    for (const content of ['1', '2', '3']) await registry.create(request(content), 'ann');
    await expect(registry.create(request('4'), 'ann')).rejects.toMatchObject({
      code: 'SCHEMA_VERSION_COUNT',
    });
    expect(registry.find('shape')?.versions).toHaveLength(3);
  });

  test('creates one version of what many send at once', async () => {
    const { registry } = newRegistry();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => registry.create(request('one'), 'ann')),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(registry.find('shape')?.versions).toHaveLength(1);
  });

  test('makes another version active, when there is one of that number', async () => {
    const { registry, metadata } = newRegistry();
    await registry.create(request('one'), 'ann');
    await registry.create(request('two'), 'ann');
    expect(await registry.activate('shape', 2)).toBe(true);
    expect(registry.find('shape')?.activeVersion).toBe(2);
    for (const number of [0, 3, -1, 1.5])
      expect(await registry.activate('shape', number)).toBe(false);
    expect(await registry.activate('nothing', 1)).toBe(false);
    expect(await metadata.schemas()).toMatchObject([{ activeVersion: 2 }]);
  });

  test('changes nothing when the metadata refuse', async () => {
    const { registry, metadata } = newRegistry();
    await registry.create(request('one'), 'ann');
    metadata.putSchema = () => Promise.reject(new Error('planted'));
    await expect(registry.create(request('two'), 'ann')).rejects.toThrow('planted');
    await expect(registry.activate('shape', 1)).rejects.toThrow('planted');
    expect(registry.find('shape')?.versions).toHaveLength(1);
  });

  test('has its schemas after a restart, in the order of their names', async () => {
    const { registry, metadata } = newRegistry();
    for (const name of ['b', 'a']) await registry.create(request('one', { name }), 'ann');
    const restarted = newRegistry(metadata).registry;
    await restarted.load();
    expect(restarted.list()).toEqual(registry.list());
    expect(restarted.list().map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('does not remove a schema while something relies on it', async () => {
    const { registry } = newRegistry();
    await registry.create(request('one'), 'ann');
    let release = (): void => undefined;
    const relied = registry.whileExists('shape', () => new Promise<void>((go) => (release = go)));
    let isRemoved = false;
    const removal = registry.remove('shape', () => (isRemoved = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(registry.find('shape')).toBeDefined();
    release();
    await relied;
    expect(await removal).toBe(true);
    expect(isRemoved).toBe(true);
    await expect(registry.whileExists('shape', () => Promise.resolve())).rejects.toMatchObject({
      code: 'SCHEMA_NOT_FOUND',
    });
    expect(await registry.remove('shape', () => undefined)).toBe(false);
  });
});
