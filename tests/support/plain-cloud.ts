import { DataResource } from '../../modules/cdk.ts';
import type { Construct } from '../../modules/cdk.ts';
import type {
  Cloud,
  Cluster,
  Credential,
  CredentialName,
  Database,
  DiskOrder,
  Disks,
  Ingress,
  Network,
  Preset,
  Ready,
  Secret,
  Volume,
} from '../../modules/contract/index.ts';
import { publicPorts } from '../../modules/contract/index.ts';

/** In what a plain cloud is unlike the usual one. */
export interface PlainCloudOptions {
  /** How passwords are given out; `writeOnly` unless told otherwise. */
  readonly passwords?: Secret['kind'];
  /** Who makes disks; `owned` by Terraform unless told otherwise. */
  readonly disks?: Volume['kind'];
  readonly login?: Cluster['access']['login'];
  readonly database?: Partial<Database> | 'embedded';
}

/**
 * A cloud whose handles are plain texts and whose resources are `terraform_data`: what is written for
 * every cloud is tried on it without any cloud's bindings. Each part is one resource, so that
 * what waits for it shows in the synthesized stack.
 */
export class PlainCloud implements Cloud {
  readonly name = 'aws';
  readonly orders: DiskOrder[] = [];
  private readonly scope: Construct;
  private readonly preset: Preset;
  private readonly options: PlainCloudOptions;
  private readonly made = new Map<string, DataResource>();

  constructor(scope: Construct, preset: Preset, options: PlainCloudOptions = {}) {
    this.scope = scope;
    this.preset = preset;
    this.options = options;
  }

  network(): Network {
    const zones = ['zone-a', 'zone-b', 'zone-c'].slice(0, this.preset.zoneCount);
    return { id: 'network-1', zones, ready: this.resource('network', []) };
  }

  cluster(network: Network): Cluster {
    return {
      name: 'cluster-1',
      access: {
        host: 'https://cluster.example',
        certificateAuthority: 'the authority of the cluster',
        login: this.options.login ?? { kind: 'exec', command: 'cloud', args: ['get-token'] },
      },
      nodeGroups: network.zones.map((zone) => ({ zone, target: `nodes-${zone}` })),
      ready: this.resource('nodes', network.ready),
      reach: this.resource('access-entry', network.ready),
      nodeCidrs: ['10.0.0.0/20', '10.0.16.0/20'],
      architecture: 'arm64',
      kubeconfigCommand: 'cloud update-kubeconfig',
    };
  }

  database(network: Network): Database | undefined {
    const { database } = this.options;
    if (database === 'embedded') return undefined;
    return {
      host: 'database.example',
      port: 5432,
      name: 'thebes',
      user: 'thebes',
      password: this.secret('database'),
      authorities: '-----BEGIN CERTIFICATE-----',
      connectionCountMax: this.preset.aws.database.connectionCountMax,
      cidrs: ['10.0.200.0/24', '10.0.201.0/24'],
      ready: this.resource('database', network.ready),
      ...database,
    };
  }

  registry(): undefined {
    return undefined;
  }

  ingress(network: Network, cluster: Cluster): Ingress {
    return {
      hostname: 'broker.example',
      ports: publicPorts
        .filter(({ isServed }) => isServed)
        .map((port) => ({ ...port, url: `${port.name}://broker.example:${port.port}` })),
      ready: this.resource('load-balancer', [...network.ready, ...cluster.ready]),
    };
  }

  disks(cluster: Cluster): Disks {
    const driver = this.resource('disk-driver', cluster.ready);
    return { volume: (order) => this.volume(order), ready: driver };
  }

  credential(name: CredentialName): Credential {
    return {
      secret: this.secret(name),
      printCommand: `cloud print-secret ${name}`,
      ready: this.resource(`credential-${name}`, []),
    };
  }

  private volume(order: DiskOrder): Volume {
    this.orders.push(order);
    if (this.options.disks === 'claimed') {
      return { kind: 'claimed', storageClass: 'block-storage' };
    }
    const [disk] = this.resource(`disk-${order.name}`, []);
    return {
      kind: 'owned',
      driver: 'disks.example',
      handle: `\${terraform_data.${disk?.node.id ?? ''}.id}`,
      zone: ['zone-a', 'zone-b', 'zone-c'][order.zone] ?? '',
      fileSystem: 'ext4',
      classParameters: { encrypted: 'true' },
    };
  }

  private secret(name: CredentialName): Secret {
    return this.options.passwords === 'value'
      ? { kind: 'value', token: `\${sensitive_${name.replace('-', '_')}}` }
      : { kind: 'writeOnly', expression: `\${ephemeral.${name}.value}`, version: 1 };
  }

  /** Once per name: a credential may be asked for twice. */
  private resource(name: string, dependsOn: Ready): [DataResource] {
    const known = this.made.get(name);
    if (known !== undefined) return [known];
    const resource = new DataResource(this.scope, name, {
      input: { name },
      dependsOn: [...dependsOn],
    });
    this.made.set(name, resource);
    return [resource];
  }
}
