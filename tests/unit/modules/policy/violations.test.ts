import type { SupportedVersion } from '../../../../modules/contract/index.ts';
import { presets } from '../../../../modules/presets/index.ts';
import { rules, violations } from '../../../../modules/policy/index.ts';
import type { PolicyFacts } from '../../../../modules/policy/index.ts';
import { plantedInCloud } from './planted-in-cloud.ts';
import { plantedInCluster } from './planted-in-cluster.ts';
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

const sandboxRules = {
  cidrsRequired: false,
  aws: { ...presets.medium.aws, pinnedVersion: false },
};

/** The violations as `rule address: what`. */
function found(plant: (stack: SoundStack) => void, changed: Partial<PolicyFacts> = {}): string[] {
  const stack = soundStack();
  plant(stack);
  return violations(stack, { ...facts, ...changed }).map(
    ({ rule, address, what }) => `${rule.name} ${address}: ${what}`,
  );
}

const planted = [...plantedInCloud, ...plantedInCluster];

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
        'kubernetes_network_policy_v1.default-deny',
        'kubernetes_persistent_volume_claim_v1.messages-0',
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

  test('of the load balancer are found where it has no group: then its rules lead to nothing', () => {
    const ungroup = ({ resource }: SoundStack): void => {
      delete resource.aws_lb.front['security_groups'];
    };
    expect(found(ungroup)).toEqual([
      'no-open-network aws_vpc_security_group_ingress_rule.clients: lets 203.0.113.0/24 in',
      'load-balancer-from-clients aws_lb.front: has no security group',
    ]);
  });

  test('of the Kubernetes API and of its version are none where the size leaves both open', () => {
    const open = ({ resource }: SoundStack): void => {
      resource.aws_eks_cluster.cluster['vpc_config'] = { public_access_cidrs: ['0.0.0.0/0'] };
      delete resource.aws_eks_cluster.cluster['version'];
    };
    expect(found(open, { preset: { ...presets.medium, ...sandboxRules } })).toEqual([]);
    expect(found(open)).toHaveLength(2);
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
