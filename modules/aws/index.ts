export { AwsCloud } from './aws-cloud.ts';
export type { AwsCloudOptions } from './aws-cloud.ts';
export { awsVersions } from './versions.ts';
export { deployerPolicy } from './deployer-policy.ts';
export type { DeployerPolicy, Statement } from './deployer-policy.ts';
