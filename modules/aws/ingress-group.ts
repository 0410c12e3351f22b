import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group/index.js';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule/index.js';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule/index.js';
import type { PublicPort, Ready } from '../contract/index.ts';
import { nameOf } from './site.ts';
import type { Site } from './site.ts';

/** The security group of the load balancer: in from clients, out to the broker's ports of the nodes. */
export class IngressGroup {
  readonly id: string;
  private readonly site: Site;
  private readonly nodes: string;

  constructor(site: Site, order: { readonly vpcId: string; readonly nodes: string }) {
    this.site = site;
    this.nodes = order.nodes;
    this.id = new SecurityGroup(site.scope, 'ingress-group', {
      name: nameOf(site, 'ingress'),
      description: 'Load balancer of the broker',
      vpcId: order.vpcId,
      timeouts: { delete: '20m' },
    }).id;
  }

  /** Lets clients in to a port, and the load balancer on to where the nodes serve it. */
  open({ label, port, nodePort }: PublicPort): Ready {
    const { scope, settings } = this.site;
    const clients = settings.clientCidrs.map(
      (cidr) =>
        // By the network, not by the place in the list: where one is taken out, no other rule is rewritten to
        // what a rule that still stands says, which AWS refuses as a duplicate.
        new VpcSecurityGroupIngressRule(scope, `ingress-${label}-from-${idOf(cidr)}`, {
          securityGroupId: this.id,
          description: `Clients to port ${port}`,
          ...(cidr.includes(':') ? { cidrIpv6: cidr } : { cidrIpv4: cidr }),
          ...tcp(port),
        }),
    );
    const out = new VpcSecurityGroupEgressRule(scope, `ingress-${label}-to-nodes`, {
      securityGroupId: this.id,
      description: `Port ${port} to the nodes`,
      referencedSecurityGroupId: this.nodes,
      ...tcp(nodePort),
    });
    const into = new VpcSecurityGroupIngressRule(scope, `nodes-${label}-from-ingress`, {
      securityGroupId: this.nodes,
      description: `Port ${port} from the load balancer`,
      referencedSecurityGroupId: this.id,
      ...tcp(nodePort),
    });
    return [...clients, out, into];
  }
}

function tcp(port: number): { ipProtocol: string; fromPort: number; toPort: number } {
  return { ipProtocol: 'tcp', fromPort: port, toPort: port };
}

/** `203-0-113-0-24`, as addresses of Terraform may be written. */
function idOf(cidr: string): string {
  return cidr.replace(/[^\da-f]/gi, '-');
}
