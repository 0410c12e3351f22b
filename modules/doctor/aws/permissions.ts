import { blocks, object } from '../../synthesized/index.ts';
import type { Json } from '../../synthesized/index.ts';
import { advice } from '../advice.ts';
import { fault, ok, warning } from '../examination.ts';
import type { Examined } from '../examination.ts';
import type { Outside } from '../../outside/index.ts';
import type { Caller } from './account.ts';
import { askAws } from '../../outside/index.ts';
import type { AwsAnswer } from '../../outside/index.ts';

const name = 'permissions';
/** Actions that AWS takes in one question. */
const actionCountMax = 100;
/** Questions at one time: each is a process that takes a processor for half a second. */
const togetherCount = 4;

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

  const missing = new Set<string>();
  const all = questions(policy, options);
  for (let index = 0; index < all.length; index += togetherCount) {
    const some = all.slice(index, index + togetherCount);
    for (const asked of await Promise.all(some.map((one) => ask(outside, caller, one)))) {
      if (!asked.isAnswered) return unread(asked.reason);
      for (const action of denied(asked.answer)) missing.add(action);
    }
  }
  return missing.size === 0
    ? ok(name, `all of the deployer's policy, for ${caller.principal}`)
    : fault(
        name,
        advice('PERMISSIONS_MISSING', {
          principal: caller.principal,
          actions: [...missing].sort(),
        }),
      );
}

interface Question {
  readonly actions: readonly string[];
  readonly resource: string;
  /** What a request would be, where the statement asks for it: `ContextKeyName=…`. */
  readonly context: readonly string[];
}

function ask(outside: Outside, { principal }: Caller, question: Question): Promise<AwsAnswer> {
  const { actions, resource, context } = question;
  return askAws(outside, [
    'iam',
    'simulate-principal-policy',
    '--policy-source-arn',
    principal,
    '--action-names',
    ...actions,
    '--resource-arns',
    resource,
    ...(context.length === 0 ? [] : ['--context-entries', ...context]),
  ]);
}

function questions(
  policy: Json,
  { caller, region }: { readonly caller: Caller; readonly region: string },
): Question[] {
  return blocks(policy, 'Statement').flatMap(({ Effect, Action, Resource, Condition }) => {
    if (Effect !== 'Allow') return [];
    const context = contextOf(object(Condition));
    const actions = [Action].flat().map(String);
    const [first = '*'] = [Resource].flat().map(String);
    const resource = first === '*' ? first : exampleOf(first, caller.account, region);
    const parts = Array.from({ length: Math.ceil(actions.length / actionCountMax) }, (_, index) =>
      actions.slice(index * actionCountMax, (index + 1) * actionCountMax),
    );
    return parts.map((part) => ({ actions: part, resource, context }));
  });
}

/** A request that keeps the conditions of a statement. */
function contextOf(condition: Json): string[] {
  return Object.values(condition)
    .flatMap((wanted) => Object.entries(object(wanted)))
    .map(([key, value]) => {
      const [first] = [value].flat().map(String);
      // `Null: false` asks for any value at all.
      const given = first === 'false' ? 'example' : (first ?? '').replaceAll('*', 'example');
      return `ContextKeyName=${key},ContextKeyValues=${given},ContextKeyType=string`;
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
