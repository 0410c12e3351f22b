import type { Problem } from '../toolchain/index.mjs';

type Parts = Omit<Problem, 'code'>;

/** What a doctor can find. Like the kit's catalogue, for what is outside of the settings. */
const catalogue = {
  TERRAFORM_NEWER: (given: { found: string }): Parts => ({
    what: 'This Terraform is newer than the one that the kit is tried with',
    received: given.found,
    accepted: 'Terraform 1.11.x, or OpenTofu',
    next: 'it works until a roll-out times out: from 1.12 on, Terraform keeps identities that the Kubernetes provider 2.38.0 then refuses in every run (terraform-provider-kubernetes#2779). Install 1.11.4 beside it and set TERRAFORM_BINARY_NAME to its path',
  }),
  CLOUD_TOOL_MISSING: (given: { tool: string; reason: string }): Parts => ({
    what: `The tool ${given.tool} is not installed, or not in PATH`,
    received: given.reason,
    accepted: 'AWS CLI 2, by which Terraform logs in to the cluster and the image gets a password',
    next: 'install it: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html',
  }),
  CLOUD_TOOL_OLD: (given: { found: string }): Parts => ({
    what: 'This AWS CLI is too old',
    received: given.found,
    accepted: 'AWS CLI 2, by which Terraform logs in to the cluster and the image gets a password',
    next: 'install it: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html',
  }),
  NOT_LOGGED_IN: (given: { reason: string }): Parts => ({
    what: 'Nobody is logged in to AWS; everything of the account could not be examined',
    received: given.reason,
    accepted: 'credentials that "aws sts get-caller-identity" takes',
    next: 'aws sso login, or aws configure, or export AWS_PROFILE=<profile>',
  }),
  REGION_NOT_ENABLED: (given: { region: string; found: string }): Parts => ({
    what: `The account cannot use the region ${given.region}`,
    received: given.found,
    accepted: 'a region that is enabled in the account',
    next: `aws account enable-region --region-name ${given.region}, which takes minutes to hours, or set KIT_REGION to another one`,
  }),
  NOT_READABLE: (given: { what: string; reason: string; need: string }): Parts => ({
    what: `${given.what} could not be examined`,
    received: given.reason,
    accepted: given.need,
    next: 'look at it yourself, or run this as somebody who may; a deploy does not need it',
  }),
  QUOTA_SMALL: (given: {
    quota: string;
    limit: number;
    used: number;
    need: number;
    code: string;
    service: string;
    region: string;
  }): Parts => ({
    what: `The account may not have as many ${given.quota} as the environment needs`,
    received: `a quota of ${given.limit}, ${given.used} in use`,
    accepted: `room for ${given.need} more`,
    next: `aws service-quotas request-service-quota-increase --region ${given.region} --service-code ${given.service} --quota-code ${given.code} --desired-value ${given.used + given.need}`,
  }),
  PERMISSIONS_MISSING: (given: { principal: string; actions: readonly string[] }): Parts => ({
    what: 'Who is logged in may not do all that a deploy does',
    received: `${given.principal} lacks ${given.actions.join(', ')}`,
    accepted: 'the permissions of docs/reference/aws-deployer-policy.json',
    next: 'have an administrator attach that policy, or log in as somebody who has it',
  }),
  ENGINE_MISSING: (): Parts => ({
    what: 'There is no container engine that could build the image of the broker',
    received: 'neither Docker nor Podman answers',
    accepted: 'Docker with its server running, or Podman; neither with KIT_IMAGE',
    next: 'install or start one of them (https://docs.docker.com/engine/install, https://podman.io), or name an image that is there: KIT_IMAGE=<name>@sha256:<digest>',
  }),
  BUILDX_MISSING: (given: { reason: string }): Parts => ({
    what: 'This Docker cannot build for another processor than its own',
    received: given.reason,
    accepted: 'Docker with the plug-in buildx',
    next: 'install it: https://github.com/docker/buildx#installing',
  }),
  PLATFORM_NOT_BUILT: (given: { platform: string; found: string }): Parts => ({
    what: `This machine may not be able to build for ${given.platform}, the processor of the nodes`,
    received: given.found,
    accepted: `an engine that runs programs for ${given.platform}`,
    next: 'docker run --privileged --rm tonistiigi/binfmt --install all',
  }),
  STATE_LOCAL: (): Parts => ({
    what: 'The state is on this machine alone: when it is lost, nobody can change or destroy the environment',
    received: 'KIT_STATE=local',
    accepted: 's3://<bucket>/<prefix>',
    next: 'set KIT_STATE to a bucket; npm run doctor says how to make one when it is not there',
  }),
  STATE_BUCKET_MISSING: (given: { bucket: string; reason: string; commands: string }): Parts => ({
    what: 'The bucket for the state is not there, or not reachable',
    received: `${given.bucket}: ${given.reason}`,
    accepted: 'a bucket of this account, versioned and encrypted',
    next: `make one:\n    ${given.commands}`,
  }),
  STATE_BUCKET_CARELESS: (given: { bucket: string; lacks: string; commands: string }): Parts => ({
    what: 'The bucket for the state does not keep it safe',
    received: `${given.bucket} is ${given.lacks}`,
    accepted: 'a bucket that is versioned and encrypted',
    next: `correct it:\n    ${given.commands}`,
  }),
  STATE_UNEXAMINED: (given: { place: string }): Parts => ({
    what: 'The state is kept with another cloud, and was not examined',
    received: given.place,
    accepted: 's3://<bucket>/<prefix>, which is examined, or a place that you know to work',
    next: 'none, if a deploy from here has worked before',
  }),
  NAMES_TAKEN: (given: { names: readonly string[]; environment: string }): Parts => ({
    what: 'Things with the names of this environment are there, and no record says that it was deployed from here',
    received: given.names.join(', '),
    accepted: `names that nothing has, or environments/${given.environment}.json of whoever deployed it`,
    next: `get that record and the state (KIT_STATE) from who deployed it; or choose another name (KIT_ENV); or see what is left over: npm run audit -- aws`,
  }),
  ACCESS_ENTRY_MISSING: (given: { principal: string; cluster: string; region: string }): Parts => ({
    what: 'The cluster does not know who is logged in, so nothing in it can be changed or destroyed',
    received: `no access entry for ${given.principal} in ${given.cluster}`,
    accepted: 'a role or user of KIT_AWS_ADMINS, or who deployed it first',
    next: `log in as one of them and deploy with KIT_AWS_ADMINS naming both; or as an administrator of the account:\n    aws eks create-access-entry --region ${given.region} --cluster-name ${given.cluster} --principal-arn ${given.principal}\n    aws eks associate-access-policy --region ${given.region} --cluster-name ${given.cluster} --principal-arn ${given.principal} --policy-arn arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy --access-scope type=cluster`,
  }),
  CLUSTER_UNREACHABLE: (given: { endpoint: string; environment: string }): Parts => ({
    what: "The cluster's API does not answer from here",
    received: `no connection to ${given.endpoint}`,
    accepted: 'an address within KIT_ADMIN_CIDRS, and a cluster that lives',
    next: `check KIT_ADMIN_CIDRS and your network. If the cluster is lost for good: KIT_FORGET_CLUSTER=${given.environment} npx cdktf deploy aws, then npx cdktf destroy aws`,
  }),
  CLUSTER_GONE: (given: { environment: string }): Parts => ({
    what: 'The environment was deployed, and its cluster is not there any more',
    received: `a record of ${given.environment}, no cluster of that name`,
    accepted: 'a cluster, or no record',
    next: `KIT_FORGET_CLUSTER=${given.environment} with npx cdktf deploy aws forgets what was in it (and makes an empty one); npx cdktf destroy aws, without it, then takes away the rest`,
  }),
  VERSION_ENDS_SOON: (given: { product: string; endsOn: string; days: number }): Parts => ({
    what: `${given.product} is supported for ${given.days} days more`,
    received: `an end on ${given.endsOn}`,
    accepted: 'a version with at least 90 days left',
    next: 'take a release of the kit that asks for a newer version, or raise it in the versions file of its module',
  }),
  VERSION_ENDED: (given: { product: string; endsOn: string }): Parts => ({
    what: `${given.product} is not supported any more`,
    received: `an end on ${given.endsOn}`,
    accepted: 'a version with at least 90 days left',
    next: 'take a release of the kit that asks for a newer version, or raise it in the versions file of its module',
  }),
  SETTING_DOUBTFUL: (given: { text: string }): Parts => ({
    what: given.text.split('. ')[0] ?? given.text,
    received: '',
    accepted: 'that, where it is meant',
    next: given.text.split('. ').slice(1).join('. ') || 'none, if it is',
  }),
} as const;

/** A finding of the doctor, filled in. */
export function advice<Code extends keyof typeof catalogue>(
  code: Code,
  given: Parameters<(typeof catalogue)[Code]>[0],
): Problem {
  const build = catalogue[code] as (details: typeof given) => Parts;
  return { code, ...build(given) };
}
