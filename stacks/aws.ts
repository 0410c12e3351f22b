import type { Construct } from '../modules/cdk.ts';
import { AwsCloud, awsVersions } from '../modules/aws/index.ts';
import type { AwsCloudOptions } from '../modules/aws/index.ts';
import type { Kit } from '../modules/config/index.ts';
import { brokerImage } from '../modules/image/index.ts';
import { Platform } from '../modules/platform/index.ts';
import { GuardedStack } from '../modules/protection/index.ts';

/** `cdktf deploy aws`: brokers in an AWS account, with all they stand on. */
export class AwsStack extends GuardedStack {
  protected override readonly versions = Object.values(awsVersions);

  constructor(scope: Construct, kit: Kit, options: AwsCloudOptions = {}) {
    super(scope, kit, 'aws');
    const { root, aws: settings } = kit;

    const cloud = new AwsCloud(this, kit, this.begun, options);
    this.keepAccount(kit, 'aws', cloud.account);
    const network = cloud.network();
    const cluster = cloud.cluster(network);
    const database = cloud.database(network, cluster);
    const registry = cloud.registry();
    const { architecture } = cluster;
    const image = brokerImage(this, { root, settings, registry, architecture });
    const ingress = cloud.ingress(network, cluster);
    const disks = cloud.disks(cluster);

    const parts = { network, cluster, database, disks, ingress, image, credentials: cloud };
    const platform = new Platform(this, settings, settings.preset, parts);
    this.show(platform.release(this.begun).outputs);
  }
}
