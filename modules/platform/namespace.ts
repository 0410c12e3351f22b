import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1/index.js';
import type { Construct } from '../cdk.ts';
import type { Ready } from '../contract/index.ts';

/** The name of the namespace that everything runs in. */
export const namespaceName = 'broker';

/**
 * The namespace, and with it the order of a whole environment: everything in the cluster names it, so
 * it is made after `after` and gone before any of `after` goes. No other object needs to say so.
 */
export function brokerNamespace(scope: Construct, after: Ready): NamespaceV1 {
  const profile = 'restricted';
  return new NamespaceV1(scope, 'platform-namespace', {
    metadata: {
      name: namespaceName,
      labels: {
        'app.kubernetes.io/part-of': 'thebes',
        'app.kubernetes.io/managed-by': 'terraform',
        'pod-security.kubernetes.io/enforce': profile,
        'pod-security.kubernetes.io/warn': profile,
        'pod-security.kubernetes.io/audit': profile,
      },
    },
    // Pods get a minute to end, disks to be detached; nothing in it has a finalizer of its own (pitfall 30).
    timeouts: { delete: '15m' },
    // Once each: the load balancer waits for the network, too.
    dependsOn: [...new Set(after)],
  });
}
