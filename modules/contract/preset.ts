import type { Size } from './size.ts';

/** What a pod may take: it is given no more memory, and placed where that much is free. */
export interface PodShare {
  /** Thousandths of a processor. */
  readonly cpuMillis: number;
  readonly memoryMiB: number;
}

/** Everything that a size decides. Pure data: modules read it, none asks for the size's name. */
export interface Preset {
  readonly size: Size;
  /** For whom, in a sentence. */
  readonly intent: string;
  /** Zones that have nodes. */
  readonly zoneCount: 1 | 3;
  readonly nodesPerZone: number;
  /** Where messages are kept: in the one broker, or in a NATS cluster that brokers share. */
  readonly engine: 'embedded' | 'jetstream';
  readonly broker: PodShare & {
    readonly replicas: number;
    /** How many may be away at once while nodes are replaced; null where there is only one. */
    readonly unavailableCountMax: number | null;
  };
  /** Of each disk for messages: one with the embedded engine, one for each NATS server otherwise. */
  readonly diskGiB: number;
  /** The NATS cluster; null with the embedded engine. */
  readonly nats: (PodShare & { readonly replicas: 3 | 5 }) | null;
  readonly protection: {
    /** Whether destroying the stack wants `KIT_ALLOW_DESTROY=<environment>`. */
    readonly stackLock: boolean;
    /** Whether the cloud itself is told to refuse deletion of cluster, database and load balancer. */
    readonly cloudSwitches: boolean;
    /** Whether the database leaves a snapshot behind when it goes. */
    readonly finalSnapshot: boolean;
  };
  /** Whether who may reach the Kubernetes API and the load balancer has to be said. */
  readonly cidrsRequired: boolean;
  /** Whether the state has to be kept where more than one machine reaches it (requirements.md C9). */
  readonly remoteStateRequired: boolean;
  /** After which time a sandbox may be taken down; null: never by itself. */
  readonly lifetimeMs: number | null;
  readonly aws: AwsPreset;
}

/** The column of AWS (iac.md 2.1). */
export interface AwsPreset {
  /** Of every node; all are Graviton. */
  readonly instanceType: string;
  /** Whether nodes may be spot instances when asked for. */
  readonly spotAllowed: boolean;
  /** Nodes in public subnets behind a closed security group, without a NAT gateway. */
  readonly publicNodes: boolean;
  readonly natGateways: 'none' | 'one' | 'perZone';
  readonly database: {
    readonly instanceClass: string;
    readonly storageGiB: number;
    /** Up to which the storage grows by itself. */
    readonly storageGiBMax: number;
    readonly multiAz: boolean;
    readonly backupRetentionDays: number;
    /** What the server allows, from the instance's memory (LEAST(memory / 9531392, 5000)). */
    readonly connectionCountMax: number;
    readonly performanceInsights: boolean;
  };
  /** A key of the customer's own for secrets of the cluster, disks and the database. */
  readonly customerKey: boolean;
  readonly crossZoneLoadBalancing: boolean;
  readonly flowLogs: boolean;
  readonly controlPlaneLogs: readonly ('api' | 'audit' | 'authenticator')[];
  readonly logRetentionDays: number;
  /** The Kubernetes version is fixed, and raised by a change of the kit; otherwise EKS chooses. */
  readonly pinnedVersion: boolean;
}
