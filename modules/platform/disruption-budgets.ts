import { PodDisruptionBudgetV1 } from '@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1/index.js';
import { labelsOf, selectorOf } from './labels.ts';
import type { WorkloadName } from './labels.ts';
import type { Place } from './place.ts';

/**
 * How many pods may be away while nodes are drained. Only for what has several: with one replica no node
 * could ever be drained, and the update of a node group would hang.
 */
export function disruptionBudget(
  { scope, namespace }: Place,
  workload: WorkloadName,
  { replicas, unavailableCountMax }: { replicas: number; unavailableCountMax: number | null },
): void {
  if (replicas < 2 || unavailableCountMax === null) return;
  new PodDisruptionBudgetV1(scope, `platform-budget-${workload}`, {
    metadata: { name: workload, namespace, labels: labelsOf(workload) },
    spec: {
      maxUnavailable: String(unavailableCountMax),
      selector: { matchLabels: selectorOf(workload) },
    },
  });
}
