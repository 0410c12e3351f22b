import { startFront } from './front.ts';
import type { RawClient } from './raw-client.ts';
import { createStation } from './stations.ts';

const creations = '$memphis_schema_creations';
const attachments = '$memphis_schema_attachments';
const detachments = '$memphis_schema_detachments';
const updates = '$memphis_schema_updates_my#orders';

const nothing = {
  schema_name: '',
  active_version: {
    version_number: 0,
    descriptor: '',
    schema_content: '',
    message_struct_name: '',
  },
  type: '',
};

const protoOf = (field: string): string =>
  `syntax = "proto3"; package p; message Order { string ${field} = 1; } message Other { }`;

async function createSchema(
  client: RawClient,
  name: string,
  type: string,
  content: string,
): Promise<void> {
  const request = { name, type, schema_content: content, message_struct_name: '' };
  expect(await client.requestJson(creations, request)).toEqual({ error: '' });
}

async function newScene() {
  const front = await startFront();
  const client = await front.connect();
  await createStation(client, 'my.orders');
  await createSchema(client, 'shape', 'json', '{"type":"object"}');
  return { front, client };
}

async function producerReply(client: RawClient, station = 'my.orders') {
  return client.requestJson('$memphis_producer_creations', {
    name: 'p',
    station_name: station,
    producer_type: 'application',
    req_version: 4,
  });
}

describe('a schema', () => {
  test('reaches the producers before the answer reaches who attached it, without headers', async () => {
    const { client } = await newScene();
    client.subscribe(updates, 'updates');
    const answer = await client.request(attachments, { name: 'SHAPE', station_name: 'My.Orders' });
    expect(answer.payload).toBe('');
    const [push, reply, ...more] = client.messages().slice(-2);
    expect(more).toEqual([]);
    expect(push?.sid).toBe('updates');
    expect(push?.line).toMatch(/^MSG \$memphis_schema_updates_my#orders updates \d+$/);
    expect(JSON.parse(push?.payload ?? '')).toEqual({
      UpdateType: 1,
      init: {
        schema_name: 'shape',
        active_version: {
          ...nothing.active_version,
          version_number: 1,
          schema_content: '{"type":"object"}',
        },
        type: 'json',
      },
    });
    expect(reply?.payload).toBe('');
  });

  test('reaches those who create a producer or a consumer later', async () => {
    const { client } = await newScene();
    await createSchema(client, 'proto', 'protobuf', protoOf('a'));
    await client.request(attachments, { name: 'proto', station_name: 'my.orders' });
    const update = {
      schema_name: 'proto',
      active_version: {
        version_number: 1,
        descriptor: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/) as string,
        schema_content: protoOf('a'),
        message_struct_name: 'Order',
      },
      type: 'protobuf',
    };
    expect(await producerReply(client)).toMatchObject({ schema_update: update, error: '' });
    const consumer = await client.requestJson('$memphis_consumer_creations', {
      name: 'c',
      station_name: 'my.orders',
      consumer_type: 'application',
      req_version: 4,
    });
    expect(consumer).toMatchObject({ schema_update: update, error: '' });
  });

  test('of the second version is not enforced until that is made active, under a file name of its own', async () => {
    const { front, client } = await newScene();
    await createSchema(client, 'proto', 'protobuf', protoOf('a'));
    await client.request(attachments, { name: 'proto', station_name: 'my.orders' });
    client.subscribe(updates, 'updates');
    await createSchema(client, 'proto', 'protobuf', protoOf('b'));
    expect(await producerReply(client)).toMatchObject({
      schema_update: { active_version: { version_number: 1 } },
    });
    await front.services.schemas.activate('proto', 2);
    await client.flush();
    expect(client.messages('updates')).toEqual([]); // producers learn it at the next attach
    const reply = await producerReply(client);
    expect(reply).toMatchObject({
      schema_update: { active_version: { version_number: 2, schema_content: protoOf('b') } },
    });
    const { descriptor } = (reply['schema_update'] as typeof nothing).active_version;
    expect(Buffer.from(descriptor, 'base64').toString('latin1')).toContain('proto_2.proto');
  });

  test('is dropped from its producers, completely, when it is detached, and when it is removed', async () => {
    const { front, client } = await newScene();
    await client.request(attachments, { name: 'shape', station_name: 'my.orders' });
    client.subscribe(updates, 'updates');
    expect((await client.request(detachments, { station_name: 'My.Orders' })).payload).toBe('');
    await client.request(attachments, { name: 'shape', station_name: 'my.orders' });
    await front.services.stationSchemas.remove('shape');
    const pushes = (await client.received('updates', 3)).map(
      ({ payload }) => JSON.parse(payload) as unknown,
    );
    const drop = { UpdateType: 2, init: nothing };
    expect(pushes).toEqual([drop, expect.objectContaining({ UpdateType: 1 }), drop]);
    expect(await producerReply(client)).toMatchObject({ schema_update: nothing });
  });

  test('is given to a station at its creation, by a name in any case', async () => {
    const { client } = await newScene();
    await createStation(client, 'born-with', { schema_name: 'SHAPE' });
    expect(await producerReply(client, 'born-with')).toMatchObject({
      schema_update: { schema_name: 'shape', type: 'json' },
    });
    const refused = await client.request('$memphis_station_creations', {
      name: 'unborn',
      schema_name: 'None',
      partitions_number: 1,
    });
    expect(refused.payload).toBe('Schema none does not exist');
  });

  test.each([
    [attachments, { name: 'shape', station_name: 'none' }, 'memphis: Station none does not exist'],
    [attachments, { name: 'none', station_name: 'my.orders' }, 'Schema none does not exist'],
    [detachments, { station_name: 'none' }, 'station none does not exist'],
  ])('is refused by %s with %j in the words that SDKs know', async (subject, request, text) => {
    const { client } = await newScene();
    client.subscribe('$memphis_schema_updates_none', 'updates');
    expect((await client.request(subject, request)).payload).toBe(text);
    await client.flush();
    expect(client.messages('updates')).toEqual([]);
  });

  test('that is too large is refused', async () => {
    const { client } = await newScene();
    const content = JSON.stringify({ title: 'x'.repeat(70_000) });
    const request = { name: 'large', type: 'json', schema_content: content };
    expect(await client.requestJson(creations, request)).toEqual({
      error: 'Schema large is too large',
    });
  });

  test('does not keep a message from being stored: producers check, the broker does not', async () => {
    const { client } = await newScene();
    await client.request(attachments, { name: 'shape', station_name: 'my.orders' });
    expect(await client.requestJson('my#orders$1.final', 'not json')).toMatchObject({ seq: 1 });
  });
});
