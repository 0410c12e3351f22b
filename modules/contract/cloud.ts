import type { PublicPort } from './ports.ts';
import type { Ready, Target } from './target.ts';

/**
 * A cloud, as a stack sees it: parts that are asked for in the order in which they are made. Handles
 * hold texts and tokens, never classes of a provider, so that what runs in the cluster
 * (`modules/platform`) names no cloud. `ready` says when others may start, and what is `after`
 * something is destroyed before it. Its constructor takes what comes before anything of the cloud, and is
 * destroyed behind all of it.
 */
export interface Cloud extends Target {
  network(): Network;
  cluster(network: Network): Cluster;
  /** Undefined where metadata are kept with the messages (`KIT_DATABASE=embedded`). */
  database(network: Network, cluster: Cluster): Database | undefined;
  /** Undefined where the image is there already (`KIT_IMAGE`). */
  registry(): Registry | undefined;
  ingress(network: Network, cluster: Cluster): Ingress;
  disks(cluster: Cluster): Disks;
  /**
   * A password that is generated in the cloud and kept there; the same name gives the same one. It is
   * made of letters and digits: it stands between quotes in configuration files, and in addresses.
   */
  credential(name: CredentialName): Credential;
}

/** The private network of an environment. */
export interface Network {
  readonly id: string;
  /** The zones that have nodes, in a fixed order; a new zone of the region shifts nothing. */
  readonly zones: readonly string[];
  /** Everything that nodes need to reach the world. */
  readonly ready: Ready;
}

/** A Kubernetes cluster with its nodes. */
export interface Cluster {
  readonly name: string;
  readonly access: KubernetesAccess;
  /** One for each zone; `target` is what a load balancer attaches to. */
  readonly nodeGroups: readonly { readonly zone: string; readonly target: string }[];
  /** The nodes and what they need to run pods with disks. */
  readonly ready: Ready;
  /**
   * What has to outlive every object in the cluster: without it the API does not answer, or answers
   * "not authorised", and nothing in the cluster can be removed any more.
   */
  readonly reach: Ready;
  /** Addresses that pods see as coming from nodes and load balancer, for network policies. */
  readonly nodeCidrs: readonly string[];
  /** The processor of the nodes, for which the image is built. */
  readonly architecture: 'arm64' | 'amd64';
  /** Gives a person's kubectl access. */
  readonly kubeconfigCommand: string;
}

/** How the Kubernetes API is reached and who is asking. */
export interface KubernetesAccess {
  readonly host: string;
  /** PEM; undefined where a public authority vouches for the host. */
  readonly certificateAuthority?: string;
  readonly login:
    | {
        /** A program that prints a fresh token each time: no token is kept, and none expires midway. */
        readonly kind: 'exec';
        readonly command: string;
        readonly args: readonly string[];
      }
    | { readonly kind: 'token'; readonly token: string };
}

/** A secret value that the synthesis never knows. */
export type Secret =
  | {
      /** For write-only arguments: in no plan and no state. */
      readonly kind: 'writeOnly';
      /** A Terraform expression of an ephemeral value, `${…}`. */
      readonly expression: string;
      /** Another number makes Terraform write the value again. */
      readonly version: number;
    }
  | {
      /** Where a cloud has no write-only form: sensitive, and in the state, which has to be encrypted. */
      readonly kind: 'value';
      readonly token: string;
    };

/** What passwords there are: of the database, the user root, and of the NATS cluster's three sides. */
export type CredentialName = 'database' | 'root' | 'nats-broker' | 'nats-routes' | 'nats-system';

/** A password, and how a person gets to see it. */
export interface Credential {
  readonly secret: Secret;
  /** A command that prints the password to who may read it. */
  readonly printCommand: string;
  readonly ready: Ready;
}

/** The Postgres that metadata are kept in. */
export interface Database {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly user: string;
  readonly password: Secret;
  /** The authorities that may have signed its certificate, PEM; undefined: those that everybody knows. */
  readonly authorities?: string;
  /** The name in its certificate, where that is not the host. */
  readonly serverName?: string;
  /** Connections that the server allows in all. */
  readonly connectionCountMax: number;
  /** Where pods reach it, for network policies. */
  readonly cidrs: readonly string[];
  readonly ready: Ready;
}

/** Where images of the broker are kept. */
export interface Registry {
  /** Without a tag. */
  readonly repository: string;
  readonly login: {
    readonly user: string;
    /** A program that prints a password for a short time: so it is in no state. */
    readonly passwordCommand: readonly string[];
  };
  readonly ready: Ready;
}

/** What clients connect to. */
export interface Ingress {
  readonly hostname: string;
  /** The ports it offers, in order. */
  readonly ports: readonly (PublicPort & { readonly url: string })[];
  readonly ready: Ready;
}

/** Where messages of the embedded engine and of NATS servers are kept. */
export interface Disks {
  volume(order: DiskOrder): Volume;
  readonly ready: Ready;
}

/** A disk that is wanted. */
export interface DiskOrder {
  readonly name: string;
  /** Index into the zones of the network. */
  readonly zone: number;
  readonly sizeGiB: number;
}

/** A disk, as the cluster is told of it. */
export type Volume =
  | {
      /** Terraform owns it: it outlives the cluster, and destroy knows it. */
      readonly kind: 'owned';
      readonly driver: string;
      readonly handle: string;
      readonly zone: string;
      readonly fileSystem: 'ext4' | 'xfs';
      /** What the class of such disks tells the driver, for a disk that it would make: encryption, kind. */
      readonly classParameters?: Readonly<Record<string, string>>;
    }
  | {
      /** The cluster makes it from a claim of this class. */
      readonly kind: 'claimed';
      readonly storageClass: string;
    };
