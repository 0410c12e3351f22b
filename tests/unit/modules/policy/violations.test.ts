import type { SupportedVersion } from '../../../../modules/contract/index.ts';
import { presets } from '../../../../modules/presets/index.ts';
import { rules, violations } from '../../../../modules/policy/index.ts';
import type { PolicyFacts } from '../../../../modules/policy/index.ts';
import { soundStack } from './sound-stack.ts';
import type { SoundStack } from './sound-stack.ts';

const versions: readonly SupportedVersion[] = [
  { product: 'EKS', version: '1.36', endsOn: '2027-08-02', source: 'a table' },
  { product: 'Postgres', version: '17', endsOn: '2029-11-08', source: 'a table' },
];
const facts: PolicyFacts = {
  preset: presets.medium,
  clientCidrs: ['203.0.113.0/24'],
  mayDestroy: false,
  versions,
  today: new Date('2027-08-02T12:00:00Z'),
};

/** The violations as `rule address: what`. */
function found(plant: (stack: SoundStack) => void, changed: Partial<PolicyFacts> = {}): string[] {
  const stack = soundStack();
  plant(stack);
  return violations(stack, { ...facts, ...changed }).map(
    ({ rule, address, what }) => `${rule.name} ${address}: ${what}`,
  );
}

function podOf(stack: SoundStack) {
  return stack.resource.kubernetes_deployment_v1.broker.spec.template.spec;
}

function containerOf(stack: SoundStack): Record<string, unknown> {
  return podOf(stack).container[0];
}

type Planted = readonly [rule: string, plant: (stack: SoundStack) => void, finding: string];

