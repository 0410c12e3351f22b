import { sizes } from '../../modules/contract/index.ts';
import { objectsOf, podOf, resourceOf } from '../support/platform-objects.ts';
import type { Loose } from '../support/platform-objects.ts';
import { platformStack } from '../support/platform-stack.ts';
import type { PlatformStack } from '../support/platform-stack.ts';

const stacks = Object.fromEntries(
  sizes.map((size) => [size, platformStack(size)]),
) as unknown as Readonly<Record<(typeof sizes)[number], PlatformStack>>;

/** Every resource that a resource refers to or waits for, and theirs. */
function closure(stack: PlatformStack, address: string, seen = new Set<string>()): Set<string> {
  if (seen.has(address)) return seen;
  seen.add(address);
  const [type = '', id = ''] = address.split('.');
  const text = JSON.stringify(stack.resources[type]?.[id] ?? {});
  const known = Object.entries(stack.resources).flatMap(([t, named]) =>
    Object.keys(named).map((name) => `${t}.${name}`),
  );
  for (const other of known) {
    const refers = new RegExp(`\\b${other.replace('.', String.raw`\.`)}(?![\\w-])`).test(text);
    if (refers) closure(stack, other, seen);
  }
  return seen;
}

describe('The order of a platform', () => {
  test('is decided by the namespace: it waits for all that has to outlive it', () => {
    expect(resourceOf(stacks.small, 'kubernetes_namespace_v1', 'platform-namespace')).toMatchObject(
      {
        depends_on: [
          'terraform_data.network',
          'terraform_data.nodes',
          'terraform_data.access-entry',
          'terraform_data.load-balancer',
        ],
        timeouts: { delete: '15m' },
      },
    );
  });

  test.each(sizes)('has every object of the cluster behind the namespace (size=%s)', (size) => {
    const stack = stacks[size];
    const outside = Object.entries(stack.resources)
      .filter(([type]) => type.startsWith('kubernetes_'))
      .flatMap(([type, named]) => Object.keys(named).map((id) => `${type}.${id}`))
      .filter(
        (address) => !closure(stack, address).has('kubernetes_namespace_v1.platform-namespace'),
      );
    expect(outside).toEqual([]);
  });

  test('puts disks before volumes, volumes before claims, and claims before the servers', () => {
    const volume = resourceOf(
      stacks.small,
      'kubernetes_persistent_volume_v1',
      'platform-volume-messages-nats-1',
    );
    expect(JSON.stringify(volume)).toContain('terraform_data.disk-nats-1.id');
    const claim = resourceOf(
      stacks.small,
      'kubernetes_persistent_volume_claim_v1',
      'platform-claim-nats-1',
    );
    expect(JSON.stringify(claim)).toContain(
      'kubernetes_persistent_volume_v1.platform-volume-messages-nats-1',
    );
    expect(claim['depends_on']).toEqual(['terraform_data.disk-driver']);
    expect(
      resourceOf(stacks.small, 'kubernetes_stateful_set_v1', 'platform-nats')['depends_on'],
    ).toEqual(
      expect.arrayContaining(
        [0, 1, 2].map(
          (index) => `kubernetes_persistent_volume_claim_v1.platform-claim-nats-${index}`,
        ),
      ),
    );
  });

  test('starts brokers behind the database, the NATS servers and the network policies', () => {
    const broker = closure(stacks.small, 'kubernetes_deployment_v1.platform-broker');
    for (const before of [
      'terraform_data.database',
      'terraform_data.credential-root',
      'kubernetes_stateful_set_v1.platform-nats',
      'kubernetes_network_policy_v1.platform-policy-default-deny',
      'kubernetes_network_policy_v1.platform-policy-broker',
    ]) {
      expect(broker).toContain(before);
    }
  });

  test('makes the public service when there is a load balancer, and no other', () => {
    const { resources } = stacks.small;
    expect(
      resourceOf(stacks.small, 'kubernetes_service_v1', 'platform-service-broker')['depends_on'],
    ).toEqual(['terraform_data.load-balancer']);
    expect(JSON.stringify(resources['kubernetes_service_v1'])).not.toContain('LoadBalancer');
  });
});

describe('The namespace', () => {
  test('admits only pods of the profile restricted, and says which it would not', () => {
    expect(objectsOf(stacks.small, 'Namespace')['broker'].metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'restricted',
      'pod-security.kubernetes.io/warn': 'restricted',
      'pod-security.kubernetes.io/audit': 'restricted',
    });
  });
});

describe('The way to the cluster', () => {
  test('is a program that gives a fresh token each time, and waits for nothing', () => {
    expect(stacks.small.provider).toEqual({
      host: 'https://cluster.example',
      cluster_ca_certificate: 'the authority of the cluster',
      exec: [
        {
          api_version: 'client.authentication.k8s.io/v1beta1',
          command: 'cloud',
          args: ['get-token'],
        },
      ],
    });
  });

  test('is a token where the cloud gives one', () => {
    const { provider } = platformStack('sandbox', { login: { kind: 'token', token: 'abc' } });
    expect(provider).toMatchObject({ token: 'abc' });
    expect(provider).not.toHaveProperty('exec');
  });
});

