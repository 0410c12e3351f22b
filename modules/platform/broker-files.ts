import type {
  StatefulSetV1SpecTemplateSpecContainerVolumeMount,
  StatefulSetV1SpecTemplateSpecVolume,
} from '@cdktf/provider-kubernetes/lib/stateful-set-v1/index.js';

/** Where a broker's pod has its files. */
export const brokerPaths = {
  data: '/data',
  rootPassword: '/run/thebes/passwords/root',
  postgresPassword: '/run/thebes/passwords/postgres',
  natsPassword: '/run/thebes/passwords/nats',
  postgresAuthorities: '/etc/thebes/postgres-authorities.pem',
  tlsCertificate: '/run/thebes/tls/tls.crt',
  tlsKey: '/run/thebes/tls/tls.key',
} as const;

/** The key of a password in its Secret. */
export const passwordKey = 'password';

/** What of a broker's files there are, each by the object of the cluster that holds it. */
export interface BrokerFiles {
  /** Secrets by the file that their password becomes. */
  readonly passwords: Readonly<Record<string, string>>;
  /** ConfigMap with the database's authorities. */
  readonly authorities: string | undefined;
  /** TLS secret that the user made. */
  readonly tls: string | undefined;
}

type Volume = StatefulSetV1SpecTemplateSpecVolume;
type Mount = StatefulSetV1SpecTemplateSpecContainerVolumeMount;

/**
 * The volumes of a broker's pod except its data, and where they are mounted: whole folders, for a file
 * that is mounted by itself is never replaced when its Secret changes.
 */
export function brokerFiles({ passwords, authorities, tls }: BrokerFiles): {
  readonly volumes: Volume[];
  readonly mounts: Mount[];
} {
  const found: [string, Omit<Volume, 'name'>, string][] = [
    // The root file system is read-only; what a library wants to put aside goes here.
    ['tmp', { emptyDir: { sizeLimit: '64Mi' } }, '/tmp'],
    ['passwords', { projected: [passwordVolume(passwords)] }, folder(brokerPaths.rootPassword)],
  ];
  if (authorities !== undefined) {
    found.push([
      'authorities',
      { configMap: { name: authorities } },
      folder(brokerPaths.postgresAuthorities),
    ]);
  }
  if (tls !== undefined) {
    found.push(['tls', { secret: secretVolume(tls) }, folder(brokerPaths.tlsKey)]);
  }
  return {
    volumes: found.map(([name, source]) => ({ name, ...source })),
    mounts: found.map(([name, , mountPath]) => ({
      name,
      mountPath,
      ...(name === 'tmp' ? {} : { readOnly: true }),
    })),
  };
}

/** One folder out of several Secrets, each of which is either write-only or not. */
function passwordVolume(passwords: BrokerFiles['passwords']) {
  return {
    defaultMode: secretMode,
    sources: Object.entries(passwords).map(([file, name]) => ({
      secret: [{ name, items: [{ key: passwordKey, path: basename(file) }] }],
    })),
  };
}

function secretVolume(secretName: string) {
  return { secretName, defaultMode: secretMode };
}

/** For the pod's group, which is the broker's own; nobody else is in the pod. */
const secretMode = '0440';

function folder(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
