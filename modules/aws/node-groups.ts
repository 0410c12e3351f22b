import { EksNodeGroup } from '@cdktf/provider-aws/lib/eks-node-group/index.js';
import type { LaunchTemplate } from '@cdktf/provider-aws/lib/launch-template/index.js';
import { Fn } from '../cdk.ts';
import type { Ready } from '../contract/index.ts';
import { launchTemplate } from './launch-template.ts';
import { attachManaged, serviceRole } from './role.ts';
import { nameOf } from './site.ts';
import type { Site } from './site.ts';

/** What nodes are made for. */
export interface NodeOrder {
  readonly clusterName: string;
  readonly version: string;
  /** One for each group. */
  readonly subnets: readonly string[];
  readonly after: Ready;
}

/**
 * One group of nodes in each zone, so that every disk finds its node again. Each waits for the one before it:
 * what rolls nodes would otherwise empty all zones at once, and give up after 15 minutes on a NATS server that may
 * not go before another one has caught up.
 */
export function nodeGroups(
  site: Site,
  order: NodeOrder,
): readonly { readonly group: EksNodeGroup }[] {
  const role = serviceRole(site, 'node', { service: 'ec2.amazonaws.com' });
  const policies = [
    attachManaged(site, role, 'node-worker-policy', 'AmazonEKSWorkerNodePolicy'),
    attachManaged(site, role, 'node-image-policy', 'AmazonEC2ContainerRegistryPullOnly'),
    attachManaged(site, role, 'node-network-policy', 'AmazonEKS_CNI_Policy'),
  ];
  const template = launchTemplate(site);
  const groups: EksNodeGroup[] = [];
  for (const [index, subnet] of order.subnets.entries()) {
    const zoneBefore = groups.slice(-1);
    groups.push(
      nodeGroup(site, `nodes-${index}`, subnet, {
        ...order,
        roleArn: role.arn,
        template,
        after: [...order.after, ...policies, ...zoneBefore],
      }),
    );
  }
  return groups.map((group) => ({ group }));
}

function nodeGroup(
  site: Site,
  id: string,
  subnet: string,
  order: NodeOrder & { readonly roleArn: string; readonly template: LaunchTemplate },
): EksNodeGroup {
  const { scope, settings, preset } = site;
  const count = preset.nodesPerZone;
  return new EksNodeGroup(scope, id, {
    clusterName: order.clusterName,
    // AWS adds what makes it unique: one that has to be replaced can then come before the old one goes.
    nodeGroupNamePrefix: `${nameOf(site, id)}-`,
    nodeRoleArn: order.roleArn,
    subnetIds: [subnet],
    version: order.version,
    amiType: 'AL2023_ARM_64_STANDARD',
    capacityType: settings.spot ? 'SPOT' : 'ON_DEMAND',
    launchTemplate: { id: order.template.id, version: Fn.tostring(order.template.latestVersion) },
    // Nothing scales nodes but this line, so that a difference is shown.
    scalingConfig: { minSize: count, desiredSize: count, maxSize: count },
    updateConfig: { maxUnavailable: 1 },
    nodeRepairConfig: { enabled: true },
    // Nodes that came later than the others of their zone come with all they need, and so do their pods.
    lifecycle: { createBeforeDestroy: true },
    timeouts: { create: '30m', update: '60m', delete: '30m' },
    dependsOn: [...order.after],
  });
}
