import type {
  StatefulSetV1SpecTemplate,
  StatefulSetV1SpecTemplateSpecContainer,
} from '@cdktf/provider-kubernetes/lib/stateful-set-v1/index.js';
import type { PodShare } from '../contract/index.ts';
import { imageReference, images } from './images.ts';
import { labelsOf } from './labels.ts';
import { natsFiles } from './nats-configuration.ts';
import { natsPorts } from './nats-ports.ts';
import {
  podResources,
  quietPod,
  restrictedContainer,
  restrictedPod,
  spread,
  terminationGraceSeconds,
} from './pod-rules.ts';

/** Where a NATS server has its files. */
export const natsPaths = {
  configuration: '/etc/nats',
  messages: '/data',
  pidFile: '/run/nats/nats.pid',
} as const;

/** Variable of the pod with the server's name, which its configuration names. */
export const serverNameVariable = 'SERVER_NAME';

const exporterShare: PodShare = { cpuMillis: 20, memoryMiB: 64 };

/** What a NATS server's pod is made of. */
export interface NatsPod {
  readonly share: PodShare;
  /** In the server's name, so that no two installations have servers of the same name. */
  readonly installName: string;
  readonly config: string;
  readonly secret: string;
  readonly checksum: string;
  readonly claim: string;
}

/** The pod of a NATS server, with the exporter of its metrics beside it. */
export function natsPod(pod: NatsPod): StatefulSetV1SpecTemplate {
  return {
    metadata: {
      labels: labelsOf('nats'),
      annotations: {
        'thebes/config': pod.checksum,
        // What saves nodes by emptying them must ask a person first (requirements.md B4).
        'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
      },
    },
    spec: {
      ...quietPod,
      securityContext: restrictedPod,
      terminationGracePeriodSeconds: terminationGraceSeconds,
      // Hard: two servers in one zone, and its loss takes the quorum with it (requirements.md B15).
      topologySpreadConstraint: spread('nats', 'DoNotSchedule'),
      container: [server(pod), exporter()],
      volume: [
        {
          name: 'config',
          projected: [
            {
              defaultMode: '0440',
              sources: [{ configMap: [{ name: pod.config }] }, { secret: [{ name: pod.secret }] }],
            },
          ],
        },
        { name: 'run', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
      ],
    },
  };
}

function server(pod: NatsPod): StatefulSetV1SpecTemplateSpecContainer {
  const { client, routes, monitoring } = natsPorts;
  return {
    name: 'nats',
    image: imageReference(images.nats),
    command: ['nats-server', '--config', `${natsPaths.configuration}/${natsFiles.configuration}`],
    env: [
      { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: serverNameVariable, value: `${pod.installName}-$(POD_NAME)` },
      // Go frees memory in time only when it knows the bound (requirements.md B11).
      { name: 'GOMEMLIMIT', value: `${Math.floor(pod.share.memoryMiB * 0.9)}MiB` },
    ],
    port: Object.entries({ client, routes, monitoring }).map(([name, containerPort]) => ({
      name,
      containerPort,
      protocol: 'TCP',
    })),
    ...probes,
    lifecycle: {
      // The server ignores the SIGTERM that follows until its lame-duck time is over.
      preStop: [{ exec: { command: ['nats-server', `--signal=ldm=${natsPaths.pidFile}`] } }],
    },
    resources: podResources(pod.share),
    securityContext: restrictedContainer,
    volumeMount: [
      { name: 'config', mountPath: natsPaths.configuration, readOnly: true },
      { name: 'run', mountPath: folder(natsPaths.pidFile) },
      { name: pod.claim, mountPath: natsPaths.messages },
    ],
  };
}

function exporter(): StatefulSetV1SpecTemplateSpecContainer {
  return {
    name: 'exporter',
    image: imageReference(images.exporter),
    args: [
      `-port=${natsPorts.metrics}`,
      '-connz',
      '-routez',
      '-subz',
      '-varz',
      '-jsz=all',
      '-prefix=nats',
      '-use_internal_server_id',
      `http://127.0.0.1:${natsPorts.monitoring}`,
    ],
    port: [{ name: 'metrics', containerPort: natsPorts.metrics, protocol: 'TCP' }],
    resources: podResources(exporterShare),
    securityContext: restrictedContainer,
  };
}

type Probes = Pick<
  StatefulSetV1SpecTemplateSpecContainer,
  'startupProbe' | 'readinessProbe' | 'livenessProbe'
>;

const port = String(natsPorts.monitoring);

const probes: Probes = {
  // Until every stream and group of the server has caught up, and for a quarter of an hour at most: so an
  // update goes on to the next server only when this one could take over (requirements.md B14).
  startupProbe: {
    httpGet: { path: '/healthz', port },
    initialDelaySeconds: 10,
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 90,
  },
  // The server itself, not its streams: one that is ill must not take the others' clients away (B8).
  readinessProbe: {
    httpGet: { path: '/healthz?js-server-only=true', port },
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 3,
  },
  livenessProbe: {
    httpGet: { path: '/healthz?js-enabled-only=true', port },
    periodSeconds: 30,
    timeoutSeconds: 5,
    failureThreshold: 3,
  },
};

function folder(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}
