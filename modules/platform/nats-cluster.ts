import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1/index.js';
import { StatefulSetV1 } from '@cdktf/provider-kubernetes/lib/stateful-set-v1/index.js';
import type { Cloud, Preset, Ready } from '../contract/index.ts';
import { payloadBytesMax } from './broker-variables.ts';
import { labelsOf, selectorOf } from './labels.ts';
import { natsAccounts, natsConfiguration, natsFiles, natsRoutes } from './nats-configuration.ts';
import { natsPaths, natsPod, serverNameVariable } from './nats-pod.ts';
import { natsPorts } from './nats-ports.ts';
import type { Place } from './place.ts';
import { mountedSecret } from './secrets.ts';
import type { MountedSecret } from './secrets.ts';
import { headlessServices } from './services.ts';
import { claimName } from './storage.ts';
import type { MessageStorage } from './storage.ts';

/** A size's NATS cluster: how many servers, and what each gets. */
export type NatsSize = NonNullable<Preset['nats']> & Pick<Preset, 'diskGiB'>;

const gibibyte = 1024 ** 3;
const mebibyte = 1024 ** 2;

/** The names of the servers at one of their ports, as everything in the namespace reaches them. */
export function natsServers(count: number, port: number): string[] {
  return Array.from(
    { length: count },
    (_, index) => `nats-${index}.${headlessServices.nats}:${port}`,
  );
}

/** What of a disk and of the memory the messages may take. */
function natsBounds({ diskGiB, memoryMiB }: Pick<NatsSize, 'diskGiB' | 'memoryMiB'>) {
  return {
    // A formatted disk has a few per cent less than its size (requirements.md B10).
    fileStoreBytesMax: Math.floor(diskGiB * gibibyte * 0.9),
    memoryStoreBytesMax: Math.floor((memoryMiB * mebibyte) / 4),
  };
}

/**
 * The NATS servers that brokers keep messages in: one in each zone, each with a disk of its own, joined
 * by a password and open to brokers only by one.
 */
export function natsCluster(
  place: Place,
  installName: string,
  size: NatsSize,
  parts: {
    readonly credentials: Pick<Cloud, 'credential'>;
    readonly storage: MessageStorage;
    readonly after: Ready;
  },
): Ready {
  const { scope, namespace } = place;
  const config = new ConfigMapV1(scope, 'platform-config-nats', {
    metadata: { name: 'nats', namespace, labels: labelsOf('nats') },
    data: {
      [natsFiles.configuration]: natsConfiguration({
        clusterName: installName,
        serverName: `$${serverNameVariable}`,
        storeDirectory: natsPaths.messages,
        pidFile: natsPaths.pidFile,
        ...natsBounds(size),
        payloadBytesMax,
      }),
    },
  });
  const secret = natsSecret(place, size, parts.credentials);
  const servers = new StatefulSetV1(scope, 'platform-nats', {
    metadata: { name: 'nats', namespace, labels: labelsOf('nats') },
    spec: {
      replicas: String(size.replicas),
      serviceName: headlessServices.nats,
      // All at once: none is ready before it has seen the others.
      podManagementPolicy: 'Parallel',
      selector: { matchLabels: selectorOf('nats') },
      template: natsPod({
        share: size,
        installName,
        config: config.metadata.name,
        secret: secret.name,
        // A server reads its passwords when it starts.
        checksum: `\${sha256("\${jsonencode(${config.fqn}.data)}${secret.revision}")}`,
        claim: claimName,
      }),
      volumeClaimTemplate: [parts.storage.claimTemplate],
      persistentVolumeClaimRetentionPolicy: [{ whenDeleted: 'Retain', whenScaled: 'Retain' }],
    },
    waitForRollout: true,
    // Each server may take a quarter of an hour to catch up, and an update goes from one to the next.
    timeouts: { create: '20m', update: '60m', delete: '10m' },
    dependsOn: [...parts.after, ...parts.storage.claims],
  });
  return [servers];
}

function natsSecret(
  place: Place,
  { replicas }: NatsSize,
  credentials: Pick<Cloud, 'credential'>,
): MountedSecret {
  const broker = credentials.credential('nats-broker');
  const routes = credentials.credential('nats-routes');
  const system = credentials.credential('nats-system');
  const passwords = { broker: broker.secret, routes: routes.secret, system: system.secret };
  return mountedSecret(place, 'nats', passwords, {
    files: (given) => ({
      [natsFiles.accounts]: natsAccounts(given),
      [natsFiles.routes]: natsRoutes(given.routes, natsServers(replicas, natsPorts.routes)),
    }),
    after: [...broker.ready, ...routes.ready, ...system.ready],
  });
}
