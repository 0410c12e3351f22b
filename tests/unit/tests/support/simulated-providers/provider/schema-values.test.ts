import {
  conform,
  fillUnknown,
  planNew,
  withoutWriteOnly,
  writeOnlyValues,
} from '../../../../../support/simulated-providers/provider/schema-values.ts';
import {
  Unknown,
  readValue,
  writeValue,
} from '../../../../../support/simulated-providers/provider/values.ts';
import type { Block } from '../../../../../support/simulated-providers/schemas/schema.ts';

const block: Block = {
  attributes: {
    id: { type: 'string', optional: true, computed: true },
    name: { type: 'string', required: true },
    tags: { type: ['map', 'string'], optional: true },
    secret_wo: { type: 'string', optional: true, write_only: true },
  },
  block_types: {
    rule: {
      nesting_mode: 'list',
      block: { attributes: { arn: { type: 'string', computed: true } }, block_types: {} },
    },
    timeouts: {
      nesting_mode: 'single',
      block: { attributes: { create: { type: 'string', optional: true } }, block_types: {} },
    },
  },
};
const proposed = {
  id: null,
  name: 'a',
  tags: { zone: Unknown.value },
  secret_wo: 'hidden',
  rule: [{ arn: null }],
  timeouts: null,
};

describe('A value of a schema', () => {
  test('is planned with what the cloud decides unknown and without what nobody may keep', () => {
    expect(planNew(block, proposed)).toEqual({
      ...proposed,
      id: Unknown.value,
      secret_wo: null,
      rule: [{ arn: Unknown.value }],
    });
  });

  test('loses its write-only values in every plan, and they are found in the configuration', () => {
    expect(withoutWriteOnly(block, proposed)).toEqual({ ...proposed, secret_wo: null });
    expect(writeOnlyValues(block, proposed)).toEqual({ secret_wo: 'hidden' });
  });

  test('is filled wherever it is unknown, by type and place', () => {
    const filled = fillUnknown(
      block,
      planNew(block, proposed),
      (type, path) => `${path.join('.')}: ${JSON.stringify(type)}`,
    );
    expect(filled).toMatchObject({
      id: 'id: "string"',
      name: 'a',
      tags: { zone: 'tags: "string"' },
      rule: [{ arn: 'rule.arn: "string"' }],
    });
  });

  test('has exactly the names of its schema once it conforms', () => {
    expect(conform(block, { name: 'a', gone: true, rule: [{ arn: 'x', old: 1 }] })).toEqual({
      id: null,
      name: 'a',
      tags: null,
      secret_wo: null,
      rule: [{ arn: 'x' }],
      timeouts: null,
    });
  });

  test('goes through the wire and back, unknowns too', () => {
    expect(readValue(writeValue(proposed))).toEqual(proposed);
    expect(readValue({ json: Buffer.from('{"a":[1]}') })).toEqual({ a: [1] });
    // Terraform may say a bit about what it does not know: extension 12.
    expect(readValue({ msgpack: Buffer.from([0xc7, 2, 12, 0x81, 0xc2]) })).toBe(Unknown.value);
    expect(Buffer.from(writeValue(Unknown.value).msgpack ?? []).toString('hex')).toBe('d40000');
  });
});
