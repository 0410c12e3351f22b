import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider/index.js';
import type { Construct } from '../cdk.ts';
import type { KubernetesAccess } from '../contract/index.ts';

/** Lets Terraform reach the cluster. Without `dependsOn`: a token that waits is unknown in every plan (iac.md 0). */
export function reachKubernetes(scope: Construct, access: KubernetesAccess): KubernetesProvider {
  const { host, certificateAuthority, login } = access;
  return new KubernetesProvider(scope, 'platform-kubernetes', {
    host,
    ...(certificateAuthority === undefined ? {} : { clusterCaCertificate: certificateAuthority }),
    ...(login.kind === 'token'
      ? { token: login.token }
      : {
          exec: [
            {
              apiVersion: 'client.authentication.k8s.io/v1beta1',
              command: login.command,
              args: [...login.args],
            },
          ],
        }),
  });
}
