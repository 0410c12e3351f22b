import type { Manifest } from './to-manifests.ts';

interface SecurityContext {
  readonly allowPrivilegeEscalation?: boolean;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  readonly privileged?: boolean;
  readonly procMount?: string;
  readonly readOnlyRootFilesystem?: boolean;
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly seccompProfile?: { readonly type?: string };
  readonly sysctls?: readonly unknown[];
}

interface Container {
  readonly name: string;
  readonly image?: string;
  readonly ports?: readonly { readonly hostPort?: number }[];
  readonly resources?: {
    readonly limits?: Readonly<Record<string, string>>;
    readonly requests?: Readonly<Record<string, string>>;
  };
  readonly securityContext?: SecurityContext;
}

interface PodSpec {
  readonly automountServiceAccountToken?: boolean;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly hostIPC?: boolean;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly securityContext?: SecurityContext;
  readonly volumes?: readonly ({ readonly name: string } & Readonly<Record<string, unknown>>)[];
}

/** Volumes of the profile `restricted`. */
const volumeKinds = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

/**
 * What a workload has against the pod-security profile `restricted`, which no schema holds: the
 * namespace would take the workload and refuse each of its pods. And what we ask beyond it.
 */
export function podViolations(manifest: Manifest): string[] {
  const spec = (manifest['spec'] as { template?: { spec?: PodSpec } } | undefined)?.template?.spec;
  if (spec === undefined) return [];
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  return [
    ...ofPod(spec),
    ...containers.flatMap((container) =>
      ofContainer(container, spec.securityContext ?? {}).map(
        (violation) => `${container.name}: ${violation}`,
      ),
    ),
  ];
}

function ofPod(spec: PodSpec): string[] {
  const { securityContext = {} } = spec;
  const volumes = (spec.volumes ?? []).flatMap((volume) =>
    Object.keys(volume)
      .filter((key) => key !== 'name' && !volumeKinds.includes(key))
      .map((key) => `volume ${volume.name} is ${key}`),
  );
  return [
    ...(spec.hostNetwork === true ? ['hostNetwork'] : []),
    ...(spec.hostPID === true ? ['hostPID'] : []),
    ...(spec.hostIPC === true ? ['hostIPC'] : []),
    ...(securityContext.sysctls === undefined ? [] : ['sysctls']),
    ...(spec.automountServiceAccountToken === false ? [] : ['a token of the API is mounted']),
    ...volumes,
  ];
}

function ofContainer(container: Container, ofItsPod: SecurityContext): string[] {
  const own = container.securityContext ?? {};
  const { runAsNonRoot, runAsUser, seccompProfile } = { ...ofItsPod, ...own };
  const { add = [], drop = [] } = own.capabilities ?? {};
  const { image = '', resources } = container;
  const { requests, limits } = resources ?? {};
  const held: [boolean, string][] = [
    [own.privileged !== true, 'privileged'],
    [own.procMount === undefined || own.procMount === 'Default', 'procMount'],
    [(container.ports ?? []).every(({ hostPort }) => hostPort === undefined), 'hostPort'],
    [own.allowPrivilegeEscalation === false, 'allowPrivilegeEscalation is not false'],
    [runAsNonRoot === true, 'runAsNonRoot is not true'],
    [runAsUser !== undefined && runAsUser > 0, 'no user, or root'],
    [
      seccompProfile?.type === 'RuntimeDefault' || seccompProfile?.type === 'Localhost',
      'no seccomp profile',
    ],
    [drop.includes('ALL'), 'capabilities are not all dropped'],
    [add.every((name) => name === 'NET_BIND_SERVICE'), 'capabilities are added'],
    // Ours.
    [own.readOnlyRootFilesystem === true, 'the root file system is writable'],
    [requests?.['cpu'] !== undefined, 'no request for a processor'],
    [requests?.['memory'] !== undefined, 'no request for memory'],
    [limits?.['memory'] === requests?.['memory'], 'the limit of memory is not what is requested'],
    [/@sha256:|:(?!latest$)[\w.-]+$/.test(image), 'an image without a fixed tag'],
  ];
  return held.filter(([holds]) => !holds).map(([, violation]) => violation);
}
