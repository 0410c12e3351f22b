import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group/index.js';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js';
import type { Ready } from '../contract/index.ts';
import { nameOf } from './site.ts';
import type { Site } from './site.ts';

/** The security group of the database: in from the nodes, out to nowhere. */
export function databaseGroup(
  site: Site,
  order: { readonly vpcId: string; readonly from: string; readonly port: number },
): { readonly id: string; readonly ready: Ready } {
  const group = new SecurityGroup(site.scope, 'database-group', {
    name: nameOf(site, 'database'),
    description: 'Postgres, for the nodes of the cluster alone',
    vpcId: order.vpcId,
    // Network interfaces are given back late (iac.md 8, pitfall 28).
    timeouts: { delete: '20m' },
  });
  const rule = new VpcSecurityGroupIngressRule(site.scope, 'database-from-nodes', {
    securityGroupId: group.id,
    description: 'Postgres from the nodes',
    referencedSecurityGroupId: order.from,
    ipProtocol: 'tcp',
    fromPort: order.port,
    toPort: order.port,
  });
  return { id: group.id, ready: [rule] };
}
