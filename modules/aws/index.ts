export { AwsCloud } from './aws-cloud.ts';
export { awsVersions } from './versions.ts';
