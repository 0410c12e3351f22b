/** What runs in the cluster. */
export type WorkloadName = 'broker' | 'nats';

/** The labels of everything that belongs to a workload. */
export function labelsOf(workload: WorkloadName): Record<string, string> {
  return {
    ...selectorOf(workload),
    'app.kubernetes.io/part-of': 'thebes',
    'app.kubernetes.io/managed-by': 'terraform',
  };
}

/** The labels by which its pods are found; they can not change while it lives. */
export function selectorOf(workload: WorkloadName): Record<string, string> {
  return { 'app.kubernetes.io/name': workload };
}
