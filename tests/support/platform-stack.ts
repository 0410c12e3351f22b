import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Testing, TerraformStack } from '../../modules/cdk.ts';
import { loadKit } from '../../modules/config/index.ts';
import type { CloudSettings } from '../../modules/config/index.ts';
import type { Preset, Size } from '../../modules/contract/index.ts';
import { Platform } from '../../modules/platform/index.ts';
import type { ClusterOutputs } from '../../modules/platform/index.ts';
import { PlainCloud } from './plain-cloud.ts';
import type { PlainCloudOptions } from './plain-cloud.ts';

/** One resource of a synthesized stack. */
export type Synthesized = Readonly<Record<string, unknown>>;

/** A platform on a plain cloud, as Terraform reads it. */
export interface PlatformStack {
  readonly preset: Preset;
  readonly cloud: PlainCloud;
  readonly outputs: ClusterOutputs;
  /** Per type and id. */
  readonly resources: Readonly<Record<string, Readonly<Record<string, Synthesized>>>>;
  readonly provider: Synthesized;
  readonly json: string;
}

/** Synthesizes what a size deploys into a cluster. */
export function platformStack(
  size: Size,
  options: PlainCloudOptions & {
    readonly settings?: Partial<CloudSettings>;
    readonly preset?: Partial<Preset>;
    readonly image?: string;
  } = {},
): PlatformStack {
  const kit = loadKit({
    config: { environments: {} },
    variables: {
      KIT_SIZE: size,
      KIT_ADMIN_CIDRS: '203.0.113.0/24',
      KIT_CLIENT_CIDRS: '203.0.113.0/24',
      KIT_STATE: 's3://bucket/thebes',
    },
    // Where no environment was ever recorded.
    root: join(tmpdir(), 'no-checkout-of-thebes'),
    now: new Date('2026-11-30T08:00:00Z'),
  });
  const preset = { ...kit.preset, ...options.preset };
  const stack = new TerraformStack(Testing.app(), 'plain');
  const cloud = new PlainCloud(stack, preset, options);
  const network = cloud.network();
  const cluster = cloud.cluster(network);
  const platform = new Platform(stack, { ...kit.aws, ...options.settings }, preset, {
    network,
    cluster,
    database: cloud.database(network),
    disks: cloud.disks(cluster),
    ingress: cloud.ingress(network, cluster),
    image: { reference: options.image ?? 'registry.example/broker:src-0123456789ab', ready: [] },
    credentials: cloud,
  });
  const { outputs } = platform.release([]);
  const json = Testing.synth(stack);
  const { resource, provider } = JSON.parse(json) as {
    resource: PlatformStack['resources'];
    provider: { kubernetes: [Synthesized] };
  };
  return { preset, cloud, outputs, resources: resource, provider: provider.kubernetes[0], json };
}
