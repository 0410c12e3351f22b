import { AvroFormat } from '../../broker/src/formats/avro/index.ts';
import { GraphqlFormat } from '../../broker/src/formats/graphql/index.ts';
import { JsonSchemaFormat } from '../../broker/src/formats/json-schema/index.ts';
import { ProtobufFormat } from '../../broker/src/formats/protobuf/index.ts';
import { schemaFormatNames } from '../../broker/src/core/schemas/index.ts';
import type { SchemaFormat } from '../../broker/src/core/ports/index.ts';

/** A format, and texts that it has to take and to refuse. */
interface FormatCase {
  readonly format: SchemaFormat;
  readonly messageName: string;
  readonly schemas: Readonly<Record<string, string>>;
  /** With what the refusal says. */
  readonly others: Readonly<Record<string, readonly [content: string, wireText: RegExp]>>;
}

const json = JSON.stringify;
const deep = (open: string, close: string): string => open.repeat(50_000) + close.repeat(50_000);

const cases: readonly FormatCase[] = [
  {
    format: new JsonSchemaFormat(),
    messageName: '',
    schemas: {
      'an object': json({ type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }),
      'the schema that takes everything': '{}',
      'a boolean': 'true',
      'an unknown keyword and an unknown format': json({ colour: 1, format: 'iban' }),
      'draft 4': json({
        $schema: 'http://json-schema.org/draft-04/schema#',
        id: 'http://example.test/a',
        minimum: 1,
        exclusiveMinimum: true,
      }),
      'draft 6': json({ $schema: 'http://json-schema.org/draft-06/schema#', const: 1 }),
      'draft 7': json({ $schema: 'http://json-schema.org/draft-07/schema', if: true }),
      'draft 2019-09': json({
        $schema: 'https://json-schema.org/draft/2019-09/schema',
        unevaluatedProperties: false,
      }),
      'draft 2020-12': json({
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        $id: 'http://example.test/b',
        prefixItems: [{ type: 'string' }],
      }),
    },
    others: {
      'half a text': ['{"type":', /^your json schema is invalid: .*JSON/],
      'a type that is none': ['{"type":5}', /^your json schema is invalid: .*type/],
      'a list': ['[]', /has to be a JSON object/],
      'a number': ['5', /has to be a JSON object/],
      'a reference to nowhere': ['{"$ref":"#/definitions/x"}', /can't resolve reference/],
      'a reference to another place': [
        '{"$ref":"http://example.test/x"}',
        /can't resolve reference/,
      ],
      'a pattern that is none': ['{"pattern":"("}', /regular expression/i],
      'an unknown draft': ['{"$schema":"http://example.test/draft"}', /known are http:.*draft-04/],
    },
  },
  {
    format: new AvroFormat(),
    messageName: '',
    schemas: {
      'a record': json({ type: 'record', name: 'R', fields: [{ name: 'a', type: 'string' }] }),
      'a name alone': '"string"',
      'a union': json(['null', 'string']),
      'the same record again': json({ type: 'record', name: 'R', fields: [] }),
    },
    others: {
      'an unknown type': ['{"type":"nope"}', /^your Avro file is invalid: .*nope/],
      'half a text': ['{"type":', /^your Avro file is invalid: .*JSON/],
      'the path of a file': ['/etc/passwd', /^your Avro file is invalid: .*JSON/],
      'two fields of one name': [
        json({
          type: 'record',
          name: 'R',
          fields: [
            { name: 'a', type: 'int' },
            { name: 'a', type: 'int' },
          ],
        }),
        /duplicate/,
      ],
    },
  },
  {
    format: new GraphqlFormat(),
    messageName: '',
    schemas: {
      'a query': 'type Query { greet(msg: String!): String }',
      'a root of another name': 'schema { query: Q } type Q { a: Int }',
    },
    others: {
      'half a text': ['type Query {', /^your GraphQL schema is invalid: Syntax Error/],
      'an unknown type': ['type Query { a: Nope }', /Unknown type "Nope"/],
      'no query': ['type A { b: Int }', /Query root type must be provided/],
    },
  },
  {
    format: new ProtobufFormat(),
    messageName: 'Test',
    schemas: {
      proto3:
        'syntax = "proto3";\npackage t;\nmessage Test { string f1 = 1; }\nmessage Other { Test t = 1; }',
      'proto2 without a package': 'message Test { required string f1 = 1; }',
      'a package of two words': "syntax = 'proto3'; package a.b; message Test { }",
      'an enum before the message':
        'syntax = "proto3"; enum E { A = 0; } message Test { E e = 1; }',
      'imports that SDKs bring': [
        'syntax = "proto3";',
        'import "google/protobuf/timestamp.proto";',
        'import "google/protobuf/any.proto";',
        'message Test { google.protobuf.Timestamp at = 1; google.protobuf.Any any = 2; }',
      ].join('\n'),
    },
    others: {
      'half a text': ['message {', /^your Proto file is invalid: /],
      'no message': ['syntax = "proto3"; enum E { A = 0; }', /declares no message/],
      'an unknown type': ['message Test { required Nope a = 1; }', /no such.*Nope/],
      'another file': ['import "other.proto"; message Test { }', /it imports other\.proto/],
      'an edition': ['edition = "2023"; message Test { }', /editions are not supported/],
      'an unknown syntax': ['syntax = "proto4"; message Test { }', /syntax proto4 is unknown/],
    },
  },
];

/** The contract of `core/ports/schema-format.ts`, for each format. */
export function schemaFormatContract(): void {
  test('there is a format for each name', () => {
    expect(cases.map(({ format }) => format.name).sort()).toEqual([...schemaFormatNames].sort());
  });

  describe.each(cases.map((each) => [each.format.name, each] as const))(
    'SchemaFormat (format=%s)',
    (_, { format, messageName, schemas, others }) => {
      test.each(Object.entries(schemas))('takes %s, also a second time', (__, content) => {
        const first = format.check(content, 's_1.proto');
        expect(first.messageName).toBe(messageName);
        expect(format.check(content, 's_1.proto')).toEqual(first);
      });

      test.each(Object.entries(others))('rejects %s, saying why', (__, [content, wireText]) => {
        expect(refusalOf(format, content)).toMatchObject({
          code: 'SCHEMA_CONTENT',
          wireText: expect.stringMatching(wireText) as string,
        });
      });

      test.each([
        ['nothing', ''],
        ['a zero byte', '\0'],
        ['half a surrogate', '\ud800'],
        ['lists in lists', deep('[', ']')],
        ['objects in objects', deep('{"type":', '}')],
        ['blocks in blocks', `message A ${deep('{ message A ', '}')}`],
        ['types in types', `type Query { a: ${deep('[', ']')} }`],
      ])('rejects %s without falling over', (__, content) => {
        expect(refusalOf(format, content)).toMatchObject({ code: 'SCHEMA_CONTENT' });
      });
    },
  );
}

function refusalOf(format: SchemaFormat, content: string): unknown {
  try {
    format.check(content, 's_1.proto');
  } catch (error) {
    return error;
  }
  throw new Error('It was taken');
}
