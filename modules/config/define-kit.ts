import type { Size } from '../contract/index.ts';
import type { logLevels } from './local-settings.ts';

/** Settings of one environment for the target `local`. */
export interface LocalEnvironment {
  /** Address on which the broker listens; 127.0.0.1 when left out. */
  readonly host?: string;
  /** Added to the usual number of every port that is not set by itself. */
  readonly portOffset?: number;
  readonly clientPort?: number;
  readonly webSocketPort?: number;
  readonly monitoringPort?: number;
  readonly logLevel?: (typeof logLevels)[number];
  /** Whether destroy leaves the data and the root password where they are. */
  readonly keepData?: boolean;
}

/** Settings of one environment for the target `aws`. */
export interface AwsEnvironment {
  /** `eu-central-1` when left out. */
  readonly region?: string;
  /** ARNs of the roles and users who administer the cluster; who deploys first when left out. */
  readonly admins?: readonly string[];
  /** A NAT gateway in each zone where the size has one for all. */
  readonly natPerZone?: boolean;
}

/** Settings of one environment; `KIT_*` variables win over them. */
export interface Environment {
  readonly size?: Size;
  /** After which time it may be taken down: `8h`, `3d`, `none`. Sandboxes have 8 hours when left out. */
  readonly ttl?: string;
  /** Whom to ask about it; who deploys it first when left out. */
  readonly owner?: string;
  /** DNS zone that its names are made in. */
  readonly domain?: string;
  /** `none`, `managed`, or `secret:<name of a TLS secret in the cluster>`. */
  readonly tls?: string;
  /** From where the Kubernetes API may be reached. */
  readonly adminCidrs?: readonly string[];
  /** From where clients may connect. */
  readonly clientCidrs?: readonly string[];
  /** `local`, `s3://…`, `gcs://…`, `spaces://…`. */
  readonly state?: string;
  /** An image that is there already; built from `broker/` when left out. */
  readonly image?: string;
  /** Nodes of a sandbox that the cloud may take back. */
  readonly spot?: boolean;
  readonly database?: 'managed' | 'embedded';
  readonly kubernetesLogin?: 'exec' | 'token';
  readonly local?: LocalEnvironment;
  readonly aws?: AwsEnvironment;
}

/** The content of kit.config.ts. */
export interface KitConfig {
  readonly environments: Readonly<Record<string, Environment>>;
}

/** Gives kit.config.ts its types; an environment that is not listed gets the defaults. */
export function defineKit(config: KitConfig): KitConfig {
  return config;
}
