import {
  refuseWithoutCluster,
  refuseWithoutNamespace,
} from '../../../../../support/simulated-providers/provider/cluster-access.ts';
import type { ResourceCall } from '../../../../../support/simulated-providers/provider/resource-call.ts';
import type { LiveObject } from '../../../../../support/simulated-providers/world/world.ts';
import { liveObject, resourceCall } from './resource-calls.ts';

const host = 'https://dev.example';
const principal = 'arn:aws:iam::1:user/ada';
const ofCluster = { cluster_name: 'dev', principal_arn: principal };
const cluster = liveObject('aws_eks_cluster', {
  name: 'dev',
  endpoint: host,
  access_config: [
    { authentication_mode: 'API', bootstrap_cluster_creator_admin_permissions: false },
  ],
});
const entry = liveObject('aws_eks_access_entry', ofCluster);
const association = liveObject('aws_eks_access_policy_association', ofCluster);
const nodes = liveObject('aws_eks_node_group', { cluster_name: 'dev' });
const whole = [cluster, entry, association, nodes];

function refusal(
  op: ResourceCall['op'],
  type: string,
  live: readonly LiveObject[],
  settings: ResourceCall['settings'] = { host },
): string | undefined {
  const values = { metadata: [{ name: 'it', namespace: 'broker' }] };
  return refuseWithoutCluster(resourceCall(op, type, values, { live, settings }))?.detail;
}

describe('A call to Kubernetes', () => {
  test('reaches a cluster that lives, with a way in', () => {
    for (const op of ['create', 'read', 'update', 'destroy'] as const) {
      expect(refusal(op, 'kubernetes_config_map_v1', whole)).toBeUndefined();
    }
    expect(refusal('create', 'aws_vpc', [], {})).toBeUndefined();
  });

  test('goes to the own machine while the address of the cluster is not known', () => {
    expect(refusal('read', 'kubernetes_config_map_v1', whole, {})).toContain('connection refused');
  });

  test('finds no host once the cluster is gone', () => {
    expect(refusal('destroy', 'kubernetes_config_map_v1', [entry, association, nodes])).toContain(
      'no such host',
    );
  });

  test.each([
    ['the association is gone', [cluster, entry, nodes]],
    ['the entry is gone', [cluster, association, nodes]],
  ])('is unauthorized when %s', (_, live) => {
    expect(refusal('read', 'kubernetes_config_map_v1', live)).toContain('Unauthorized');
  });

  test('needs no entry for who made the cluster, unless that was switched off', () => {
    const own = liveObject('aws_eks_cluster', { name: 'dev', endpoint: host });
    expect(refusal('read', 'kubernetes_config_map_v1', [own, nodes])).toBeUndefined();
    const access = {
      authentication_mode: 'API',
      bootstrap_cluster_creator_admin_permissions: true,
    };
    const made = liveObject('aws_eks_cluster', { ...own.values, access_config: [access] });
    expect(refusal('read', 'kubernetes_config_map_v1', [made, nodes])).toBeUndefined();
  });

  test('waits in vain for a rollout without nodes, and for pods that no node ends', () => {
    const bare = [cluster, entry, association];
    const pods = liveObject('kubernetes_stateful_set_v1', {});
    expect(refusal('create', 'kubernetes_stateful_set_v1', bare)).toContain('no node group');
    expect(refusal('create', 'kubernetes_config_map_v1', bare)).toBeUndefined();
    expect(refusal('destroy', 'kubernetes_namespace_v1', [...bare, pods])).toContain(
      'pods are still',
    );
    expect(refusal('destroy', 'kubernetes_namespace_v1', bare)).toBeUndefined();
  });

  test('times out while clusters are unreachable', () => {
    const lost = [...whole, liveObject('unreachable_clusters', {})];
    expect(refusal('read', 'kubernetes_config_map_v1', lost)).toContain('i/o timeout');
  });

  test('knows clusters of other clouds by their address', () => {
    const other = liveObject('google_container_cluster', {
      control_plane_endpoints_config: [{ dns_endpoint_config: [{ endpoint: 'dev.example' }] }],
    });
    expect(refusal('create', 'kubernetes_config_map_v1', [other])).toBeUndefined();
  });

  test('is refused in a namespace that nobody made', () => {
    const inside = (namespace: string, ...live: LiveObject[]): string | undefined =>
      refuseWithoutNamespace(
        resourceCall('create', 'kubernetes_config_map_v1', { metadata: [{ namespace }] }, { live }),
      )?.detail;
    const broker = liveObject('kubernetes_namespace_v1', { metadata: [{ name: 'broker' }] });
    expect(inside('broker')).toBe('namespaces "broker" not found');
    expect(inside('broker', broker)).toBeUndefined();
    expect(inside('kube-system')).toBeUndefined();
  });
});
