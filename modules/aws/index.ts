export { AwsCloud } from './aws-cloud.ts';
export type { AwsCloudOptions } from './aws-cloud.ts';
export { awsVersions } from './versions.ts';
