import type { LiveObject } from '../world/world.ts';
import type { Refusal } from './refusal.ts';
import type { ResourceCall } from './resource-call.ts';
import { textAt, valueAt } from './values.ts';
import type { Value } from './values.ts';

/** Objects that have a Kubernetes API; `existing_cluster` stands for one that no stack made. */
const clusterTypes = new Set([
  'aws_eks_cluster',
  'digitalocean_kubernetes_cluster',
  'existing_cluster',
  'google_container_cluster',
]);

/** Kinds whose pods need a node. */
const workloads = new Set([
  'kubernetes_daemon_set_v1',
  'kubernetes_deployment_v1',
  'kubernetes_stateful_set_v1',
]);

/** Kinds that are only gone when the pods in or behind them are. */
const goneWithPods = new Set(['kubernetes_namespace_v1', 'kubernetes_persistent_volume_claim_v1']);

function mentionsHost(value: unknown, host: string): boolean {
  if (typeof value === 'string') return value === host || `https://${value}` === host;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((inner) => mentionsHost(inner, host));
}

/** The live cluster that the provider's settings lead to. */
export function clusterOf(call: ResourceCall): LiveObject | undefined {
  const host = textAt(call.settings, 'host');
  if (host === undefined || host === '') return undefined;
  return call.live.find(({ type, values }) => clusterTypes.has(type) && mentionsHost(values, host));
}

/** Whoever runs Terraform gets in by an entry with a policy, or because he made the cluster. */
function letsIn(cluster: LiveObject, live: readonly LiveObject[]): boolean {
  if (cluster.type !== 'aws_eks_cluster') return true;
  const values = cluster.values as Value;
  const creator = valueAt(values, 'access_config', 'bootstrap_cluster_creator_admin_permissions');
  const mode = textAt(values, 'access_config', 'authentication_mode');
  if (mode === undefined || mode === 'CONFIG_MAP' || creator === true) return true;
  const ofCluster = (type: string): readonly LiveObject[] =>
    live.filter(
      (object) => object.type === type && object.values['cluster_name'] === cluster.values['name'],
    );
  const principals = ofCluster('aws_eks_access_entry').map(
    (entry) => entry.values['principal_arn'],
  );
  return ofCluster('aws_eks_access_policy_association').some((association) =>
    principals.includes(association.values['principal_arn']),
  );
}

function hasNodes(cluster: LiveObject, live: readonly LiveObject[]): boolean {
  if (cluster.type !== 'aws_eks_cluster') return true;
  if (valueAt(cluster.values, 'compute_config', 'enabled') === true) return true;
  return live.some(
    ({ type, values }) =>
      ['aws_eks_fargate_profile', 'aws_eks_node_group'].includes(type) &&
      values['cluster_name'] === cluster.values['name'],
  );
}

/** Why a Kubernetes object cannot be reached: no host, no cluster, no way in, or no node for its pods. */
export function refuseWithoutCluster(call: ResourceCall): Refusal | undefined {
  const { op, type, live, settings } = call;
  if (!type.startsWith('kubernetes_')) return undefined;
  const host = textAt(settings, 'host');
  const what = `${op} of ${type} ${textAt(call.values, 'metadata', 'name') ?? ''}`;
  const unreachable = (where: string, why: string): Refusal => ({
    summary: what,
    detail: `Get "${where}/api": dial tcp: ${why}`,
  });
  // Without a host the real provider tries the machine that it runs on, which is the usual sign of a
  // cluster that is not known yet.
  if (host === undefined || host === '') {
    return unreachable('http://localhost', '127.0.0.1:80: connect: connection refused');
  }
  if (live.some((object) => object.type === 'unreachable_clusters')) {
    return unreachable(host, 'i/o timeout');
  }
  const cluster = clusterOf(call);
  if (cluster === undefined) return unreachable(host, 'lookup: no such host');
  if (!letsIn(cluster, live)) {
    return {
      summary: what,
      detail: 'Unauthorized: the server has asked for the client to provide credentials',
    };
  }
  if (hasNodes(cluster, live)) return undefined;
  const waits = valueAt(call.config, 'wait_for_rollout') !== false;
  if (workloads.has(type) && (op === 'create' || op === 'update') && waits) {
    return {
      summary: `Waiting for rollout to finish: ${what}`,
      detail:
        'context deadline exceeded: no node group of the cluster is live, so no pod can be scheduled',
    };
  }
  if (
    goneWithPods.has(type) &&
    op === 'destroy' &&
    live.some((object) => workloads.has(object.type))
  ) {
    return {
      summary: what,
      detail:
        'context deadline exceeded: pods are still there, and the nodes that would end them are gone',
    };
  }
  return undefined;
}

/** A namespaced object needs its namespace, which must be one of the stack or of every cluster. */
export function refuseWithoutNamespace(call: ResourceCall): Refusal | undefined {
  const namespace = textAt(call.values, 'metadata', 'namespace');
  if (call.op !== 'create' || !call.type.startsWith('kubernetes_') || namespace === undefined) {
    return undefined;
  }
  const there =
    ['default', 'kube-public', 'kube-system'].includes(namespace) ||
    call.live.some(
      ({ type, values }) =>
        type === 'kubernetes_namespace_v1' && textAt(values, 'metadata', 'name') === namespace,
    );
  return there
    ? undefined
    : { summary: `create of ${call.type}`, detail: `namespaces "${namespace}" not found` };
}
