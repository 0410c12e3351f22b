import { DataAwsEksClusterAuth } from '@cdktf/provider-aws/lib/data-aws-eks-cluster-auth/index.js';
import type { EksCluster } from '@cdktf/provider-aws/lib/eks-cluster/index.js';
import { Fn } from '../cdk.ts';
import type { KubernetesAccess } from '../contract/index.ts';
import type { Site } from './site.ts';

/** How Terraform logs in to the cluster: by its tool, or by a token where the tool cannot be had. */
export function kubernetesAccess(site: Site, cluster: EksCluster): KubernetesAccess {
  return {
    host: cluster.endpoint,
    certificateAuthority: Fn.base64decode(cluster.certificateAuthority.get(0).data),
    login:
      site.settings.kubernetesLogin === 'exec' ? byTool(site, cluster) : byToken(site, cluster),
  };
}

function byTool({ settings }: Site, cluster: EksCluster): KubernetesAccess['login'] {
  return {
    kind: 'exec',
    command: 'aws',
    args: [
      ...['eks', 'get-token', '--output', 'json'],
      ...['--region', settings.region, '--cluster-name', cluster.name],
    ],
  };
}

/** Good for 15 minutes, which a database that is created meanwhile can outlast. */
function byToken({ scope }: Site, cluster: EksCluster): KubernetesAccess['login'] {
  const login = new DataAwsEksClusterAuth(scope, 'cluster-login', {
    // The id, which is known once there is a cluster; by the name it would be read before, and a `dependsOn`
    // would make it unknown at each change of what it depends on (iac.md 8, pitfall 3).
    name: cluster.id,
  });
  return { kind: 'token', token: login.token };
}
