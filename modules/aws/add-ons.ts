import { EksAddon } from '@cdktf/provider-aws/lib/eks-addon/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import type { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import type { Ready } from '../contract/index.ts';
import { attachManaged, policyAllowing, serviceRole } from './role.ts';
import type { Site } from './site.ts';

/** What nodes need before they are healthy, and until they are gone. */
export function addOnsBeforeNodes(site: Site, clusterName: string): Ready {
  return [
    addOn(site, clusterName, 'vpc-cni', {
      // Off by default, and then network policies are taken and nobody enforces them.
      configurationValues: JSON.stringify({ enableNetworkPolicy: 'true' }),
    }),
    addOn(site, clusterName, 'kube-proxy', {}),
  ];
}

/** What runs on nodes: names, identities of pods, disks. */
export function addOnsForPods(
  site: Site,
  order: {
    readonly clusterName: string;
    readonly key: string | undefined;
    readonly after: Ready;
  },
): { readonly all: Ready; readonly diskDriver: Ready } {
  const { clusterName, key, after } = order;
  const names = addOn(site, clusterName, 'coredns', { dependsOn: [...after] });
  const identities = addOn(site, clusterName, 'eks-pod-identity-agent', { dependsOn: [...after] });
  const role = serviceRole(site, 'disks', {
    service: 'pods.eks.amazonaws.com',
    actions: ['sts:AssumeRole', 'sts:TagSession'],
  });
  const policies = [
    // The second one: it lets the driver at volumes with its tag only, where the first has all of the account.
    attachManaged(site, role, 'disks-policy', 'AmazonEBSCSIDriverPolicyV2'),
    ...(key === undefined ? [] : [useOfKey(site, role, key)]),
  ];
  const disks = addOn(site, clusterName, 'aws-ebs-csi-driver', {
    podIdentityAssociation: [{ roleArn: role.arn, serviceAccount: 'ebs-csi-controller-sa' }],
    // Its pods may not ask the machine where they are (launch-template.ts): the agent of identities tells the
    // region, and Kubernetes the rest.
    dependsOn: [...after, identities, ...policies],
  });
  return { all: [names, identities, disks], diskDriver: [disks] };
}

function addOn(
  { scope }: Site,
  clusterName: string,
  addonName: string,
  options: Partial<ConstructorParameters<typeof EksAddon>[2]>,
): EksAddon {
  return new EksAddon(scope, `add-on-${addonName}`, {
    clusterName,
    addonName,
    resolveConflictsOnCreate: 'OVERWRITE',
    resolveConflictsOnUpdate: 'OVERWRITE',
    ...options,
  });
}

/** The policy that AWS maintains leaves keys out, and without them a disk hangs when it is attached. */
function useOfKey({ scope }: Site, role: IamRole, key: string): IamRolePolicy {
  return new IamRolePolicy(scope, 'disks-key-policy', {
    role: role.name,
    name: 'use-key',
    policy: policyAllowing(
      {
        Action: ['kms:CreateGrant'],
        Resource: key,
        Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      },
      {
        Action: [
          'kms:Decrypt',
          'kms:DescribeKey',
          'kms:GenerateDataKeyWithoutPlaintext',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
        ],
        Resource: key,
      },
    ),
  });
}
