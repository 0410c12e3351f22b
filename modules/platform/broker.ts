import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1/index.js';
import { DeploymentV1 } from '@cdktf/provider-kubernetes/lib/deployment-v1/index.js';
import { StatefulSetV1 } from '@cdktf/provider-kubernetes/lib/stateful-set-v1/index.js';
import type { CloudSettings } from '../config/index.ts';
import type { Cloud, Database, Preset, Ready } from '../contract/index.ts';
import type { BrokerImage } from '../image/index.ts';
import { brokerPaths, passwordKey } from './broker-files.ts';
import type { BrokerFiles } from './broker-files.ts';
import { brokerPod } from './broker-pod.ts';
import type { BrokerPod } from './broker-pod.ts';
import { brokerVariables } from './broker-variables.ts';
import { surgeCount } from './connection-budget.ts';
import { labelsOf, selectorOf } from './labels.ts';
import type { Place } from './place.ts';
import { mountedSecret } from './secrets.ts';
import { headlessServices } from './services.ts';
import { claimName } from './storage.ts';
import type { MessageStorage } from './storage.ts';

/** What the brokers of a size run on. */
export interface BrokerParts {
  readonly image: BrokerImage;
  readonly database: Database | undefined;
  readonly credentials: Pick<Cloud, 'credential'>;
  /** host:port of the NATS servers; none with the embedded engine. */
  readonly natsServers: readonly string[];
  /** The disk of the one broker of the embedded engine. */
  readonly storage: MessageStorage | undefined;
  readonly after: Ready;
}

/** A broker that is to serve within this time after the pod was made; images are pulled in it, too. */
const rolloutTimeout = '20m';

/**
 * The brokers: one with a disk of its own where the engine is embedded, else any number that are alike.
 * Terraform waits until they serve, so that a deploy that ends well has a broker.
 */
export function brokers(
  place: Place,
  settings: Pick<CloudSettings, 'tls'>,
  preset: Preset,
  parts: BrokerParts,
): Ready {
  const { image, database, storage, after } = parts;
  const config = configMap(place, 'broker', brokerVariables(preset, settings.tls, parts));
  const pod = {
    image: image.reference,
    share: preset.broker,
    settings: config.metadata.name,
    // In the words of Terraform: the host of the database is known only when it is made.
    checksum: `\${sha256(jsonencode(${config.fqn}.data))}`,
    files: files(place, settings, parts),
  };
  const dependsOn = [...after, ...image.ready, ...(database?.ready ?? [])];
  return storage === undefined
    ? [deployment(place, preset, { ...pod, dataVolume: 'none' }, dependsOn)]
    : [statefulSet(place, { ...pod, dataVolume: { claim: claimName } }, storage, dependsOn)];
}

/** One broker, for its store has room for one: the old one is gone before the new one starts. */
function statefulSet(
  { scope, namespace }: Place,
  pod: BrokerPod,
  storage: MessageStorage,
  dependsOn: Ready,
): StatefulSetV1 {
  return new StatefulSetV1(scope, 'platform-broker', {
    metadata: { name: 'broker', namespace, labels: labelsOf('broker') },
    spec: {
      replicas: '1',
      serviceName: headlessServices.broker,
      // There is no order among one; and in order Kubernetes would wait for a pod that never becomes ready, also
      // to replace it by the version that mends it.
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: selectorOf('broker') },
      template: brokerPod(pod),
      volumeClaimTemplate: [storage.claimTemplate],
      persistentVolumeClaimRetentionPolicy: [{ whenDeleted: 'Retain', whenScaled: 'Retain' }],
    },
    waitForRollout: true,
    timeouts: { create: rolloutTimeout, update: rolloutTimeout, delete: '10m' },
    dependsOn: [...dependsOn, ...storage.claims],
  });
}

/** As many as the size says, and one more before one goes. */
function deployment(
  { scope, namespace }: Place,
  { broker }: Preset,
  pod: BrokerPod,
  dependsOn: Ready,
): DeploymentV1 {
  return new DeploymentV1(scope, 'platform-broker', {
    metadata: { name: 'broker', namespace, labels: labelsOf('broker') },
    spec: {
      replicas: String(broker.replicas),
      selector: { matchLabels: selectorOf('broker') },
      strategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: '0', maxSurge: String(surgeCount) },
      },
      template: brokerPod(pod),
    },
    waitForRollout: true,
    timeouts: { create: rolloutTimeout, update: rolloutTimeout, delete: '10m' },
    dependsOn: [...dependsOn],
  });
}

function files(
  place: Place,
  settings: Pick<CloudSettings, 'tls'>,
  { database, credentials, natsServers }: BrokerParts,
): BrokerFiles {
  const password = (name: string, source: 'root' | 'nats-broker' | Database): string => {
    const { secret, ready } =
      typeof source === 'string'
        ? credentials.credential(source)
        : { secret: source.password, ready: source.ready };
    const options = {
      files: (of: { readonly password: string }) => ({ [passwordKey]: of.password }),
      after: ready,
    };
    return mountedSecret(place, name, { password: secret }, options).name;
  };
  return {
    passwords: {
      [brokerPaths.rootPassword]: password('broker-root', 'root'),
      ...(database === undefined
        ? {}
        : { [brokerPaths.postgresPassword]: password('broker-postgres', database) }),
      ...(natsServers.length === 0
        ? {}
        : { [brokerPaths.natsPassword]: password('broker-nats', 'nats-broker') }),
    },
    authorities:
      database?.authorities === undefined
        ? undefined
        : configMap(place, 'broker-postgres-authorities', {
            'postgres-authorities.pem': database.authorities,
          }).metadata.name,
    tls: settings.tls.kind === 'secret' ? settings.tls.name : undefined,
  };
}

function configMap(
  { scope, namespace }: Place,
  name: string,
  data: Record<string, string>,
): ConfigMapV1 {
  return new ConfigMapV1(scope, `platform-config-${name}`, {
    metadata: { name, namespace, labels: labelsOf('broker') },
    data,
  });
}