describe('Secrets', () => {
  test('are written where neither plan nor state has them', () => {
    for (const [id, secret] of Object.entries(
      stacks.small.resources['kubernetes_secret_v1'] ?? {},
    )) {
      expect([id, Object.keys(secret)]).toEqual([
        id,
        expect.arrayContaining(['data_wo', 'data_wo_revision']),
      ]);
      expect(secret).not.toHaveProperty('data');
      expect(secret['data_wo_revision']).toBeGreaterThanOrEqual(1);
    }
  });

  test('are plain data where a cloud has no other way, and never both', () => {
    const stack = platformStack('small', { passwords: 'value' });
    const secrets = Object.values(stack.resources['kubernetes_secret_v1'] ?? {});
    expect(secrets).toHaveLength(4);
    for (const secret of secrets) {
      expect(secret).toHaveProperty('data');
      expect(secret).not.toHaveProperty('data_wo');
    }
  });

  test('are nowhere but in Secrets', () => {
    const others = Object.entries(stacks.small.resources).filter(
      ([type]) => type !== 'kubernetes_secret_v1',
    );
    expect(JSON.stringify(others)).not.toContain('ephemeral.');
  });

  test('become files of the broker alone, each from a Secret of its own', () => {
    const { volumes } = podOf(stacks.small, 'Deployment', 'broker');
    const passwords = volumes.find(({ name }: { name: string }) => name === 'passwords');
    expect(passwords.projected.defaultMode).toBe(0o440);
    expect(
      passwords.projected.sources.map(({ secret }: Loose) => [secret.name, secret.items[0].path]),
    ).toEqual([
      ['broker-root', 'root'],
      ['broker-postgres', 'postgres'],
      ['broker-nats', 'nats'],
    ]);
  });
});

describe('Disks', () => {
  test('belong to the group that the processes run in, for a new one is made for root', () => {
    const pods = [
      podOf(stacks.sandbox, 'StatefulSet', 'broker'),
      podOf(stacks.small, 'StatefulSet', 'nats'),
    ];
    for (const { securityContext } of pods) {
      expect(securityContext).toMatchObject({ runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 });
    }
  });

  test('are ordered one for each server, each in a zone of its own', () => {
    expect(stacks.large.cloud.orders).toEqual(
      [0, 1, 2].map((index) => ({ name: `nats-${index}`, zone: index, sizeGiB: 200 })),
    );
    expect(stacks.sandbox.cloud.orders).toEqual([{ name: 'broker-0', zone: 0, sizeGiB: 10 }]);
  });

  test('are shown to one claim each, where they are, and outlive it', () => {
    expect(
      objectsOf(stacks.small, 'PersistentVolume')['thebes-dev-messages-nats-2'].spec,
    ).toMatchObject({
      claimRef: { name: 'messages-nats-2', namespace: 'broker' },
      persistentVolumeReclaimPolicy: 'Retain',
      capacity: { storage: '20Gi' },
      csi: { driver: 'disks.example', fsType: 'ext4' },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'topology.kubernetes.io/zone', values: ['zone-c'] }] },
          ],
        },
      },
    });
    const volume = resourceOf(
      stacks.small,
      'kubernetes_persistent_volume_v1',
      'platform-volume-messages-nats-2',
    );
    expect(volume['lifecycle']).toEqual({ ignore_changes: ['spec[0].capacity'] });
  });

  test('can grow: every claim names a class that allows it', () => {
    const { 'thebes-messages': storageClass } = objectsOf(stacks.small, 'StorageClass');
    expect(storageClass).toMatchObject({
      provisioner: 'disks.example',
      allowVolumeExpansion: true,
      reclaimPolicy: 'Retain',
      parameters: { encrypted: 'true' },
    });
    for (const claim of Object.values(objectsOf(stacks.small, 'PersistentVolumeClaim'))) {
      expect(claim.spec.storageClassName).toBe('thebes-messages');
    }
  });

  test('change nothing of the StatefulSet when they grow, which would replace it', () => {
    const template = (size: 'small' | 'large') =>
      objectsOf(stacks[size], 'StatefulSet')['nats'].spec.volumeClaimTemplates;
    expect(template('large')).toEqual(template('small'));
    expect(
      objectsOf(stacks.large, 'PersistentVolumeClaim')['messages-nats-0'].spec.resources,
    ).toEqual({
      requests: { storage: '200Gi' },
    });
  });

  test('are claims of a class of the cloud where the cluster makes them', () => {
    const stack = platformStack('small', { disks: 'claimed' });
    expect(objectsOf(stack, 'PersistentVolume')).toEqual({});
    expect(objectsOf(stack, 'StorageClass')).toEqual({});
    const { 'messages-nats-0': claim } = objectsOf(stack, 'PersistentVolumeClaim');
    expect(claim.spec).toEqual({
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'block-storage',
      resources: { requests: { storage: '20Gi' } },
    });
    expect(
      resourceOf(stack, 'kubernetes_persistent_volume_claim_v1', 'platform-claim-nats-0'),
    ).toMatchObject({ wait_until_bound: false });
  });
});

