export type {
  Cloud,
  Cluster,
  Credential,
  CredentialName,
  Database,
  DiskOrder,
  Disks,
  Ingress,
  KubernetesAccess,
  Network,
  Registry,
  Secret,
  Volume,
} from './cloud.ts';
export { publicPorts, usualPorts } from './ports.ts';
export type { PortName, Ports, PublicPort } from './ports.ts';
export type { AwsPreset, PodShare, Preset } from './preset.ts';
export { sizes } from './size.ts';
export type { Size } from './size.ts';
export type { SupportedVersion } from './supported-version.ts';
export type { Home, Ready, Release, ReleaseOutputs, Target, TargetName } from './target.ts';
