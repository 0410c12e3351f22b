import { blocks } from '../../synthesized/index.ts';
import type { Json } from '../../synthesized/index.ts';
import { advice } from '../advice.ts';
import { fault, ok, warning } from '../examination.ts';
import type { Examined } from '../examination.ts';
import type { Outside } from '../../outside/index.ts';
import type { Caller } from './account.ts';
import { askAws } from '../../outside/index.ts';

const name = 'permissions';
/** Actions that AWS takes in one question. */
const actionCountMax = 100;

/**
 * Whether who is logged in has the permissions of the deployer's policy. AWS is asked to play it through;
 * what depends on facts that only a real request has (tags, for one) is left out of the verdict.
 */
export async function examinePermissions(
  outside: Outside,
  options: { readonly caller: Caller; readonly region: string; readonly policy: Json | undefined },
): Promise<Examined> {
  const { caller, policy } = options;
  const unread = (reason: string): Examined =>
    warning(
      name,
      advice('NOT_READABLE', {
        what: 'Whether who is logged in may do all that a deploy does',
        reason,
        need: 'the permission iam:SimulatePrincipalPolicy, and docs/reference/aws-deployer-policy.json',
      }),
    );
  if (policy === undefined) return unread('the policy file is not there');
  if (caller.principal.endsWith(':root')) return ok(name, 'the account itself, which may do all');

  const missing: string[] = [];
  for (const { actions, resource } of questions(policy, options)) {
    const who = ['--policy-source-arn', caller.principal];
    const what = ['--action-names', ...actions, '--resource-arns', resource];
    const asked = await askAws(outside, ['iam', 'simulate-principal-policy', ...who, ...what]);
    if (!asked.isAnswered) return unread(asked.reason);
    missing.push(...denied(asked.answer));
  }
  return missing.length === 0
    ? ok(name, `all of the deployer's policy, for ${caller.principal}`)
    : fault(
        name,
        advice('PERMISSIONS_MISSING', { principal: caller.principal, actions: missing.sort() }),
      );
}

function questions(
  policy: Json,
  { caller, region }: { readonly caller: Caller; readonly region: string },
): { readonly actions: readonly string[]; readonly resource: string }[] {
  return blocks(policy, 'Statement').flatMap(({ Effect, Action, Resource }) => {
    if (Effect !== 'Allow') return [];
    const actions = [Action].flat().map(String);
    const [first = '*'] = [Resource].flat().map(String);
    const resource = first === '*' ? first : exampleOf(first, caller.account, region);
    const parts = Array.from({ length: Math.ceil(actions.length / actionCountMax) }, (_, index) =>
      actions.slice(index * actionCountMax, (index + 1) * actionCountMax),
    );
    return parts.map((part) => ({ actions: part, resource }));
  });
}

/** A resource that a pattern means: questions are about one, not about patterns. */
function exampleOf(pattern: string, account: string, region: string): string {
  const [arn, partition, service, where, whose, ...rest] = pattern.split(':');
  if (rest.length === 0) return pattern;
  const place = where === '' ? '' : region;
  const owner = whose === '' ? '' : account;
  return [arn, partition === '*' ? 'aws' : partition, service, place, owner, ...rest]
    .join(':')
    .replaceAll('*', 'example');
}

function denied(answer: Json): string[] {
  return blocks(answer, 'EvaluationResults')
    .filter(({ EvalDecision }) => EvalDecision !== 'allowed')
    .filter(({ MissingContextValues }) => [MissingContextValues ?? []].flat().length === 0)
    .map(({ EvalActionName }) => String(EvalActionName));
}
