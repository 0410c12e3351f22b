import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1/index.js';
import type {
  NetworkPolicyV1SpecEgress,
  NetworkPolicyV1SpecEgressTo,
  NetworkPolicyV1SpecIngress,
  NetworkPolicyV1SpecIngressFrom,
} from '@cdktf/provider-kubernetes/lib/network-policy-v1/index.js';
import { usualPorts } from '../contract/index.ts';
import type { Cluster, Database, Ingress } from '../contract/index.ts';
import { labelsOf, selectorOf } from './labels.ts';
import type { WorkloadName } from './labels.ts';
import { natsPorts } from './nats-ports.ts';
import type { Place } from './place.ts';

/** The label of a namespace whose pods may read metrics and health: `kubectl label namespace <name> thebes/monitoring=true`. */
const monitoringLabel = { 'thebes/monitoring': 'true' };

/** Where a node answers names by itself, on clusters that do so. */
const nodeLocalDns = '169.254.20.10/32';

type Rules = {
  readonly ingress: NetworkPolicyV1SpecIngress[];
  readonly egress: NetworkPolicyV1SpecEgress[];
};

/** Who may talk to whom: nobody to anybody, except as said here. */
export function networkPolicies(
  place: Place,
  parts: {
    readonly cluster: Pick<Cluster, 'nodeCidrs'>;
    readonly ingress: Pick<Ingress, 'ports'>;
    readonly database: Pick<Database, 'cidrs' | 'port'> | undefined;
    readonly hasNats: boolean;
  },
): NetworkPolicyV1[] {
  const { hasNats } = parts;
  return [
    defaultDeny(place),
    policy(place, 'broker', brokerRules(parts)),
    ...(hasNats ? [policy(place, 'nats', natsRules(parts.cluster))] : []),
  ];
}

function brokerRules({
  cluster,
  ingress,
  database,
  hasNats,
}: Parameters<typeof networkPolicies>[1]): Rules {
  const nodes = cluster.nodeCidrs.map((cidr) => ({ ipBlock: { cidr } }));
  return {
    ingress: [
      // Through the load balancer, whose connections come by way of the nodes.
      from(
        nodes,
        ingress.ports.map(({ port }) => port),
      ),
      // The kubelet's probes, and whoever collects metrics.
      from([...nodes, monitoring()], [usualPorts.monitoring]),
    ],
    egress: [
      names(),
      ...(hasNats
        ? [to([{ podSelector: { matchLabels: selectorOf('nats') } }], [natsPorts.client])]
        : []),
      ...(database === undefined
        ? []
        : [
            to(
              database.cidrs.map((cidr) => ({ ipBlock: { cidr } })),
              [database.port],
            ),
          ]),
    ],
  };
}

function natsRules(cluster: Pick<Cluster, 'nodeCidrs'>): Rules {
  const nats = { podSelector: { matchLabels: selectorOf('nats') } };
  return {
    ingress: [
      from([{ podSelector: { matchLabels: selectorOf('broker') } }], [natsPorts.client]),
      from([nats], [natsPorts.routes]),
      from(
        cluster.nodeCidrs.map((cidr) => ({ ipBlock: { cidr } })),
        [natsPorts.monitoring],
      ),
      from([monitoring()], [natsPorts.monitoring, natsPorts.metrics]),
    ],
    egress: [names(), to([nats], [natsPorts.routes])],
  };
}

function defaultDeny({ scope, namespace }: Place): NetworkPolicyV1 {
  return new NetworkPolicyV1(scope, 'platform-policy-default-deny', {
    metadata: { name: 'default-deny', namespace },
    spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
  });
}

function policy(
  { scope, namespace }: Place,
  workload: WorkloadName,
  rules: Rules,
): NetworkPolicyV1 {
  return new NetworkPolicyV1(scope, `platform-policy-${workload}`, {
    metadata: { name: workload, namespace, labels: labelsOf(workload) },
    spec: {
      podSelector: { matchLabels: selectorOf(workload) },
      policyTypes: ['Ingress', 'Egress'],
      ...rules,
    },
  });
}

/** The cluster's own answers to names. */
function names(): NetworkPolicyV1SpecEgress {
  return {
    to: [
      {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
      },
      { ipBlock: { cidr: nodeLocalDns } },
    ],
    ports: ['UDP', 'TCP'].map((protocol) => ({ protocol, port: '53' })),
  };
}

function monitoring(): NetworkPolicyV1SpecIngressFrom {
  return { namespaceSelector: { matchLabels: monitoringLabel } };
}

function from(
  peers: NetworkPolicyV1SpecIngressFrom[],
  ports: readonly number[],
): NetworkPolicyV1SpecIngress {
  return { from: peers, ports: tcp(ports) };
}

function to(
  peers: NetworkPolicyV1SpecEgressTo[],
  ports: readonly number[],
): NetworkPolicyV1SpecEgress {
  return { to: peers, ports: tcp(ports) };
}

function tcp(ports: readonly number[]): { protocol: string; port: string }[] {
  return ports.map((port) => ({ protocol: 'TCP', port: String(port) }));
}
