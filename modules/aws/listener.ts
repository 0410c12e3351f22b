import { AutoscalingAttachment } from '@cdktf/provider-aws/lib/autoscaling-attachment/index.js';
import { LbListener } from '@cdktf/provider-aws/lib/lb-listener/index.js';
import { LbTargetGroup } from '@cdktf/provider-aws/lib/lb-target-group/index.js';
import type { PublicPort, Ready } from '../contract/index.ts';
import type { AwsCluster } from './cluster.ts';
import type { AwsNetwork } from './network.ts';
import { nameOf } from './site.ts';
import type { Site } from './site.ts';

// A session that says nothing is kept for an hour; 350 s, the default, would cut it between two pings of
// a client that has them rare. Load balancers that end TLS do not let it be changed.
const quietSessionSeconds = 3600;

/** A port of the load balancer, and the nodes behind it. */
export function openListener(
  site: Site,
  order: {
    readonly port: PublicPort;
    readonly balancer: string;
    readonly network: AwsNetwork;
    readonly cluster: AwsCluster;
    /** Undefined where the load balancer passes on what it gets. */
    readonly certificate: string | undefined;
  },
): Ready {
  const { scope } = site;
  const { port, balancer, network, cluster, certificate } = order;
  const targets = new LbTargetGroup(scope, `ingress-${port.label}-targets`, {
    name: nameOf(site, port.label),
    vpcId: network.id,
    targetType: 'instance',
    protocol: 'TCP',
    port: port.nodePort,
    deregistrationDelay: '30',
    healthCheck: { protocol: 'TCP', port: 'traffic-port', interval: 10 },
  });
  const attached = cluster.nodeGroups.map(
    ({ target }, index) =>
      new AutoscalingAttachment(scope, `ingress-${port.label}-nodes-${index}`, {
        autoscalingGroupName: target,
        lbTargetGroupArn: targets.arn,
      }),
  );
  const listener = new LbListener(scope, `ingress-${port.label}`, {
    loadBalancerArn: balancer,
    port: port.port,
    ...(certificate !== undefined && port.tlsEndsAt === 'loadBalancer'
      ? {
          protocol: 'TLS',
          certificateArn: certificate,
          sslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
        }
      : {
          protocol: 'TCP',
          ...(port.speaks === 'nats' ? { tcpIdleTimeoutSeconds: quietSessionSeconds } : {}),
        }),
    defaultAction: [{ type: 'forward', targetGroupArn: targets.arn }],
  });
  return [listener, ...attached];
}