describe('Network policies', () => {
  const policies = (stack = stacks.small) => objectsOf(stack, 'NetworkPolicy');

  test('let nobody talk to anybody unless one says so', () => {
    expect(policies()['default-deny'].spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
  });

  test('say in both directions what a workload may do, and let its health be asked', () => {
    for (const [name, port] of [
      ['broker', 8222],
      ['nats', 8222],
    ] as const) {
      const { policyTypes, ingress } = policies()[name].spec;
      expect([name, policyTypes]).toEqual([name, ['Ingress', 'Egress']]);
      const asked = ingress.filter(
        ({ from, ports }: Loose) =>
          from.some(({ ipBlock }: Loose) => ipBlock !== undefined) &&
          ports.some((opened: Loose) => opened.port === port),
      );
      expect([name, asked.length]).toEqual([name, 1]);
    }
  });

  test('let the load balancer reach the ports that it offers, by way of the nodes', () => {
    const [clients] = policies()['broker'].spec.ingress;
    expect(clients).toEqual({
      from: [{ ipBlock: { cidr: '10.0.0.0/20' } }, { ipBlock: { cidr: '10.0.16.0/20' } }],
      ports: [
        { protocol: 'TCP', port: 6666 },
        { protocol: 'TCP', port: 7770 },
      ],
    });
  });

  test('let brokers reach names, the NATS servers and the database, and nothing else', () => {
    const reached = policies()['broker'].spec.egress.map(({ ports }: Loose) =>
      ports.map(({ port }: Loose) => port),
    );
    expect(reached).toEqual([[53, 53], [4222], [5432]]);
  });

  test('let only brokers reach NATS, only servers join it, and only monitoring read it', () => {
    const peers = policies()['nats'].spec.ingress.map(({ from, ports }: Loose) => [
      ports.map(({ port }: Loose) => port),
      Object.keys(from[0])[0],
      from[0].podSelector?.matchLabels ?? from[0].namespaceSelector?.matchLabels ?? {},
    ]);
    expect(peers).toEqual([
      [[4222], 'podSelector', { 'app.kubernetes.io/name': 'broker' }],
      [[6222], 'podSelector', { 'app.kubernetes.io/name': 'nats' }],
      [[8222], 'ipBlock', {}],
      [[8222, 7777], 'namespaceSelector', { 'thebes/monitoring': 'true' }],
    ]);
  });

  test('name labels that the pods have', () => {
    expect(policies()['nats'].spec.podSelector.matchLabels).toEqual(
      objectsOf(stacks.small, 'StatefulSet')['nats'].spec.selector.matchLabels,
    );
    expect(policies()['broker'].spec.podSelector.matchLabels).toEqual(
      objectsOf(stacks.small, 'Deployment')['broker'].spec.selector.matchLabels,
    );
  });
});

describe('Services', () => {
  test('offer clients the ports of the load balancer at fixed ports of the nodes', () => {
    const { broker } = objectsOf(stacks.small, 'Service');
    expect(broker.spec.type).toBe('NodePort');
    expect(broker.spec.ports.map((p: Loose) => [p.name, p.port, p.nodePort])).toEqual([
      ['client', 6666, 30_666],
      ['ws', 7770, 30_770],
    ]);
    expect(broker.metadata.annotations).toEqual({
      'kubernetes.digitalocean.com/firewall-managed': 'false',
    });
  });

  test('offer health and metrics inside the cluster only', () => {
    const services = objectsOf(stacks.small, 'Service');
    const ports = (name: string) => services[name].spec.ports.map(({ port }: Loose) => port);
    expect([ports('broker-monitoring'), ports('nats-monitoring')]).toEqual([[8222], [8222, 7777]]);
    for (const name of ['broker-monitoring', 'nats-monitoring']) {
      expect(services[name].spec.type).toBe('ClusterIP');
    }
  });
});

describe('The outputs of a release', () => {
  test('say where clients connect and how a person gets in, with no password among them', () => {
    expect(stacks.sandbox.outputs).toEqual({
      client_url: 'client://broker.example:6666',
      websocket_url: 'webSocket://broker.example:7770',
      admin_user: 'root',
      admin_password_command: 'cloud print-secret root',
      kubeconfig_command: 'cloud update-kubeconfig',
      namespace: 'broker',
      image: 'registry.example/broker:src-0123456789ab',
      expires_at: '2026-11-30T16:00:00.000Z',
    });
    expect(stacks.small.outputs.expires_at).toBe('never');
  });
});
