import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import type { Memphis, Producer } from 'memphis-dev';
import { connectMemphis, tempDir, waitUntil } from '../../support/index.ts';
import { metadataKinds } from '../postgres/postgres-broker.ts';
import type { BrokerProcess } from '../../support/index.ts';

const json = JSON.stringify({
  type: 'object',
  properties: { amount: { type: 'number' } },
  required: ['amount'],
  additionalProperties: false,
});
const avro = JSON.stringify({
  type: 'record',
  name: 'Order',
  fields: [{ name: 'amount', type: 'int' }],
});
const graphql = 'type Query { greet(name: String!): String }';
const proto = 'syntax = "proto3";\npackage shop;\nmessage Order { int32 amount = 1; }\n';
const order = protobuf.parse(proto).root.lookupType('shop.Order');

const formats: readonly [type: string, content: string, good: () => Buffer, bad: () => Buffer][] = [
  ['json', json, () => Buffer.from('{"amount":5}'), () => Buffer.from('{"amount":"five"}')],
  ['avro', avro, () => Buffer.from('{"amount":5}'), () => Buffer.from('{"amount":"five"}')],
  [
    'graphql',
    graphql,
    () => Buffer.from('query { greet(name: "you") }'),
    () => Buffer.from('query { nothing }'),
  ],
  [
    'protobuf',
    proto,
    () => Buffer.from(order.encode({ amount: 5 }).finish()),
    () => Buffer.from('\xff\xff\xff', 'latin1'),
  ],
];

// The published Node SDK, which checks messages itself against what the broker tells it.
describe.each(metadataKinds)('memphis-dev with schemas (metadata=%s)', (_, prepare) => {
  const start = prepare();
  let broker: BrokerProcess;
  let memphis: Memphis;

  beforeAll(async () => {
    broker = await start();
    memphis = await connectMemphis(broker);
  });

  function produce(producer: Producer, message: Buffer): Promise<void> {
    return producer.produce({ message, asyncProduce: false });
  }

  async function createSchema(schemaName: string, type: string, content: string): Promise<void> {
    const schemaFilePath = join(tempDir(), 'schema');
    writeFileSync(schemaFilePath, content);
    const schemaType = type as 'json';
    await memphis.createSchema({ schemaName, schemaType, schemaFilePath });
  }

  test.each(formats)(
    'enforces %s: producers from before and after the attach reject bad messages, until the detach',
    async (type, content, good, bad) => {
      const stationName = `Of.${type}`;
      const early = await memphis.producer({ stationName, producerName: 'early' });
      await produce(early, bad());
      await createSchema(`${type}-shape`, type, content);
      await createSchema(`${type}-shape`, type, content); // again: no error
      await memphis.enforceSchema({ name: `${type}-shape`, stationName });
      const other = await connectMemphis(broker);
      const late = await other.producer({ stationName, producerName: 'late' });
      for (const producer of [early, late]) {
        // The push is on the way to the SDK's own loop when the answer resolves.
        await waitUntil(() => isRefused(produce(producer, bad())), { what: 'the schema' });
        await produce(producer, good());
      }
      await memphis.detachSchema({ stationName });
      for (const producer of [early, late]) {
        await waitUntil(async () => !(await isRefused(produce(producer, bad()))), {
          what: 'the schema to be gone',
        });
      }
    },
  );

  test('gives a station its schema at creation', async () => {
    await createSchema('born', 'json', json);
    await memphis.station({ name: 'born-with', schemaName: 'born' });
    const producer = await memphis.producer({ stationName: 'born-with', producerName: 'p' });
    expect(await isRefused(produce(producer, Buffer.from('{}')))).toBe(true);
    await produce(producer, Buffer.from('{"amount":1}'));
    await expect(memphis.station({ name: 'unborn', schemaName: 'nosuch' })).rejects.toThrow(
      /Schema nosuch does not exist/,
    );
  });

  test('throws for another type under the name, for bad content, and for what does not exist', async () => {
    await createSchema('typed', 'json', json);
    await expect(createSchema('typed', 'avro', avro)).rejects.toThrow(
      /typed already exist with type - json/,
    );
    await expect(createSchema('broken', 'json', '{"type":5}')).rejects.toThrow(
      /your json schema is invalid: /,
    );
    await memphis.station({ name: 'there' });
    await expect(memphis.enforceSchema({ name: 'nosuch', stationName: 'there' })).rejects.toThrow(
      /Schema nosuch does not exist/,
    );
    await expect(memphis.enforceSchema({ name: 'typed', stationName: 'nowhere' })).rejects.toThrow(
      /Station nowhere does not exist/,
    );
    await expect(memphis.detachSchema({ stationName: 'nowhere' })).rejects.toThrow(
      /station nowhere does not exist/,
    );
  });

  test('has schemas and attachments after a restart of the broker', async () => {
    await createSchema('lasting', 'json', json);
    await memphis.station({ name: 'lasting-station', schemaName: 'lasting' });
    await broker.restart();
    const client = await connectMemphis(broker);
    const producer = await client.producer({ stationName: 'lasting-station', producerName: 'p' });
    expect(await isRefused(produce(producer, Buffer.from('{}')))).toBe(true);
    await produce(producer, Buffer.from('{"amount":1}'));
  });
});

/** Whether the SDK says that the message does not fit the schema. */
async function isRefused(produced: Promise<void>): Promise<boolean> {
  try {
    await produced;
    return false;
  } catch (error) {
    expect(String(error)).toMatch(/Schema validation has failed/);
    return true;
  }
}
