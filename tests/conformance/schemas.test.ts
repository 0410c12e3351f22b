import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir } from '../support/index.ts';
import { onEach } from './harness/scene.ts';
import type { Scene } from './harness/scene.ts';

const jsonSchema = JSON.stringify({
  type: 'object',
  properties: { name: { type: 'string' } },
  required: ['name'],
});
const contents = {
  json: jsonSchema,
  avro: '{"type":"record","name":"R","namespace":"n","fields":[{"name":"name","type":"string"}]}',
  graphql: 'type Query { greet(msg: String!): String }',
  protobuf: 'syntax = "proto3";\npackage t;\nmessage Test { string f1 = 1; int32 f2 = 2; }\n',
} as const;
const good = '{"name":"a"}';
const bad = '{"surname":"a"}';

onEach(['node', 'python', 'go'], (scene) => {
  const folder = tempDir();

  test.each(Object.entries(contents))(
    '62: creates a schema of format %s, once and again',
    async (type, content) => {
      const path = schemaFile(type, content);
      await scene.client.createSchema(`s-${type}`, type, path);
      expect(JSON.parse(scene.tap.answerTo('$memphis_schema_creations').payload)).toEqual({
        error: '',
      });
      await expect(scene.client.createSchema(`s-${type}`, type, path)).resolves.not.toThrow();
      expect(scene.tap.answerTo('$memphis_schema_creations').payload).toMatch(/already exists/);
    },
  );

  test('62: rejects another format for a schema, and content that is none', async () => {
    await scene.client.createSchema('shape', 'json', schemaFile('shape', contents.json));
    const avro = schemaFile('shape.avsc', contents.avro);
    await expect(scene.client.createSchema('shape', 'avro', avro)).rejects.toThrow(
      /shape already exist with type - json/,
    );
    const broken = schemaFile('broken', '{"type":');
    await expect(scene.client.createSchema('broken', 'json', broken)).rejects.toThrow(
      /your json schema is invalid/,
    );
  });

  test('65: accepts anything again once the schema is detached', async () => {
    await enforced(scene, 'freed', 'json', contents.json);
    await scene.client.producer('freed');
    await expect(scene.client.produce('freed', bad)).rejects.toThrow();
    await scene.client.detachSchema('freed');
    // The push went out before the answer, on the connection that the answer came on.
    expect(lastPush(scene, 'freed')).toMatchObject({
      UpdateType: 2,
      init: { schema_name: '', type: '', active_version: { version_number: 0 } },
    });
    await scene.client.produce('freed', bad);
    expect((await scene.streamInfo('freed$1')).state.messages).toBe(1);
  });

  test('66: tells a producer the schema of its station', async () => {
    await enforced(scene, 'told', 'json', contents.json);
    await scene.client.producer('told');
    expect(JSON.parse(scene.tap.answerTo('$memphis_producer_creations').payload)).toMatchObject({
      schema_update: {
        schema_name: 'json-told',
        type: 'json',
        active_version: { version_number: 1, schema_content: contents.json },
      },
    });
    await expect(scene.client.produce('told', bad)).rejects.toThrow();
    await scene.client.produce('told', good);
    expect((await scene.streamInfo('told$1')).state.messages).toBe(1);
  });

  test('66: names the descriptor of a protobuf schema after its version', async () => {
    await enforced(scene, 'proto', 'protobuf', contents.protobuf);
    await scene.client.producer('proto');
    const { schema_update: update } = JSON.parse(
      scene.tap.answerTo('$memphis_producer_creations').payload,
    ) as { schema_update: { active_version: { descriptor: string; message_struct_name: string } } };
    expect(update.active_version.message_struct_name).toBe('Test');
    const descriptor = Buffer.from(update.active_version.descriptor, 'base64').toString('latin1');
    expect(descriptor).toContain('protobuf-proto_1.proto');
    // Field 1 is a text, field 2 a number: "a" and 1.
    await scene.client.produce('proto', '\n\u0001a\u0010\u0001');
    expect((await scene.streamInfo('proto$1')).state.messages).toBe(1);
  });

  test('67: rejects an attachment to what does not exist, or of it', async () => {
    await scene.client.station('bare');
    await expect(scene.client.enforceSchema('nosuch', 'bare')).rejects.toThrow(
      /Schema nosuch does not exist/,
    );
    await scene.client.createSchema('real', 'json', schemaFile('real', contents.json));
    await expect(scene.client.enforceSchema('real', 'nowhere')).rejects.toThrow(
      /Station nowhere does not exist/,
    );
    await expect(scene.client.detachSchema('nowhere')).rejects.toThrow(
      /station nowhere does not exist/,
    );
  });

  function schemaFile(name: string, content: string): string {
    const path = join(folder, `${name}-${scene.sdk.column}.txt`);
    writeFileSync(path, content);
    return path;
  }

  /** A station with a schema. */
  async function enforced(
    { client }: Scene,
    station: string,
    type: string,
    content: string,
  ): Promise<void> {
    await client.station(station);
    await client.createSchema(`${type}-${station}`, type, schemaFile(station, content));
    await client.enforceSchema(`${type}-${station}`, station);
  }
});

onEach(['node', 'go'], (scene) => {
  test('63: tells producers from before of a schema ahead of the answer to its attachment', async () => {
    await scene.client.station('later');
    await scene.client.producer('later');
    await scene.client.produce('later', bad);
    const path = join(tempDir(), 'later.json');
    writeFileSync(path, contents.json);
    await scene.client.createSchema('later', 'json', path);
    await scene.client.enforceSchema('later', 'later');
    const push = lastPush(scene, 'later');
    expect(push).toMatchObject({ UpdateType: 1, init: { schema_name: 'later', type: 'json' } });
    await expect(scene.client.produce('later', bad)).rejects.toThrow();
    await scene.client.produce('later', good);
    expect((await scene.streamInfo('later$1')).state.messages).toBe(2);
  });
});

/** The last update that went to producers of a station. It has no headers: the Node SDK would read them as JSON. */
function lastPush({ tap }: Scene, station: string): unknown {
  const frame = tap.sockets
    .flatMap(({ received }) => received)
    .findLast(({ line }) => line.startsWith(`MSG $memphis_schema_updates_${station} `));
  return frame === undefined ? undefined : JSON.parse(frame.payload);
}