const planted: readonly Planted[] = [
  [
    'storage-encrypted',
    ({ resource }) => delete resource.aws_db_instance.database['storage_encrypted'],
    'aws_db_instance.database: storage_encrypted is not true',
  ],
  [
    'storage-encrypted',
    ({ resource }) => (resource.aws_ebs_volume['messages-0']['encrypted'] = false),
    'aws_ebs_volume.messages-0: encrypted is not true',
  ],
  [
    'storage-encrypted',
    ({ resource }) =>
      delete resource.aws_launch_template.nodes.block_device_mappings[0]?.ebs['encrypted'],
    'aws_launch_template.nodes: a disk of its nodes is not encrypted',
  ],
  [
    'storage-encrypted',
    ({ resource }) => (resource.aws_launch_template.nodes.block_device_mappings = []),
    'aws_launch_template.nodes: the disk of its nodes is not set',
  ],
  [
    'database-private',
    ({ resource }) => (resource.aws_db_instance.database['publicly_accessible'] = true),
    'aws_db_instance.database: publicly_accessible is not false',
  ],
  [
    'database-logs',
    ({ resource }) => delete resource.aws_db_instance.database['enabled_cloudwatch_logs_exports'],
    'aws_db_instance.database: enabled_cloudwatch_logs_exports lacks postgresql',
  ],
  [
    'database-speaks-tls',
    ({ resource }) => (resource.aws_db_parameter_group.database.parameter = []),
    'aws_db_parameter_group.database: rds.force_ssl is not 1',
  ],
  [
    'no-open-network',
    ({ resource }) =>
      (resource.aws_vpc_security_group_ingress_rule['open'] = {
        description: 'by mistake',
        security_group_id: '${aws_security_group.database.id}',
        cidr_ipv4: '0.0.0.0/0',
      }),
    'aws_vpc_security_group_ingress_rule.open: lets 0.0.0.0/0 in',
  ],
  [
    'no-open-network',
    ({ resource }) =>
      (resource.aws_vpc_security_group_ingress_rule['open'] = {
        description: 'by mistake',
        security_group_id: '${aws_eks_cluster.cluster.vpc_config[0].cluster_security_group_id}',
        cidr_ipv6: '::/0',
      }),
    'aws_vpc_security_group_ingress_rule.open: lets ::/0 in',
  ],
  [
    'no-open-network',
    ({ resource }) =>
      (resource.aws_security_group.database['ingress'] = [{ cidr_blocks: ['0.0.0.0/0'] }]),
    'aws_security_group.database: lets 0.0.0.0/0 in',
  ],
  [
    'load-balancer-from-clients',
    ({ resource }) =>
      (resource.aws_vpc_security_group_ingress_rule['clients'] = {
        description: 'clients',
        security_group_id: '${aws_security_group.front.id}',
        cidr_ipv4: '198.51.100.0/24',
      }),
    'aws_vpc_security_group_ingress_rule.clients: lets 198.51.100.0/24 in',
  ],
  [
    'rules-described',
    ({ resource }) => delete resource.aws_security_group.front['description'],
    'aws_security_group.front: has no description',
  ],
  [
    'instance-metadata-v2',
    ({ resource }) =>
      (resource.aws_launch_template.nodes.metadata_options['http_tokens'] = 'optional'),
    'aws_launch_template.nodes: http_tokens is not "required"',
  ],
  [
    'instance-metadata-v2',
    ({ resource }) =>
      (resource.aws_launch_template.nodes.metadata_options['http_put_response_hop_limit'] = 2),
    'aws_launch_template.nodes: http_put_response_hop_limit is not 1',
  ],
  [
    'flow-logs',
    ({ resource }) => delete (resource.aws_flow_log as Record<string, unknown>)['log'],
    'aws_vpc.vpc: has no aws_flow_log',
  ],
  [
    'no-load-balancer-of-a-controller',
    ({ resource }) => (resource.kubernetes_service_v1.broker.spec.type = 'LoadBalancer'),
    'kubernetes_service_v1.broker: has type LoadBalancer',
  ],
  [
    'certificates-verified',
    ({ resource }) =>
      (resource.kubernetes_config_map_v1.broker.data['url'] = 'postgres://host/db?sslmode=require'),
    'kubernetes_config_map_v1.broker: has a weak sslmode',
  ],
  [
    'certificates-verified',
    ({ resource }) =>
      (resource.kubernetes_config_map_v1.broker.data['tls'] = '{"rejectUnauthorized": false}'),
    'kubernetes_config_map_v1.broker: has rejectUnauthorized: false',
  ],
  [
    'certificates-verified',
    ({ provider }) => (provider.kubernetes = [{ insecure: true }]),
    'provider.kubernetes: has insecure = true',
  ],
  [
    'connections-within-budget',
    ({ resource }) =>
      (resource.kubernetes_config_map_v1.broker.data['THEBES_POSTGRES_CONNECTION_COUNT_MAX'] =
        '120'),
    'kubernetes_deployment_v1.broker: 4 pods with 120 connections each, where the database has 440 to give',
  ],
  [
    'no-secret-written-down',
    ({ resource }) => (resource.aws_db_instance.database['password'] = 'hunter2hunter2'),
    'aws_db_instance.database: password is written down',
  ],
  [
    'no-secret-written-down',
    (stack) => (containerOf(stack)['env'] = [{ name: 'PGPASSWORD', value: 'hunter2hunter2' }]),
    'kubernetes_deployment_v1.broker: the variable PGPASSWORD is written down',
  ],
  [
    'no-secret-written-down',
    ({ resource }) => (resource.kubernetes_secret_v1.database.data_wo['pin'] = '1234'),
    'kubernetes_secret_v1.database: data_wo.pin is written down',
  ],
  [
    'no-secret-written-down',
    ({ resource }) =>
      (resource.kubernetes_config_map_v1.broker.data['nats.conf'] = 'password: hunter2hunter2'),
    'kubernetes_config_map_v1.broker: data.nats.conf holds a password in a text',
  ],
  [
    'no-secret-written-down',
    ({ resource }) =>
      (resource.kubernetes_config_map_v1.broker.data['url'] =
        'nats://user.example:hunter2@nats.example'),
    'kubernetes_config_map_v1.broker: data.url holds a URL with a password',
  ],
  [
    'no-secret-written-down',
    ({ resource }) =>
      (resource.kubernetes_secret_v1.database.data_wo['nats.conf'] =
        'users: [ { user: "${local.user}", password: "hunter2hunter2" } ]'),
    'kubernetes_secret_v1.database: data_wo.nats.conf holds a password in a text',
  ],
  [
    'containers-bounded',
    (stack) => (containerOf(stack)['resources'] = { requests: { cpu: '1', memory: '1Gi' } }),
    'kubernetes_deployment_v1.broker: container broker has no limit of memory',
  ],
  [
    'containers-bounded',
    (stack) => delete containerOf(stack)['resources'],
    'kubernetes_deployment_v1.broker: container broker requests no processor',
  ],
  [
    'containers-unprivileged',
    (stack) => (podOf(stack).security_context = {}),
    'kubernetes_deployment_v1.broker: container broker may run as root',
  ],
  [
    'containers-unprivileged',
    (stack) => (podOf(stack).security_context['run_as_user'] = '0'),
    'kubernetes_deployment_v1.broker: container broker runs as root',
  ],
  [
    'containers-unprivileged',
    (stack) => (containerOf(stack)['security_context'] = { capabilities: { drop: ['ALL'] } }),
    'kubernetes_deployment_v1.broker: container broker may gain privileges',
  ],
  [
    'containers-unprivileged',
    (stack) => (containerOf(stack)['security_context'] = { allow_privilege_escalation: false }),
    'kubernetes_deployment_v1.broker: container broker keeps capabilities',
  ],
  [
    'images-pinned',
    (stack) => (containerOf(stack)['image'] = 'registry.example.com:5000/thebes:latest'),
    'kubernetes_deployment_v1.broker: container broker has an image by the tag latest: registry.example.com:5000/thebes:latest',
  ],
  [
    'images-pinned',
    (stack) => (containerOf(stack)['image'] = 'registry.example.com:5000/thebes'),
    'kubernetes_deployment_v1.broker: container broker has an image without a tag: registry.example.com:5000/thebes',
  ],
  [
    'namespaces-restricted',
    ({ resource }) => (resource.kubernetes_namespace_v1.broker['metadata'] = { name: 'broker' }),
    'kubernetes_namespace_v1.broker: does not enforce restricted',
  ],
  [
    'everything-tagged',
    ({ provider }) => delete (provider.aws[0] as Partial<(typeof provider.aws)[0]>).default_tags,
    'provider.aws: lacks the default tags kit:env, kit:expires, kit:owner',
  ],
  [
    'everything-tagged',
    ({ resource }) => resource.aws_launch_template.nodes.tag_specifications.pop(),
    'aws_launch_template.nodes: starts nodes without kit:env on volume',
  ],
  [
    'everything-tagged',
    ({ resource }) => {
      const [instance] = resource.aws_launch_template.nodes.tag_specifications;
      if (instance !== undefined) instance.tags['kit:expires'] = '1764547200';
    },
    'aws_launch_template.nodes: carries kit:expires, so that a later end would replace all nodes',
  ],
  [
    'protected-sizes-locked',
    ({ resource }) => (resource.terraform_data.lock['lifecycle'] = { prevent_destroy: false }),
    'terraform_data.lock: is missing, or does not prevent destroy',
  ],
  [
    'protected-sizes-locked',
    ({ resource }) => delete resource.aws_lb.front['enable_deletion_protection'],
    'aws_lb.front: enable_deletion_protection is not true',
  ],
  [
    'protected-sizes-locked',
    ({ resource }) => (resource.aws_db_instance.database['skip_final_snapshot'] = true),
    'aws_db_instance.database: skips its final snapshot',
  ],
  [
    'providers-pinned',
    ({ terraform }) => (terraform.required_providers.aws.version = '~> 6.25'),
    'terraform.required_providers.aws: is asked for as ~> 6.25',
  ],
  [
    'versions-supported',
    ({ resource }) => (resource.aws_eks_cluster.cluster['version'] = '1.29'),
    'aws_eks_cluster.cluster: asks for 1.29, of which no end is written down',
  ],
];

