import { sizes } from '../../modules/contract/index.ts';
import {
  manifestProblems,
  podViolations,
  toManifests,
} from '../support/kubernetes-manifests/index.ts';
import type { Manifest } from '../support/kubernetes-manifests/index.ts';
import { platformStack } from '../support/platform-stack.ts';

// Goal: what the kit sends to a cluster is accepted there, known without a cluster. Method: the
// synthesized resources are turned back into the objects that the provider would send; those are held
// against the schemas of Kubernetes and against the pod-security profile of their namespace.

const bySize = new Map(sizes.map((size) => [size, toManifests(platformStack(size).resources)]));

/** A copy in which one field is another; `path` leads to it. */
function planted(manifest: Manifest, path: readonly (string | number)[], value: unknown): Manifest {
  const copy = structuredClone(manifest);
  let place = copy as unknown as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) place = place[key] as Record<string | number, unknown>;
  const last = path.at(-1) ?? '';
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
}

function find(size: (typeof sizes)[number], kind: string, name: string): Manifest {
  const found = bySize.get(size)?.find((m) => m.kind === kind && m.metadata.name === name);
  if (found === undefined) throw new Error(`${size} has no ${kind} ${name}`);
  return found;
}

const names = (size: (typeof sizes)[number]): string[] =>
  (bySize.get(size) ?? []).map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();

describe('The objects of a platform in a cluster', () => {
  test('are, for a sandbox, one broker with a disk', () => {
    expect(names('sandbox')).toMatchInlineSnapshot(`
     [
       "ConfigMap broker",
       "ConfigMap broker-postgres-authorities",
       "Namespace broker",
       "NetworkPolicy broker",
       "NetworkPolicy default-deny",
       "PersistentVolume thebes-dev-messages-broker-0",
       "PersistentVolumeClaim messages-broker-0",
       "Secret broker-postgres",
       "Secret broker-root",
       "Service broker",
       "Service broker-monitoring",
       "StatefulSet broker",
       "StorageClass thebes-messages",
     ]
    `);
  });

  test('are, for size small, brokers in front of three NATS servers with disks', () => {
    expect(names('small')).toMatchInlineSnapshot(`
     [
       "ConfigMap broker",
       "ConfigMap broker-postgres-authorities",
       "ConfigMap nats",
       "Deployment broker",
       "Namespace broker",
       "NetworkPolicy broker",
       "NetworkPolicy default-deny",
       "NetworkPolicy nats",
       "PersistentVolume thebes-dev-messages-nats-0",
       "PersistentVolume thebes-dev-messages-nats-1",
       "PersistentVolume thebes-dev-messages-nats-2",
       "PersistentVolumeClaim messages-nats-0",
       "PersistentVolumeClaim messages-nats-1",
       "PersistentVolumeClaim messages-nats-2",
       "PodDisruptionBudget broker",
       "PodDisruptionBudget nats",
       "Secret broker-nats",
       "Secret broker-postgres",
       "Secret broker-root",
       "Secret nats",
       "Service broker",
       "Service broker-monitoring",
       "Service nats",
       "Service nats-monitoring",
       "StatefulSet nats",
       "StorageClass thebes-messages",
     ]
    `);
  });

  test.each(sizes)('are such as the schemas of Kubernetes know them (size=%s)', (size) => {
    const problems = (bySize.get(size) ?? []).flatMap((manifest) =>
      manifestProblems(manifest).map((problem) => `${manifest.metadata.name}: ${problem}`),
    );
    expect(problems).toEqual([]);
  });

  test.each(sizes)('are pods that the profile restricted admits (size=%s)', (size) => {
    const violations = (bySize.get(size) ?? []).map((manifest) => podViolations(manifest));
    expect(violations.flat()).toEqual([]);
  });
});

const template = ['spec', 'template', 'spec'] as const;
const container = [...template, 'containers', 0] as const;

describe('The check of manifests', () => {
  test.each([
    ['a text for a number', [...container, 'ports', 0, 'containerPort'], '6666', /must be integer/],
    [
      'a list for an object',
      [...template, 'securityContext'],
      [],
      /securityContext must be object/,
    ],
    ['a missing name', [...container, 'name'], undefined, /must have required property name/],
    ['a misspelt probe', [...container, 'livenesProbe'], {}, /livenesProbe is no field/],
    ['a field in the wrong place', ['spec', 'serviceName'], 'x', /spec\/serviceName is no field/],
  ] as const)('finds %s', (_, path, value, text) => {
    const problems = manifestProblems(planted(find('small', 'Deployment', 'broker'), path, value));
    expect(problems).toEqual([expect.stringMatching(text)]);
  });
});

describe('The check against the profile restricted', () => {
  test.each([
    [[...template, 'hostNetwork'], true, 'hostNetwork'],
    [[...template, 'hostPID'], true, 'hostPID'],
    [[...template, 'hostIPC'], true, 'hostIPC'],
    [[...template, 'securityContext', 'sysctls'], [], 'sysctls'],
    [[...template, 'automountServiceAccountToken'], undefined, 'a token of the API is mounted'],
    [[...template, 'volumes', 0, 'hostPath'], { path: '/' }, 'volume config is hostPath'],
    [[...container, 'securityContext', 'privileged'], true, 'nats: privileged'],
    [[...container, 'securityContext', 'procMount'], 'Unmasked', 'nats: procMount'],
    [[...container, 'ports', 0, 'hostPort'], 4222, 'nats: hostPort'],
    [
      [...container, 'securityContext', 'allowPrivilegeEscalation'],
      undefined,
      'nats: allowPrivilegeEscalation is not false',
    ],
    [[...container, 'securityContext', 'runAsNonRoot'], false, 'nats: runAsNonRoot is not true'],
    [[...container, 'securityContext', 'runAsUser'], 0, 'nats: no user, or root'],
    [
      [...container, 'securityContext', 'seccompProfile'],
      { type: 'Unconfined' },
      'nats: no seccomp profile',
    ],
    [
      [...container, 'securityContext', 'capabilities', 'drop'],
      ['NET_RAW'],
      'nats: capabilities are not all dropped',
    ],
    [
      [...container, 'securityContext', 'capabilities', 'add'],
      ['SYS_ADMIN'],
      'nats: capabilities are added',
    ],
    [
      [...container, 'securityContext', 'readOnlyRootFilesystem'],
      false,
      'nats: the root file system is writable',
    ],
    [[...container, 'resources', 'requests', 'cpu'], undefined, 'nats: no request for a processor'],
    [
      [...container, 'resources', 'limits', 'memory'],
      '1Gi',
      'nats: the limit of memory is not what is requested',
    ],
    [[...container, 'image'], 'nats:latest', 'nats: an image without a fixed tag'],
    [[...container, 'image'], 'nats', 'nats: an image without a fixed tag'],
  ] as const)('names what is planted at %j as %j', (path, value, violation) => {
    const nats = planted(find('small', 'StatefulSet', 'nats'), path, value);
    expect(podViolations(nats)).toEqual([violation]);
  });

  test('names a workload without any security context by all that it lacks', () => {
    const bare = planted(
      planted(find('small', 'StatefulSet', 'nats'), [...template, 'securityContext'], undefined),
      [...container, 'securityContext'],
      undefined,
    );
    expect(podViolations(bare)).toEqual([
      'nats: allowPrivilegeEscalation is not false',
      'nats: runAsNonRoot is not true',
      'nats: no user, or root',
      'nats: no seccomp profile',
      'nats: capabilities are not all dropped',
      'nats: the root file system is writable',
      'exporter: no user, or root',
      'exporter: no seccomp profile',
    ]);
  });
});
