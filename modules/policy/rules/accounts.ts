import { block, blocks } from '../../synthesized/index.ts';
import type { Json, SynthesizedStack } from '../../synthesized/index.ts';
import { findings } from '../rule.ts';
import type { Finding, Rule } from '../rule.ts';

/** Policies of AWS that allow nearly everything. */
const wide = /\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/;

function tooMuch(stack: SynthesizedStack): Finding[] {
  return [
    ...findings(stack.of('aws_iam_role_policy', 'aws_iam_policy'), ({ config }) => {
      const actions = statementsOf(config['policy']).flatMap(({ Action }) =>
        [Action].flat().map(String),
      );
      const wildcard = actions.find((action) => /^(\*|[\w-]+:\*)$/.test(action));
      return wildcard === undefined ? undefined : `allows ${wildcard}`;
    }),
    ...findings(stack.of('aws_iam_role_policy_attachment'), ({ config }) => {
      const policy = String(config['policy_arn']);
      return wide.test(policy) ? `attaches ${policy}` : undefined;
    }),
  ];
}

/** A policy is JSON in a text. One that is put together by Terraform cannot be read here. */
function statementsOf(policy: unknown): readonly Json[] {
  try {
    return blocks(JSON.parse(String(policy)), 'Statement');
  } catch {
    return [];
  }
}

/** What the parts of an environment may do, and who may steer them. */
export const accountRules: readonly Rule[] = [
  {
    name: 'roles-narrow',
    demand: 'No role may do everything, nor everything of a service.',
    why: 'Whoever takes over a node or an add-on has its role: it must not be the whole account.',
    check: tooMuch,
  },
  {
    name: 'kubernetes-api-from-admins',
    demand:
      'Where KIT_ADMIN_CIDRS has to be said, the Kubernetes API is not open to every address.',
    why: 'A hole in its login would be open to the world until AWS has closed it.',
    check: (stack, { preset }) =>
      findings(preset.cidrsRequired ? stack.of('aws_eks_cluster') : [], ({ config }) => {
        const access = block(config, 'vpc_config');
        if (access?.['endpoint_public_access'] === false) return undefined;
        const cidrs = [access?.['public_access_cidrs'] ?? []].flat().map(String);
        if (cidrs.length === 0) return 'has no public_access_cidrs, which is every address';
        const everywhere = cidrs.find((cidr) => cidr.endsWith('/0'));
        return everywhere === undefined ? undefined : `lets ${everywhere} in`;
      }),
  },
];