describe('violations', () => {
  test('are none in a stack that keeps every rule', () => {
    expect(found(() => undefined)).toEqual([]);
  });

  test.each(planted)('of %s are found by name (%#)', (rule, plant, finding) => {
    expect(found(plant)).toEqual([`${rule} ${finding}`]);
  });

  test('of cluster-outlives-its-objects are found through every step on the way', () => {
    const plant = ({ resource }: SoundStack): void => {
      resource.kubernetes_namespace_v1.broker['depends_on'] = ['aws_eks_node_group.nodes-a'];
    };
    const missing =
      'does not wait for aws_eks_node_group.nodes-b, aws_eks_access_policy_association.admin';
    expect(found(plant)).toEqual(
      [
        'kubernetes_namespace_v1.broker',
        'kubernetes_secret_v1.database',
        'kubernetes_config_map_v1.broker',
        'kubernetes_service_v1.broker',
        'kubernetes_deployment_v1.broker',
      ].map((address) => `cluster-outlives-its-objects ${address}: ${missing}`),
    );
  });

  test('of versions-supported begin with the day after the last one', () => {
    const expected =
      'versions-supported aws_eks_cluster.cluster: asks for EKS 1.36, supported until 2027-08-02';
    expect(found(() => undefined, { today: new Date('2027-08-03T00:00:00Z') })).toEqual([expected]);
  });

  test('of a lock and switches are none while the guards are released', () => {
    const unlock = ({ resource }: SoundStack): void => {
      resource.terraform_data.lock['lifecycle'] = {};
      resource.aws_lb.front['enable_deletion_protection'] = false;
    };
    expect(found(unlock, { mayDestroy: true })).toEqual([]);
    expect(found(unlock)).toHaveLength(2);
  });

  test('are planted by this test for every rule there is', () => {
    const names = new Set([...planted.map(([rule]) => rule), 'cluster-outlives-its-objects']);
    expect(rules.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([]);
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  });
});
