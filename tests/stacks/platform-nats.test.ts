import { sizes } from '../../modules/contract/index.ts';
import { objectsOf, podOf, resourceOf } from '../support/platform-objects.ts';
import type { Loose } from '../support/platform-objects.ts';
import { platformStack } from '../support/platform-stack.ts';
import type { PlatformStack } from '../support/platform-stack.ts';

const stacks = Object.fromEntries(
  sizes.map((size) => [size, platformStack(size)]),
) as unknown as Readonly<Record<(typeof sizes)[number], PlatformStack>>;

describe('The NATS servers', () => {
  test('start together, each on a disk that is mounted where it keeps its messages', () => {
    const { spec } = objectsOf(stacks.small, 'StatefulSet')['nats'];
    expect(spec).toMatchObject({
      replicas: 3,
      podManagementPolicy: 'Parallel',
      serviceName: 'nats',
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    });
    const [nats] = spec.template.spec.containers;
    const { 'nats.conf': configuration } = objectsOf(stacks.small, 'ConfigMap')['nats'].data;
    const store = /store_dir: "(.*)"/.exec(configuration)?.[1];
    expect(nats.volumeMounts).toContainEqual({ name: 'messages', mountPath: store });
    expect(spec.volumeClaimTemplates[0].metadata.name).toBe('messages');
  });

  test('find each other by names that are there before any is ready', () => {
    const { nats } = objectsOf(stacks.small, 'Service');
    expect(nats.spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
    const [secret] = Object.values(objectsOf(stacks.small, 'Secret')).filter(
      ({ metadata }) => metadata.name === 'nats',
    );
    for (const index of [0, 1, 2]) {
      expect(secret.stringData['routes.conf']).toContain(`@nats-${index}.nats:6222"`);
    }
  });

  test('never share a zone or a node, and one at most is away', () => {
    const spread = podOf(stacks.small, 'StatefulSet', 'nats').topologySpreadConstraints;
    expect(spread.map((c: Loose) => [c.topologyKey, c.maxSkew, c.whenUnsatisfiable])).toEqual([
      ['topology.kubernetes.io/zone', 1, 'DoNotSchedule'],
      ['kubernetes.io/hostname', 1, 'DoNotSchedule'],
    ]);
    expect(objectsOf(stacks.small, 'PodDisruptionBudget')['nats'].spec.maxUnavailable).toBe(1);
    const { annotations } = objectsOf(stacks.small, 'StatefulSet')['nats'].spec.template.metadata;
    expect(annotations['cluster-autoscaler.kubernetes.io/safe-to-evict']).toBe('false');
  });

  test('are asked for themselves, not for every stream, once they have started', () => {
    const [nats] = podOf(stacks.small, 'StatefulSet', 'nats').containers;
    const { startupProbe, readinessProbe, livenessProbe } = nats;
    expect(startupProbe.httpGet).toEqual({ path: '/healthz', port: 8222 });
    expect(startupProbe.failureThreshold * startupProbe.periodSeconds).toBe(900);
    expect(readinessProbe.httpGet.path).toBe('/healthz?js-server-only=true');
    expect(livenessProbe.httpGet.path).toBe('/healthz?js-enabled-only=true');
  });

  test.each(['small', 'medium', 'large'] as const)(
    'stay below their memory and their disk (size=%s)',
    (size) => {
      const { nats, diskGiB } = stacks[size].preset;
      const memoryMiB = nats?.memoryMiB ?? 0;
      const [server] = podOf(stacks[size], 'StatefulSet', 'nats').containers;
      expect(server.resources.limits).toEqual({ memory: `${memoryMiB}Mi` });
      expect(server.resources.requests.memory).toBe(`${memoryMiB}Mi`);
      expect(server.env).toContainEqual({
        name: 'GOMEMLIMIT',
        value: `${Math.floor(memoryMiB * 0.9)}MiB`,
      });
      const configuration = objectsOf(stacks[size], 'ConfigMap')['nats'].data['nats.conf'];
      const bytes = (name: string) =>
        Number(new RegExp(`${name}: (\\d+)`).exec(configuration)?.[1]);
      const share = bytes('max_file_store') / (diskGiB * 1024 ** 3);
      expect(share).toBeGreaterThan(0.85);
      expect(share).toBeLessThanOrEqual(0.9);
      expect(bytes('max_memory_store')).toBeLessThan((memoryMiB * 1024 ** 2) / 2);
    },
  );

  test('have a name of their installation, and go in their own time', () => {
    const { containers, terminationGracePeriodSeconds } = podOf(
      stacks.small,
      'StatefulSet',
      'nats',
    );
    const [nats] = containers;
    expect(nats.env).toContainEqual({ name: 'SERVER_NAME', value: 'thebes-dev-$(POD_NAME)' });
    expect(nats.env[0].name).toBe('POD_NAME'); // Kubernetes fills in only what stands before.
    expect(terminationGracePeriodSeconds).toBe(60);
    expect(nats.lifecycle.preStop.exec.command).toEqual([
      'nats-server',
      '--signal=ldm=/run/nats/nats.pid',
    ]);
  });

  test('restart one after the other when their configuration or a password changes', () => {
    const { template } = resourceOf(stacks.small, 'kubernetes_stateful_set_v1', 'platform-nats')[
      'spec'
    ] as Loose;
    expect(template.metadata.annotations['thebes/config']).toBe(
      '${sha256("${jsonencode(kubernetes_config_map_v1.platform-config-nats.data)}3")}',
    );
  });
});
