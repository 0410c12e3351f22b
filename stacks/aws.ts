import type { Construct } from '../modules/cdk.ts';
import { AwsCloud } from '../modules/aws/index.ts';
import type { Kit } from '../modules/config/index.ts';
import { GuardedStack } from '../modules/protection/index.ts';

/** `cdktf deploy aws`: brokers in an AWS account, with all they stand on. */
export class AwsStack extends GuardedStack {
  constructor(scope: Construct, kit: Kit) {
    super(scope, kit, 'aws');
    const cloud = new AwsCloud(this, kit, this.begun);
    const network = cloud.network();
    const cluster = cloud.cluster(network);
    cloud.database(network, cluster);
    cloud.registry();
    cloud.ingress(network, cluster);
    cloud.disks(cluster);
  }
}
