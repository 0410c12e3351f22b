import type { Construct } from '../modules/cdk.ts';
import type { Kit } from '../modules/config/index.ts';
import { GuardedStack } from '../modules/protection/index.ts';

/** `cdktf deploy aws`: network, cluster, database, registry, load balancer and the broker. */
export class AwsStack extends GuardedStack {
  constructor(scope: Construct, kit: Kit) {
    super(scope, kit, 'aws');
  }
}
