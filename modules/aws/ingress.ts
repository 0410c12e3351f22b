import { Lb } from '@cdktf/provider-aws/lib/lb/index.js';
import type { Ingress, PublicPort, Ready } from '../contract/index.ts';
import type { AwsCluster } from './cluster.ts';
import { Domain } from './domain.ts';
import { IngressGroup } from './ingress-group.ts';
import { openListener } from './listener.ts';
import type { AwsNetwork } from './network.ts';
import { isDeletionProtected } from './deletion-protection.ts';
import type { Site } from './site.ts';

/** A network load balancer of Terraform's in front of fixed ports of the nodes. */
export function ingress(
  site: Site,
  order: {
    readonly network: AwsNetwork;
    readonly cluster: AwsCluster;
    readonly ports: readonly PublicPort[];
  },
): Ingress {
  const { scope, settings, preset } = site;
  const { network, cluster, ports } = order;
  const group = new IngressGroup(site, { vpcId: network.id, nodes: cluster.securityGroup });
  const balancer = new Lb(scope, 'ingress', {
    name: settings.name,
    loadBalancerType: 'network',
    internal: false,
    subnets: [...network.publicSubnets],
    // Now or never: a network load balancer that was made without a group takes none.
    securityGroups: [group.id],
    enableCrossZoneLoadBalancing: preset.aws.crossZoneLoadBalancing,
    enableDeletionProtection: isDeletionProtected(site),
    // A load balancer without a way to the world is refused.
    dependsOn: [...network.ready],
  });
  const domain = settings.domain === null ? undefined : new Domain(site, settings.domain);
  const certificate = settings.tls.kind === 'managed' ? domain?.certificate() : undefined;
  const hostname = domain?.hostname ?? balancer.dnsName;
  const ready: Ready = ports.flatMap((port) => [
    ...group.open(port),
    ...openListener(site, { port, balancer: balancer.arn, network, cluster, certificate }),
  ]);
  return {
    hostname,
    ports: ports.map((port) => ({ ...port, url: urlOf(site, port, hostname) })),
    ready: [balancer, ...ready, ...(domain?.leadTo(balancer) ?? [])],
  };
}

const schemes = {
  client: { clear: 'nats', encrypted: 'tls' },
  webSocket: { clear: 'ws', encrypted: 'wss' },
  dashboard: { clear: 'http', encrypted: 'https' },
  rest: { clear: 'http', encrypted: 'https' },
} as const;

function urlOf({ settings }: Site, { name, tlsEndsAt, port }: PublicPort, host: string): string {
  const { kind } = settings.tls;
  const isEncrypted = kind === 'secret' || (kind === 'managed' && tlsEndsAt === 'loadBalancer');
  return `${schemes[name][isEncrypted ? 'encrypted' : 'clear']}://${host}:${port}`;
}
