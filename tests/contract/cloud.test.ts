import { AwsCloud } from '../../modules/aws/index.ts';
import { sizes } from '../../modules/contract/index.ts';
import { cloudContract } from './cloud.contract.ts';

cloudContract('AwsCloud', sizes, (stack, kit, after, ports) => {
  return new AwsCloud(stack, kit, after, { ports });
});
