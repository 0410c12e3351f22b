import { readSettings, settingRows, SettingsError } from '../../broker/src/config/index.ts';
import { sizes } from '../../modules/contract/index.ts';
import { objectsOf, podOf, resourceOf } from '../support/platform-objects.ts';
import type { Loose } from '../support/platform-objects.ts';
import { platformStack } from '../support/platform-stack.ts';
import type { PlatformStack } from '../support/platform-stack.ts';

const stacks = Object.fromEntries(
  sizes.map((size) => [size, platformStack(size)]),
) as unknown as Readonly<Record<(typeof sizes)[number], PlatformStack>>;

describe('The brokers', () => {
  test('of a sandbox are one with a disk of its own, so that a pod can go and the messages stay', () => {
    const { sandbox } = stacks;
    const { spec } = objectsOf(sandbox, 'StatefulSet')['broker'];
    expect(spec).toMatchObject({
      replicas: 1,
      serviceName: 'broker-monitoring',
      // A broken pod is replaced by what mends it; in order, Kubernetes would wait for it to be ready first.
      podManagementPolicy: 'Parallel',
      volumeClaimTemplates: [{ metadata: { name: 'messages' } }],
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    });
    const [container] = podOf(sandbox, 'StatefulSet', 'broker').containers;
    expect(container.volumeMounts).toContainEqual({ name: 'messages', mountPath: '/data' });
    expect(objectsOf(sandbox, 'PersistentVolumeClaim')).toHaveProperty(['messages-broker-0']);
    expect(objectsOf(sandbox, 'ConfigMap')['broker'].data).toMatchObject({
      THEBES_ENGINE: 'embedded',
      THEBES_DATA_DIR: '/data',
    });
  });

  test.each([
    ['small', 2],
    ['medium', 3],
    ['large', 6],
  ] as const)(
    'of size %s are %i that are alike, and one more before one goes',
    (size, replicas) => {
      const { broker } = objectsOf(stacks[size], 'Deployment');
      expect(broker.spec).toMatchObject({
        replicas,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      });
      expect(objectsOf(stacks[size], 'PodDisruptionBudget')['broker'].spec.maxUnavailable).toBe(1);
    },
  );

  test('have no disruption budget where there is one: no node could ever be drained', () => {
    expect(objectsOf(stacks.sandbox, 'PodDisruptionBudget')).toEqual({});
  });

  test.each(sizes)('are told only settings that a broker knows (size=%s)', (size) => {
    const { data } = objectsOf(stacks[size], 'ConfigMap')['broker'];
    const known = settingRows().map(({ environment }) => environment);
    expect(Object.keys(data).filter((name) => !known.includes(name))).toEqual([]);
    expect(problems(data)).toEqual(size === 'sandbox' ? [] : ['ENGINE_NOT_BUILT']);
  });

  test('know each NATS server by its name, and log in as the user that those know', () => {
    expect(objectsOf(stacks.small, 'ConfigMap')['broker'].data).toMatchObject({
      THEBES_ENGINE: 'jetstream',
      THEBES_NATS_SERVERS: 'nats-0.nats:4222,nats-1.nats:4222,nats-2.nats:4222',
      THEBES_NATS_USER: 'broker',
      THEBES_NATS_PASSWORD_FILE: '/run/thebes/passwords/nats',
    });
    const { nats } = objectsOf(stacks.small, 'Secret');
    expect(nats.stringData['accounts.conf']).toContain('user: "broker"');
  });

  test('have time to settle and to stop before their grace is over', () => {
    const { terminationGracePeriodSeconds, containers } = podOf(
      stacks.small,
      'Deployment',
      'broker',
    );
    const [broker] = containers;
    const [node, , program] = broker.lifecycle.preStop.exec.command;
    expect([node, program]).toEqual(['node', 'setTimeout(() => {}, 10000)']);
    const { stopTimeoutMs } = readSettings({
      THEBES_STOP_TIMEOUT_MS: objectsOf(stacks.small, 'ConfigMap')['broker'].data
        .THEBES_STOP_TIMEOUT_MS,
    });
    expect(10_000 + stopTimeoutMs).toBeLessThan(terminationGracePeriodSeconds * 1000);
  });

  test('are asked whether they serve and whether they live, and get a quarter of an hour to start', () => {
    const [broker] = podOf(stacks.small, 'Deployment', 'broker').containers;
    expect(broker.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 8222 });
    expect(broker.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 8222 });
    const { httpGet, failureThreshold, periodSeconds } = broker.startupProbe;
    expect(httpGet).toEqual({ path: '/readyz', port: 8222 });
    expect(failureThreshold * periodSeconds).toBe(900);
  });

  test.each(sizes)('get a heap of half of their memory (size=%s)', (size) => {
    const kind = size === 'sandbox' ? 'StatefulSet' : 'Deployment';
    const { memoryMiB } = stacks[size].preset.broker;
    const [broker] = podOf(stacks[size], kind, 'broker').containers;
    expect(broker.resources).toEqual({
      requests: { cpu: expect.stringMatching(/^\d+m$/), memory: `${memoryMiB}Mi` },
      limits: { memory: `${memoryMiB}Mi` },
    });
    const heap = `--max-old-space-size=${memoryMiB / 2}`;
    expect(broker.env).toEqual([{ name: 'NODE_OPTIONS', value: heap }]);
  });

  test('restart when their settings change, and wait for the image that they run', () => {
    const { template } = resourceOf(stacks.small, 'kubernetes_deployment_v1', 'platform-broker')[
      'spec'
    ] as Loose;
    expect(template.metadata.annotations['thebes/config']).toBe(
      '${sha256(jsonencode(kubernetes_config_map_v1.platform-config-broker.data))}',
    );
    expect(template.spec.container[0].image).toBe('registry.example/broker:src-0123456789ab');
  });

  test('may pile up when a zone is lost', () => {
    const spread = podOf(stacks.large, 'Deployment', 'broker').topologySpreadConstraints;
    expect(spread.map((c: Loose) => [c.topologyKey, c.maxSkew, c.whenUnsatisfiable])).toEqual([
      ['topology.kubernetes.io/zone', 1, 'ScheduleAnyway'],
      ['kubernetes.io/hostname', 1, 'ScheduleAnyway'],
    ]);
  });

  test('show the certificate of a secret that is there, where the broker ends TLS', () => {
    const settings = { tls: { kind: 'secret', name: 'shop-tls' } } as const;
    const stack = platformStack('sandbox', { settings });
    expect(objectsOf(stack, 'ConfigMap')['broker'].data).toMatchObject({
      THEBES_TLS_CERT_FILE: '/run/thebes/tls/tls.crt',
      THEBES_TLS_KEY_FILE: '/run/thebes/tls/tls.key',
    });
    const { containers, volumes } = podOf(stack, 'StatefulSet', 'broker');
    expect(containers[0].volumeMounts).toContainEqual({
      name: 'tls',
      mountPath: '/run/thebes/tls',
      readOnly: true,
    });
    expect(volumes).toContainEqual({
      name: 'tls',
      secret: { secretName: 'shop-tls', defaultMode: 0o440 },
    });
  });
});

