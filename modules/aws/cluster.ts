import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { EksCluster } from '@cdktf/provider-aws/lib/eks-cluster/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import type { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import type { Cluster, Ready } from '../contract/index.ts';
import { administrators } from './administrators.ts';
import { addOnsBeforeNodes, addOnsForPods } from './add-ons.ts';
import { kubernetesAccess } from './kubernetes-access.ts';
import type { AwsNetwork } from './network.ts';
import { nodeGroups } from './node-groups.ts';
import { attachManaged, policyAllowing, serviceRole } from './role.ts';
import { isDeletionProtected, keptFromDestroy } from './deletion-protection.ts';
import { nameOf } from './site.ts';
import type { Site } from './site.ts';
import { awsVersions } from './versions.ts';

/** The cluster, as the other parts of AWS see it. */
export interface AwsCluster extends Cluster {
  /** The group that EKS makes for it and puts every node in. */
  readonly securityGroup: string;
  /** The add-on that attaches disks to nodes. */
  readonly diskDriver: Ready;
}

/** A Kubernetes cluster with one group of nodes in each zone. */
export function cluster(site: Site, network: AwsNetwork, key: string | undefined): AwsCluster {
  const { settings } = site;
  const control = controlPlane(site, network, key);
  const clusterName = control.name;
  const admins = administrators(site, clusterName);
  const before = addOnsBeforeNodes(site, clusterName);
  const groups = nodeGroups(site, {
    clusterName,
    version: control.version,
    subnets: network.nodeSubnets,
    // Also what destroy must leave to the nodes until they are gone: without a way to AWS they cannot give
    // back their disks and addresses (iac.md 8, pitfalls 1 and 28).
    after: [...before, ...network.ready],
  });
  const nodes = groups.map(({ group }) => group);
  const addOns = addOnsForPods(site, { clusterName, key, after: nodes });
  return {
    name: clusterName,
    access: kubernetesAccess(site, control),
    nodeGroups: groups.map(({ group }, index) => ({
      zone: network.zones[index] ?? '',
      target: group.resources.get(0).autoscalingGroups.get(0).name,
    })),
    ready: [...nodes, ...addOns.all],
    reach: [...admins, ...nodes, ...network.ready],
    nodeCidrs: network.nodeCidrs,
    architecture: 'arm64',
    kubeconfigCommand: `aws eks update-kubeconfig --region ${settings.region} --name ${clusterName}`,
    securityGroup: control.vpcConfig.clusterSecurityGroupId,
    diskDriver: addOns.diskDriver,
  };
}

function controlPlane(site: Site, network: AwsNetwork, key: string | undefined): EksCluster {
  const { scope, settings, preset, after } = site;
  // Late logs of the control plane bring its log group back after it was deleted: the next cluster needs
  // another one, hence another name (iac.md 8, pitfall 19).
  const name = nameOf(site, site.suffix);
  const role = serviceRole(site, 'cluster', { service: 'eks.amazonaws.com' });
  const allowed = [
    attachManaged(site, role, 'cluster-policy', 'AmazonEKSClusterPolicy'),
    ...(key === undefined ? [] : [useOfKey(site, role, key)]),
  ];
  const logs = new CloudwatchLogGroup(scope, 'cluster-log', {
    name: `/aws/eks/${name}/cluster`,
    retentionInDays: preset.aws.logRetentionDays,
    dependsOn: [...after],
  });
  return new EksCluster(scope, 'cluster', {
    name,
    roleArn: role.arn,
    ...(preset.aws.pinnedVersion ? { version: awsVersions.kubernetes.version } : {}),
    // Raised by AWS at the end of support, rather than six times dearer (requirements.md D24).
    upgradePolicy: { supportType: 'STANDARD' },
    // Who may log in is said by access entries alone: whoever happens to create it is no exception.
    accessConfig: {
      authenticationMode: 'API',
      bootstrapClusterCreatorAdminPermissions: false,
    },
    // They are add-ons, with an order (add-ons.ts).
    bootstrapSelfManagedAddons: false,
    vpcConfig: {
      subnetIds: [...network.clusterSubnets],
      endpointPrivateAccess: true,
      endpointPublicAccess: true,
      publicAccessCidrs: [...settings.adminCidrs],
    },
    ...(key === undefined
      ? {}
      : { encryptionConfig: { resources: ['secrets'], provider: { keyArn: key } } }),
    enabledClusterLogTypes: [...preset.aws.controlPlaneLogs],
    deletionProtection: isDeletionProtected(site),
    lifecycle: keptFromDestroy(site),
    dependsOn: [...allowed, logs],
  });
}

function useOfKey({ scope }: Site, role: IamRole, key: string): IamRolePolicy {
  return new IamRolePolicy(scope, 'cluster-key-policy', {
    role: role.name,
    name: 'encrypt-secrets',
    policy: policyAllowing({
      Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ListGrants', 'kms:DescribeKey'],
      Resource: key,
    }),
  });
}
