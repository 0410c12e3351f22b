import {
  inventValue,
  simulatedAccount,
} from '../../../../../support/simulated-providers/provider/fakes.ts';
import type { FakeSource } from '../../../../../support/simulated-providers/provider/fakes.ts';
import { inventIdentity } from '../../../../../support/simulated-providers/provider/identities.ts';
import type {
  ObjectValue,
  Value,
} from '../../../../../support/simulated-providers/provider/values.ts';
import type { TerraformType } from '../../../../../support/simulated-providers/schemas/schema.ts';

const region = 'eu-central-1';
const hex = (digits: number): string => '0123456789abcdef'.repeat(3).slice(0, digits);

function source(
  type: string,
  planned: ObjectValue = {},
  kind: FakeSource['kind'] = 'resource',
): FakeSource {
  const account = simulatedAccount;
  const identity = inventIdentity({ type, region, account, planned, hex });
  return { type, kind, identity, region, planned, hex };
}

function fake(
  type: string,
  attribute: string,
  of: TerraformType,
  planned: ObjectValue = {},
): Value {
  return inventValue(of, attribute.split('.'), source(type, planned));
}

describe('What a cloud decides', () => {
  test('looks like what it is, where stacks look at it', () => {
    const named = { name: 'dev' };
    expect(fake('aws_vpc', 'id', 'string')).toMatch(/^vpc-[0-9a-f]{17}$/);
    expect(fake('aws_iam_role', 'arn', 'string', named)).toBe(
      `arn:aws:iam::${simulatedAccount}:role/dev`,
    );
    expect(fake('aws_lb', 'id', 'string', named)).toBe(fake('aws_lb', 'arn', 'string', named));
    expect(fake('aws_eks_cluster', 'endpoint', 'string', named)).toMatch(/^https:\/\/dev-[\w.-]+$/);
    expect(fake('aws_eks_cluster', 'vpc_config.cluster_security_group_id', 'string')).toMatch(
      /^sg-/,
    );
    expect(fake('aws_ecr_repository', 'repository_url', 'string', named)).toMatch(
      new RegExp(`^${simulatedAccount}\\.dkr\\.ecr\\.${region}\\.[\\w.]+/dev$`),
    );
    expect(
      fake('aws_eks_node_group', 'id', 'string', { cluster_name: 'dev', node_group_name: 'a' }),
    ).toBe('dev:a');
    expect(simulatedAccount).toMatch(/^\d{12}$/);
  });

  test('has the form of its type, also where the table only knows a part of it', () => {
    const authority: TerraformType = ['list', ['object', { data: 'string', other: 'number' }]];
    const [first] = fake('aws_eks_cluster', 'certificate_authority', authority) as ObjectValue[];
    expect(Buffer.from(first?.['data'] as string, 'base64').toString()).toContain(
      'BEGIN CERTIFICATE',
    );
    expect(first?.['other']).toBe(1);
    const options: TerraformType = [
      'set',
      ['object', { domain_name: 'string', resource_record_name: 'string', extra: 'string' }],
    ];
    expect(
      fake('aws_acm_certificate', 'domain_validation_options', options, {
        domain_name: 'a.example',
      }),
    ).toEqual([
      {
        domain_name: 'a.example',
        resource_record_name: expect.stringMatching(/^_[0-9a-f]+\.a\.example\.$/) as string,
        extra: expect.any(String) as string,
      },
    ]);
  });

  test('is enough for a stack that takes the third zone', () => {
    const zones = source('aws_availability_zones', {}, 'data');
    expect(inventValue(['list', 'string'], ['names'], zones)).toEqual([
      `${region}a`,
      `${region}b`,
      `${region}c`,
    ]);
    expect(inventValue(['list', 'string'], ['anything'], zones)).toHaveLength(3);
  });

  test('takes a name from its prefix where the stack gives one', () => {
    const planned = { name_prefix: 'dev-' };
    expect(fake('aws_security_group', 'name', 'string', planned)).toMatch(/^dev-[0-9a-f]{20}$/);
  });

  test('is a text, number, flag or empty collection where nothing is known', () => {
    expect(fake('aws_thing', 'some_text', 'string')).toEqual(expect.stringContaining('some-text'));
    expect(fake('aws_thing', 'some_number', 'number')).toBe(1);
    expect(fake('aws_thing', 'some_flag', 'bool')).toBe(false);
    expect(fake('aws_thing', 'some_set', ['set', 'string'])).toEqual([]);
    expect(fake('aws_thing', 'some_map', ['map', 'string'])).toEqual({});
  });
});
