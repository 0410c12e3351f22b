import { join } from 'node:path';
import { repositoryRoot } from '../../../../../support/index.ts';
import {
  deriveProviderSchema,
  deriveSchema,
} from '../../../../../support/simulated-providers/schemas/derive-schema.ts';
import type { Block } from '../../../../../support/simulated-providers/schemas/schema.ts';

const folder = (provider: string): string =>
  join(repositoryRoot, 'node_modules', '@cdktf', `provider-${provider}`);

function block(type: string, kind: 'resource' | 'data' = 'resource'): Block {
  return deriveSchema(folder(type.split('_')[0] ?? ''), type, kind).block;
}

function inner(outer: Block, ...path: readonly string[]): Block {
  return path.reduce((current, name) => {
    const nested = current.block_types[name];
    if (nested === undefined) throw new Error(`${name} is no block`);
    return nested.block;
  }, outer);
}

describe('A derived schema', () => {
  const cluster = block('aws_eks_cluster');

  test('tells blocks from attributes, and how often a block may stand', () => {
    expect(cluster.block_types['access_config']).toMatchObject({
      nesting_mode: 'list',
      max_items: 1,
    });
    expect(cluster.block_types['vpc_config']).toMatchObject({
      nesting_mode: 'list',
      min_items: 1,
      max_items: 1,
    });
    const addon = block('aws_eks_addon').block_types['pod_identity_association'];
    expect(addon).toMatchObject({ nesting_mode: 'set' });
    expect(addon).not.toHaveProperty('max_items');
    expect(cluster.block_types['timeouts']).toMatchObject({ nesting_mode: 'single' });
    expect(block('aws_lb_listener').block_types['default_action']).toMatchObject({
      nesting_mode: 'list',
      min_items: 1,
    });
  });

  test('knows what is required, optional and decided by the cloud', () => {
    expect(cluster.attributes['name']).toEqual({ type: 'string', required: true });
    expect(cluster.attributes['version']).toEqual({
      type: 'string',
      optional: true,
      computed: true,
    });
    expect(cluster.attributes['arn']).toEqual({ type: 'string', computed: true });
    expect(cluster.attributes['deletion_protection']).toMatchObject({
      type: 'bool',
      optional: true,
    });
    expect(inner(cluster, 'vpc_config').attributes).toMatchObject({
      cluster_security_group_id: { type: 'string', computed: true },
      subnet_ids: { type: ['set', 'string'], required: true },
    });
  });

  test('keeps sets, lists and maps apart, of texts and of objects', () => {
    expect(cluster.attributes['enabled_cluster_log_types']?.type).toEqual(['set', 'string']);
    expect(cluster.attributes['tags']?.type).toEqual(['map', 'string']);
    expect(cluster.attributes['certificate_authority']?.type).toEqual([
      'list',
      ['object', { data: 'string' }],
    ]);
    expect(block('aws_eks_node_group').attributes['resources']?.type).toEqual([
      'list',
      [
        'object',
        {
          autoscaling_groups: ['list', ['object', { name: 'string' }]],
          remote_access_security_group_id: 'string',
        },
      ],
    ]);
    expect(
      block('aws_acm_certificate').attributes['domain_validation_options']?.type,
    ).toMatchObject(['set', ['object', { domain_name: 'string' }]]);
    expect(block('aws_subnet').attributes['map_public_ip_on_launch']?.type).toBe('bool');
    expect(block('aws_db_instance').attributes['allocated_storage']?.type).toBe('number');
  });

  test('has a block that the provider treats as a value as an attribute', () => {
    const group = block('aws_security_group');
    expect(group.block_types).not.toHaveProperty('ingress');
    expect(group.attributes['ingress']).toMatchObject({ optional: true, computed: true });
    expect(group.attributes['ingress']?.type).toMatchObject([
      'set',
      [
        'object',
        { cidr_blocks: ['list', 'string'], security_groups: ['set', 'string'], to_port: 'number' },
      ],
    ]);
  });

  test('marks what is write-only and what is secret', () => {
    expect(block('aws_db_instance').attributes['password_wo']).toEqual({
      type: 'string',
      optional: true,
      sensitive: true,
      write_only: true,
    });
    const secret = block('kubernetes_secret_v1');
    expect(secret.attributes['data_wo']).toMatchObject({
      type: ['map', 'string'],
      write_only: true,
    });
    expect(secret.attributes['data']).toMatchObject({ sensitive: true });
    expect(secret.attributes['wait_for_service_account_token']).not.toHaveProperty('sensitive');
    expect(block('aws_db_instance').attributes['password_wo_version']).not.toHaveProperty(
      'write_only',
    );
  });

  test('goes down through the structs of the large types', () => {
    const set = block('kubernetes_stateful_set_v1');
    const container = inner(set, 'spec', 'template', 'spec', 'container');
    expect(inner(container, 'security_context', 'capabilities').attributes['drop']?.type).toEqual([
      'list',
      'string',
    ]);
    const template = inner(set, 'spec').block_types['volume_claim_template'];
    expect(template).toMatchObject({ nesting_mode: 'list' });
    expect(template).not.toHaveProperty('max_items');
    expect(
      inner(set, 'spec', 'volume_claim_template', 'spec').attributes['access_modes'],
    ).toMatchObject({
      required: true,
      type: ['set', 'string'],
    });
    expect(inner(set, 'metadata').attributes['uid']).toEqual({ type: 'string', computed: true });
  });

  test('is there for data sources', () => {
    expect(block('aws_availability_zones', 'data')).toMatchObject({
      attributes: {
        group_names: { type: ['set', 'string'], computed: true },
        names: { type: ['list', 'string'], computed: true },
      },
      block_types: { filter: { nesting_mode: 'set' } },
    });
    expect(block('aws_eks_cluster', 'data').attributes['name']).toMatchObject({ required: true });
  });

  test('of a provider holds its settings, and not what belongs to Terraform', () => {
    const aws = deriveProviderSchema(folder('aws')).block;
    expect(aws.attributes['region']).toMatchObject({ type: 'string', optional: true });
    expect(aws.block_types['default_tags']).toMatchObject({ nesting_mode: 'list' });
    expect(aws.attributes).not.toHaveProperty('alias');
    const kubernetes = deriveProviderSchema(folder('kubernetes')).block;
    expect(inner(kubernetes, 'exec').attributes['env']?.type).toEqual(['map', 'string']);
  });

  test('leaves no type without content that the stacks use', () => {
    const empty = (path: string, { attributes, block_types: blocks }: Block): string[] => [
      ...(Object.keys(attributes).length + Object.keys(blocks).length === 0 ? [path] : []),
      ...Object.entries(attributes).flatMap(([name, { type }]) =>
        JSON.stringify(type).includes('"dynamic"') ? [`${path}.${name}`] : [],
      ),
      ...Object.entries(blocks).flatMap(([name, nested]) => empty(`${path}.${name}`, nested.block)),
    ];
    const types = ['aws_launch_template', 'aws_lb_listener', 'kubernetes_deployment_v1'];
    expect(types.flatMap((type) => empty(type, block(type)))).toEqual([]);
  });

  test('is refused for a type that the package does not have', () => {
    expect(() => block('aws_eks_clutser')).toThrow(/No binding of resource aws_eks_clutser/);
  });
});
