import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import type { Construct } from '../cdk.ts';
import type { Kit } from '../config/index.ts';
import { publicPorts } from '../contract/index.ts';
import type {
  Cloud,
  Credential,
  CredentialName,
  Database,
  Disks,
  Ingress,
  PublicPort,
  Ready,
  Registry,
} from '../contract/index.ts';
import { cluster } from './cluster.ts';
import type { AwsCluster } from './cluster.ts';
import { credential } from './credentials.ts';
import { database } from './database.ts';
import { AwsDisks } from './disks.ts';
import { encryptionKey } from './encryption-key.ts';
import { ingress } from './ingress.ts';
import { lifeSuffix } from './life-suffix.ts';
import { network } from './network.ts';
import type { AwsNetwork } from './network.ts';
import { registry } from './registry.ts';
import type { Site } from './site.ts';

/** What may be said of a cloud beside its settings. */
export interface AwsCloudOptions {
  /** What the load balancer offers; by default what the broker listens on. */
  readonly ports?: readonly PublicPort[];
}

/** What an AWS account is asked for: EKS, RDS, ECR, a network load balancer, EBS volumes. */
export class AwsCloud implements Cloud {
  readonly name = 'aws';
  /** The number of the account that is logged in to. */
  readonly account: string;
  private readonly site: Site;
  private readonly key: string | undefined;
  private readonly ports: readonly PublicPort[];
  private readonly credentials = new Map<CredentialName, Credential>();

  /** `after`: what comes before anything of the cloud, and is destroyed behind all of it. */
  constructor(scope: Construct, kit: Kit, after: Ready, options: AwsCloudOptions = {}) {
    const { environment, aws: settings } = kit;
    const site = { scope, environment, settings, preset: settings.preset, after };
    this.site = { ...site, suffix: lifeSuffix(site) };
    this.ports = options.ports ?? publicPorts.filter(({ isServed }) => isServed);
    new AwsProvider(scope, 'aws', {
      region: settings.region,
      defaultTags: [{ tags: { ...settings.tags } }],
      ...(settings.record.account === undefined
        ? {}
        : { allowedAccountIds: [settings.record.account] }),
    });
    this.account = new DataAwsCallerIdentity(scope, 'account-of-caller', {}).accountId;
    this.key = encryptionKey(this.site);
  }

  network(): AwsNetwork {
    return network(this.site);
  }

  cluster(inside: AwsNetwork): AwsCluster {
    return cluster(this.site, inside, this.key);
  }

  database(inside: AwsNetwork, reachedFrom: AwsCluster): Database | undefined {
    if (this.site.settings.database === 'embedded') return undefined;
    return database(this.site, {
      network: inside,
      cluster: reachedFrom,
      password: this.credential('database'),
      key: this.key,
    });
  }

  registry(): Registry | undefined {
    return this.site.settings.image === null ? registry(this.site) : undefined;
  }

  ingress(inside: AwsNetwork, before: AwsCluster): Ingress {
    return ingress(this.site, { network: inside, cluster: before, ports: this.ports });
  }

  disks(attachedTo: AwsCluster): Disks {
    return new AwsDisks(this.site, {
      zones: attachedTo.nodeGroups.map(({ zone }) => zone),
      key: this.key,
      driver: attachedTo.diskDriver,
    });
  }

  credential(name: CredentialName): Credential {
    const known = this.credentials.get(name);
    if (known !== undefined) return known;
    const made = credential(this.site, name, this.key);
    this.credentials.set(name, made);
    return made;
  }
}
