import { createHash } from 'node:crypto';
import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { DataAwsIamSessionContext } from '@cdktf/provider-aws/lib/data-aws-iam-session-context/index.js';
import { EksAccessEntry } from '@cdktf/provider-aws/lib/eks-access-entry/index.js';
import { EksAccessPolicyAssociation } from '@cdktf/provider-aws/lib/eks-access-policy-association/index.js';
import { DataResource } from '../cdk.ts';
import type { Ready } from '../contract/index.ts';
import type { Site } from './site.ts';

/** Lets the administrators into the cluster; without them nobody removes anything in it any more. */
export function administrators(site: Site, clusterName: string): Ready {
  const { admins } = site.settings;
  if (admins.length === 0) return admit(site, clusterName, 'creator', creatorArn(site));
  return admins.flatMap((arn) => admit(site, clusterName, idOf(arn), arn));
}

function admit(site: Site, clusterName: string, id: string, principalArn: string): Ready {
  const entry = new EksAccessEntry(site.scope, `admin-${id}`, { clusterName, principalArn });
  const association = new EksAccessPolicyAssociation(site.scope, `admin-${id}-rights`, {
    clusterName,
    // By way of the entry: with the name alone Terraform would see no edge, and take away the entry first.
    principalArn: entry.principalArn,
    policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
    accessScope: { type: 'cluster' },
  });
  return [entry, association];
}

/** From the ARN, not from the place in the list: another order of the list then changes nothing. */
function idOf(arn: string): string {
  const name = arn.replace(/^.*\//, '').replace(/[^\w-]/g, '-');
  return `${name}-${createHash('sha256').update(arn).digest('hex').slice(0, 6)}`;
}

/**
 * The role behind the session that deploys first. The state remembers it: an entry for whoever runs the
 * command would lock out colleagues, CI and the reaper, one after the other (iac.md 1.2, "Access").
 */
function creatorArn({ scope, after }: Site): string {
  const caller = new DataAwsCallerIdentity(scope, 'caller', {});
  const session = new DataAwsIamSessionContext(scope, 'caller-session', { arn: caller.arn });
  const creator = new DataResource(scope, 'creator', {
    input: { arn: session.issuerArn },
    lifecycle: { ignoreChanges: ['input'] },
    dependsOn: [...after],
  });
  return `\${${creator.fqn}.output.arn}`;
}
