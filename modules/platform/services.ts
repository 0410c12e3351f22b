import { ServiceV1 } from '@cdktf/provider-kubernetes/lib/service-v1/index.js';
import { usualPorts } from '../contract/index.ts';
import type { Ingress } from '../contract/index.ts';
import { labelsOf, selectorOf } from './labels.ts';
import type { WorkloadName } from './labels.ts';
import { natsPorts } from './nats-ports.ts';
import type { Place } from './place.ts';

/** Headless services: each pod has a name of its own in them. */
export const headlessServices = { broker: 'broker-monitoring', nats: 'nats' } as const;

/**
 * What the load balancer of the cloud reaches: fixed ports of the nodes. Never `type: LoadBalancer`, with
 * which a controller makes one that outlives the cluster and holds its network (pitfall 5).
 */
export function publicService({ scope, namespace }: Place, ingress: Ingress): ServiceV1 {
  return new ServiceV1(scope, 'platform-service-broker', {
    metadata: {
      name: 'broker',
      namespace,
      labels: labelsOf('broker'),
      // DigitalOcean opens the ports of nodes to everybody unless told not to (pitfall 15).
      annotations: { 'kubernetes.digitalocean.com/firewall-managed': 'false' },
    },
    spec: {
      type: 'NodePort',
      externalTrafficPolicy: 'Cluster',
      selector: selectorOf('broker'),
      port: ingress.ports.map(({ label, port, nodePort }) => ({
        name: label,
        port,
        targetPort: String(port),
        nodePort,
        protocol: 'TCP',
      })),
    },
    dependsOn: [...ingress.ready],
  });
}

/** Health of the brokers, inside the cluster only. */
export function brokerMonitoring(place: Place): ServiceV1 {
  return headless(place, 'broker', headlessServices.broker, { monitoring: usualPorts.monitoring });
}

/** Names of the NATS servers, by which brokers and the servers themselves find each other. */
export function natsService(place: Place): ServiceV1 {
  const { client, routes } = natsPorts;
  return headless(place, 'nats', headlessServices.nats, { client, routes });
}

/** Health and metrics of the NATS servers, inside the cluster only. */
export function natsMonitoring(place: Place): ServiceV1 {
  const { monitoring, metrics } = natsPorts;
  return headless(place, 'nats', 'nats-monitoring', { monitoring, metrics });
}

/**
 * Without an address of its own: what is said of one pod is asked of that pod, not of whichever comes
 * first (requirements.md B17). Pods are named before they are ready, or a cluster could never form.
 */
function headless(
  { scope, namespace }: Place,
  workload: WorkloadName,
  name: string,
  ports: Readonly<Record<string, number>>,
): ServiceV1 {
  return new ServiceV1(scope, `platform-service-${name}`, {
    metadata: { name, namespace, labels: labelsOf(workload) },
    spec: {
      type: 'ClusterIP',
      clusterIp: 'None',
      publishNotReadyAddresses: true,
      selector: selectorOf(workload),
      port: Object.entries(ports).map(([portName, port]) => ({
        name: portName,
        port,
        targetPort: String(port),
        protocol: 'TCP',
      })),
    },
  });
}
