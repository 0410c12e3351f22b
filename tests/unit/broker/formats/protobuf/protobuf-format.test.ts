import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor/index.js';
import { ProtobufFormat } from '../../../../../broker/src/formats/protobuf/index.ts';

function compiled(content: string, fileName = 's_1.proto'): string {
  return new ProtobufFormat().check(content, fileName).descriptor;
}

/** Added to the library by its descriptor extension, but not to its types. */
const { fromDescriptor } = protobuf.Root as unknown as {
  fromDescriptor: (set: Uint8Array) => protobuf.Root;
};

/** The files of a descriptor, as plain objects with names for numbers. */
function filesOf(content: string): Record<string, unknown>[] {
  const set = descriptor.FileDescriptorSet.decode(Buffer.from(compiled(content), 'base64'));
  return descriptor.FileDescriptorSet.toObject(set, { enums: String })['file'] as Record<
    string,
    unknown
  >[];
}

describe('ProtobufFormat', () => {
  test('makes byte for byte the descriptor that the old server made', () => {
    // From data/wire-golden/schemas.jsonl, "attach sp (protobuf)".
    const content =
      'syntax = "proto3";\npackage t;\nmessage Test { string f1 = 1; int32 f2 = 2; }\n';
    expect(compiled(content, 'sp_1.proto')).toBe(
      'Cj8KCnNwXzEucHJvdG8SAXQiJgoEVGVzdBIOCgJmMRgBIAEoCVICZjESDgoCZjIYAiABKAVSAmYyYgZwcm90bzM=',
    );
  });

  test('describes one file under the name given, also where it imports others', () => {
    const files = filesOf(
      'syntax = "proto3"; import "google/protobuf/timestamp.proto"; package a.b; message M { google.protobuf.Timestamp at = 1; }',
    );
    expect(files).toMatchObject([
      {
        name: 's_1.proto',
        package: 'a.b',
        dependency: ['google/protobuf/timestamp.proto'],
        messageType: [{ field: [{ typeName: '.google.protobuf.Timestamp' }] }],
      },
    ]);
    expect(files).toHaveLength(1);
  });

  test('names types in full, and fields in the way of JSON', () => {
    const [file] = filesOf(
      'syntax = "proto3"; package p; message M { message In { } In first_one = 1; Kind a_b_c = 2; repeated M more = 3; } enum Kind { NO = 0; YES = 1; }',
    );
    expect(file).toMatchObject({
      messageType: [
        {
          name: 'M',
          nestedType: [{ name: 'In' }],
          field: [
            { name: 'first_one', jsonName: 'firstOne', typeName: '.p.M.In', type: 'TYPE_MESSAGE' },
            { name: 'a_b_c', jsonName: 'aBC', typeName: '.p.Kind', type: 'TYPE_ENUM' },
            { name: 'more', label: 'LABEL_REPEATED', typeName: '.p.M' },
          ],
        },
      ],
      enumType: [
        {
          name: 'Kind',
          value: [
            { name: 'NO', number: 0 },
            { name: 'YES', number: 1 },
          ],
        },
      ],
    });
  });

  test('writes maps as the entries that they are', () => {
    const [file] = filesOf('syntax = "proto3"; message M { map<string, int32> my_map = 1; }');
    expect(file).toMatchObject({
      messageType: [
        {
          field: [{ name: 'my_map', label: 'LABEL_REPEATED', typeName: '.M.MyMapEntry' }],
          nestedType: [
            {
              name: 'MyMapEntry',
              field: [
                { name: 'key', number: 1, type: 'TYPE_STRING' },
                { name: 'value', number: 2, type: 'TYPE_INT32' },
              ],
              options: { mapEntry: true },
            },
          ],
        },
      ],
    });
  });

  test('keeps optional of proto3 apart from the oneofs that are written', () => {
    const [file] = filesOf(
      'syntax = "proto3"; message M { optional int32 a = 1; oneof choice { int32 b = 2; int32 c = 3; } }',
    );
    const [message] = file?.['messageType'] as [Record<string, unknown>];
    expect(message['oneofDecl']).toEqual([{ name: 'choice' }, { name: '_a' }]);
    expect(message['field']).toMatchObject([
      { name: 'a', oneofIndex: 1, proto3Optional: true },
      { name: 'b', oneofIndex: 0 },
      { name: 'c', oneofIndex: 0 },
    ]);
  });

  test('keeps what proto2 says of a field', () => {
    const [file] = filesOf(
      'syntax = "proto2"; message M { required string a = 1; optional int32 b = 2 [default = 7]; repeated int32 c = 3 [packed = true]; extensions 100 to 199; }',
    );
    expect(file).not.toHaveProperty('syntax');
    expect(file).toMatchObject({
      messageType: [
        {
          field: [
            { name: 'a', label: 'LABEL_REQUIRED' },
            { name: 'b', label: 'LABEL_OPTIONAL', defaultValue: '7' },
            { name: 'c', label: 'LABEL_REPEATED', options: { packed: true } },
          ],
          extensionRange: [{ start: 100 }],
        },
      ],
    });
  });

  test('describes what encodes and decodes like the text', () => {
    const content =
      'syntax = "proto3"; package p; message M { string a = 1; map<string, In> b = 2; message In { repeated int64 c = 1; } }';
    const written = protobuf.parse(content).root.lookupType('p.M');
    const set = Buffer.from(compiled(content), 'base64');
    const described = fromDescriptor(set).lookupType('p.M');
    const bytes = written.encode({ a: 'x', b: { k: { c: [1, 2] } } }).finish();
    expect(described.toObject(described.decode(bytes), { longs: Number })).toEqual({
      a: 'x',
      // On the wire a map is its entries, and the library reads a descriptor so.
      b: [{ key: 'k', value: { c: [1, 2] } }],
    });
  });
});
