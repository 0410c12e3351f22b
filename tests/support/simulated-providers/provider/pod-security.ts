import type { Refusal } from './refusal.ts';
import type { ResourceCall } from './resource-call.ts';
import { blocksAt, textAt, valueAt } from './values.ts';
import type { ObjectValue, Value } from './values.ts';

const enforced = 'pod-security.kubernetes.io/enforce';
const seccompAllowed = ['Localhost', 'RuntimeDefault'];

const podOf: Readonly<Record<string, readonly string[]>> = {
  kubernetes_cron_job_v1: ['spec', 'job_template', 'spec', 'template', 'spec'],
  kubernetes_daemon_set_v1: ['spec', 'template', 'spec'],
  kubernetes_deployment_v1: ['spec', 'template', 'spec'],
  kubernetes_job_v1: ['spec', 'template', 'spec'],
  kubernetes_pod_v1: ['spec'],
  kubernetes_stateful_set_v1: ['spec', 'template', 'spec'],
};

/** What the profile `restricted` has against a pod, in the words of the admission controller. */
export function restrictedViolations(pod: Value | undefined): readonly string[] {
  const found: string[] = [];
  for (const name of ['host_network', 'host_pid', 'host_ipc']) {
    if (valueAt(pod, name) === true) found.push(`${name} must not be true`);
  }
  for (const volume of blocksAt(pod, 'volume')) {
    if (blocksAt(volume, 'host_path').length > 0) {
      found.push(`volume "${textAt(volume, 'name')}" must not use a host path`);
    }
  }
  for (const container of [...blocksAt(pod, 'init_container'), ...blocksAt(pod, 'container')]) {
    const name = textAt(container, 'name') ?? '';
    found.push(...ofContainer(pod, container).map((fault) => `container "${name}" ${fault}`));
  }
  return found;
}

function ofContainer(pod: Value | undefined, container: ObjectValue): string[] {
  const own = (...path: string[]): Value | undefined =>
    valueAt(container, 'security_context', ...path);
  const ownOrPods = (...path: string[]): Value | undefined => {
    const value = own(...path);
    return value === undefined || value === null || value === ''
      ? valueAt(pod, 'security_context', ...path)
      : value;
  };
  const found: string[] = [];
  if (own('allow_privilege_escalation') !== false) {
    found.push('must set allow_privilege_escalation to false');
  }
  if (own('privileged') === true) found.push('must not be privileged');
  const dropped = own('capabilities', 'drop');
  if (!Array.isArray(dropped) || !dropped.includes('ALL')) found.push('must drop ALL capabilities');
  const added = own('capabilities', 'add');
  if (Array.isArray(added) && added.some((capability) => capability !== 'NET_BIND_SERVICE')) {
    found.push('may add the capability NET_BIND_SERVICE only');
  }
  if (ownOrPods('run_as_non_root') !== true) found.push('must set run_as_non_root');
  if (Number(ownOrPods('run_as_user') ?? 1) === 0 && ownOrPods('run_as_user') !== '') {
    found.push('must not run as user 0');
  }
  const profile = ownOrPods('seccomp_profile', 'type');
  if (typeof profile !== 'string' || !seccompAllowed.includes(profile)) {
    found.push(`must set seccomp_profile.type to ${seccompAllowed.join(' or ')}`);
  }
  return found;
}

/**
 * The real API admits the workload and refuses its pods, so that the rollout times out. Here it is
 * refused at once, also where nobody would wait for the rollout: a test wants to hear of it.
 */
export function refuseInsecurePods(call: ResourceCall): Refusal | undefined {
  const path = podOf[call.type];
  if (path === undefined || (call.op !== 'create' && call.op !== 'update')) return undefined;
  const namespace = textAt(call.values, 'metadata', 'namespace');
  const profile = call.live
    .filter(({ type }) => type === 'kubernetes_namespace_v1')
    .map(({ values }) => values as Value)
    .filter((values) => textAt(values, 'metadata', 'name') === namespace)
    .map((values) => textAt(values, 'metadata', 'labels', enforced))[0];
  if (profile !== 'restricted') return undefined;
  const violations = restrictedViolations(valueAt(call.values, ...path));
  if (violations.length === 0) return undefined;
  return {
    summary: `Waiting for rollout to finish: ${call.type}`,
    detail: `pods are forbidden: violates PodSecurity "restricted": ${violations.join('; ')}`,
  };
}
