import type {
  StatefulSetV1SpecTemplate,
  StatefulSetV1SpecTemplateSpecContainer,
} from '@cdktf/provider-kubernetes/lib/stateful-set-v1/index.js';
import { publicPorts, usualPorts } from '../contract/index.ts';
import type { PodShare } from '../contract/index.ts';
import { brokerFiles, brokerPaths } from './broker-files.ts';
import type { BrokerFiles } from './broker-files.ts';
import { nodeOptions } from './broker-variables.ts';
import { labelsOf } from './labels.ts';
import {
  podResources,
  quietPod,
  restrictedContainer,
  restrictedPod,
  spread,
  terminationGraceSeconds,
} from './pod-rules.ts';

/** How long a broker goes on serving after it was told to go, while nodes learn that it is going. */
const settleMs = 10_000;

/** What a broker's pod is made of. */
export interface BrokerPod {
  readonly image: string;
  readonly share: PodShare;
  /** ConfigMap with the broker's settings. */
  readonly settings: string;
  /** Changes with what the broker reads only when it starts. */
  readonly checksum: string;
  readonly files: BrokerFiles;
  /** Where messages are: a claim of that name, or nothing that outlives the pod. */
  readonly dataVolume: { readonly claim: string } | 'none';
}

/** The pod of a broker, the same for a StatefulSet and a Deployment. */
export function brokerPod(pod: BrokerPod): Required<StatefulSetV1SpecTemplate> {
  const { volumes, mounts } = brokerFiles(pod.files);
  const dataName = pod.dataVolume === 'none' ? 'data' : pod.dataVolume.claim;
  return {
    metadata: { labels: labelsOf('broker'), annotations: { 'thebes/config': pod.checksum } },
    spec: {
      ...quietPod,
      securityContext: restrictedPod,
      terminationGracePeriodSeconds: terminationGraceSeconds,
      // After the loss of a zone those that are left may hold more than one each (iac.md 2.4).
      topologySpreadConstraint: spread('broker', 'ScheduleAnyway'),
      container: [
        {
          name: 'broker',
          image: pod.image,
          envFrom: [{ configMapRef: { name: pod.settings } }],
          env: [{ name: 'NODE_OPTIONS', value: nodeOptions(pod.share.memoryMiB) }],
          port: [
            ...publicPorts
              .filter(({ isServed }) => isServed)
              .map(({ label, port }) => ({ name: label, containerPort: port, protocol: 'TCP' })),
            { name: 'monitoring', containerPort: usualPorts.monitoring, protocol: 'TCP' },
          ],
          ...probes,
          lifecycle: { preStop: [{ exec: { command: settle() } }] },
          resources: podResources(pod.share),
          securityContext: restrictedContainer,
          volumeMount: [...mounts, { name: dataName, mountPath: brokerPaths.data }],
        },
      ],
      volume: [
        ...volumes,
        ...(pod.dataVolume === 'none' ? [{ name: dataName, emptyDir: { sizeLimit: '64Mi' } }] : []),
      ],
    },
  };
}

/**
 * From the moment that a pod is to go it is no longer among those that get new connections, whatever
 * it answers on /readyz; but nodes hear of that one after the other. Until they have, the broker serves
 * on; then SIGTERM makes it drain (requirements.md F1). The image has no `sleep`, so Node waits.
 */
function settle(): string[] {
  return ['node', '--eval', `setTimeout(() => {}, ${settleMs})`];
}

type Probes = Pick<
  StatefulSetV1SpecTemplateSpecContainer,
  'startupProbe' | 'readinessProbe' | 'livenessProbe'
>;

const monitoringPort = String(usualPorts.monitoring);

const probes: Probes = {
  // A quarter of an hour for what is stored to be loaded; until then nobody asks whether it lives.
  startupProbe: {
    httpGet: { path: '/readyz', port: monitoringPort },
    periodSeconds: 2,
    timeoutSeconds: 2,
    failureThreshold: 450,
  },
  readinessProbe: {
    httpGet: { path: '/readyz', port: monitoringPort },
    periodSeconds: 5,
    timeoutSeconds: 3,
    failureThreshold: 3,
  },
  // Only what a restart helps against: the process is stuck, or its store has failed.
  livenessProbe: {
    httpGet: { path: '/healthz', port: monitoringPort },
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 6,
  },
};