describe('Metadata', () => {
  test('are in a database that is verified in full, by parts and not by a URL', () => {
    const { data } = objectsOf(stacks.small, 'ConfigMap')['broker'];
    expect(data).toMatchObject({
      THEBES_METADATA: 'postgres',
      THEBES_POSTGRES_HOST: 'database.example',
      THEBES_POSTGRES_PORT: '5432',
      THEBES_POSTGRES_TLS: 'verify-full',
      THEBES_POSTGRES_CA_FILE: '/etc/thebes/postgres-authorities.pem',
      THEBES_POSTGRES_PASSWORD_FILE: '/run/thebes/passwords/postgres',
    });
    expect(data).not.toHaveProperty('THEBES_POSTGRES_SERVER_NAME');
    expect(objectsOf(stacks.small, 'ConfigMap')['broker-postgres-authorities'].data).toEqual({
      'postgres-authorities.pem': '-----BEGIN CERTIFICATE-----',
    });
  });

  test('name the server of a certificate that is not made out for the host', () => {
    const stack = platformStack('small', { database: { serverName: 'instance.example' } });
    expect(objectsOf(stack, 'ConfigMap')['broker'].data).toMatchObject({
      THEBES_POSTGRES_SERVER_NAME: 'instance.example',
    });
  });

  test.each(sizes)('take no more connections than the database has (size=%s)', (size) => {
    const { data } = objectsOf(stacks[size], 'ConfigMap')['broker'];
    const { replicas } = stacks[size].preset.broker;
    const all = Number(data.THEBES_POSTGRES_CONNECTION_COUNT_MAX) * (replicas + 1);
    const { connectionCountMax } = stacks[size].preset.aws.database;
    expect(all).toBeLessThanOrEqual(connectionCountMax - 10);
  });

  test('are with the messages where there is no database', () => {
    const stack = platformStack('sandbox', { database: 'embedded' });
    const { data } = objectsOf(stack, 'ConfigMap')['broker'];
    expect(data).toMatchObject({ THEBES_METADATA: 'embedded' });
    expect(JSON.stringify(stack.resources)).not.toContain('postgres');
    expect(objectsOf(stack, 'NetworkPolicy')['broker'].spec.egress).toHaveLength(1);
  });
});

/** The codes of what a broker says against these settings. */
function problems(variables: Record<string, string>): string[] {
  try {
    readSettings(variables);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems.map(({ code }) => code);
  }
}
