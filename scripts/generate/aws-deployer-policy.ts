import { deployerPolicy } from '../../modules/aws/index.ts';
import { Testing } from '../../modules/cdk.ts';
import { loadKit } from '../../modules/config/index.ts';
import { sizes } from '../../modules/contract/index.ts';
import type { Json } from '../../modules/synthesized/index.ts';
import { AwsStack } from '../../stacks/aws.ts';
import type { Generator } from './generator.ts';

/** What brings in the types of resources that a deploy with the defaults does not have. */
const everything = {
  KIT_DOMAIN: 'broker.example.com',
  KIT_TLS: 'managed',
  KIT_K8S_AUTH: 'token',
};

/** The policy for who deploys to AWS, as the console and `aws iam put-role-policy` take it. */
export const awsDeployerPolicy: Generator = {
  path: 'docs/reference/aws-deployer-policy.json',
  source: 'modules/aws/deployer-actions.ts',
  render(root) {
    const stacks = sizes.flatMap((KIT_SIZE) =>
      [{}, everything].map((more) => synthesized(root, { KIT_SIZE, ...more })),
    );
    return JSON.stringify(deployerPolicy(stacks), null, 2);
  },
};

function synthesized(root: string, variables: Readonly<Record<string, string>>): Json {
  const kit = loadKit({ config: { environments: {} }, variables, root });
  return JSON.parse(Testing.synth(new AwsStack(Testing.app(), kit))) as Json;
}
