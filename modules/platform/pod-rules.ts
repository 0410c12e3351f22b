import type { StatefulSetV1SpecTemplateSpecTopologySpreadConstraint } from '@cdktf/provider-kubernetes/lib/stateful-set-v1/index.js';
import type { PodShare } from '../contract/index.ts';
import { selectorOf } from './labels.ts';
import type { WorkloadName } from './labels.ts';

/** Of the process and of its files; the broker's image has them in its own. */
const user = '1000';

/** What the pod-security profile `restricted` wants of a pod. */
export const restrictedPod = {
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  // A disk full of messages is not walked through at every start.
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
};

/** The same of each container, and a root file system that nobody writes to. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
};

/** What every pod does without: a token of the cluster's API, and a variable for each service. */
export const quietPod = { automountServiceAccountToken: false, enableServiceLinks: false };

/** Time to end: whoever drains a node waits for it. */
export const terminationGraceSeconds = 60;

/**
 * What a container gets. Memory is not lent: a limit above what was reserved would let neighbours
 * decide when it is killed. A processor is: without a limit, what others leave idle is used.
 */
export function podResources({ cpuMillis, memoryMiB }: PodShare) {
  const memory = `${memoryMiB}Mi`;
  return { requests: { cpu: `${cpuMillis}m`, memory }, limits: { memory } };
}

/** Pods of a workload apart from each other: in other zones, on other nodes. */
export function spread(
  workload: WorkloadName,
  whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway',
): StatefulSetV1SpecTemplateSpecTopologySpreadConstraint[] {
  return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable,
    labelSelector: [{ matchLabels: selectorOf(workload) }],
  }));
}
