import { object, SynthesizedStack } from '../synthesized/index.ts';
import type { Json } from '../synthesized/index.ts';
import { deployerActions } from './deployer-actions.ts';
import type { Need } from './deployer-actions.ts';
import { scopes } from './deployer-scopes.ts';
import type { Scope, ScopeName } from './deployer-scopes.ts';

/** One statement of a policy. */
export interface Statement extends Scope {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
}

/** What who deploys has to be allowed. */
export interface DeployerPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/**
 * The policy for who deploys and destroys these stacks, from the types of resources in them: one statement
 * for each service and scope, no wildcard among the actions. Throws when a type has no line in
 * `deployer-actions.ts`.
 */
export function deployerPolicy(stacks: readonly Json[]): DeployerPolicy {
  const needs = [...new Set(stacks.flatMap(typesIn))].sort().map(needOf);
  const attached = stacks.flatMap((json) =>
    new SynthesizedStack(json)
      .of('aws_iam_role_policy_attachment')
      .map(({ config }) => String(config['policy_arn'])),
  );
  return {
    Version: '2012-10-17',
    Statement: [...grouped(needs), ...rolePassing(needs), ...roleMaking(needs, attached)],
  };
}

function typesIn(json: Json): readonly string[] {
  const sections = { '': 'resource', 'data.': 'data', 'ephemeral.': 'ephemeral' };
  return Object.entries(sections)
    .flatMap(([prefix, section]) =>
      Object.keys(object(json[section])).map((type) => `${prefix}${type}`),
    )
    .filter((type) => /^(\w+\.)?aws_/.test(type));
}

function needOf(type: string): Need {
  const need = deployerActions[type];
  if (need === undefined) {
    throw new Error(
      `Nobody said what ${type} asks of AWS. Add it to modules/aws/deployer-actions.ts, then run npm run generate.`,
    );
  }
  return need;
}

function grouped(needs: readonly Need[]): Statement[] {
  const actions = new Map<string, Set<string>>();
  const scopeOf = new Map<string, ScopeName>();
  for (const [scope, ...granted] of needs.flatMap(({ grants }) => grants)) {
    for (const action of granted) {
      const [service = ''] = action.split(':');
      const sid = `${service.slice(0, 1).toUpperCase()}${service.slice(1)}${scope}`;
      scopeOf.set(sid, scope);
      actions.set(sid, (actions.get(sid) ?? new Set()).add(action));
    }
  }
  return [...actions]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([sid, found]) => allow(sid, [...found], scopes[scopeOf.get(sid) ?? 'Any']));
}

/** A role is handed to the services that are meant to have it, or it could be handed to any machine. */
function rolePassing(needs: readonly Need[]): Statement[] {
  const services = names(needs.map(({ passesRoleTo }) => passesRoleTo));
  if (services.length === 0) return [];
  const Condition = { StringEquals: { 'iam:PassedToService': services } };
  return [allow('IamPassRole', ['iam:PassRole'], { ...scopes.Roles, Condition })];
}

function roleMaking(needs: readonly Need[], attached: readonly string[]): Statement[] {
  const linked = names(needs.map(({ linksRoleOf }) => linksRoleOf));
  const policies = names([attached]);
  return [
    ...(policies.length === 0
      ? []
      : [
          allow('IamAttach', ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'], {
            ...scopes.Roles,
            Condition: { ArnEquals: { 'iam:PolicyARN': policies } },
          }),
        ]),
    ...(linked.length === 0
      ? []
      : [
          allow('IamLinkedRoles', ['iam:CreateServiceLinkedRole'], {
            Resource: 'arn:aws:iam::*:role/aws-service-role/*',
            Condition: { StringEquals: { 'iam:AWSServiceName': linked } },
          }),
        ]),
  ];
}

function names(lists: readonly (readonly string[] | undefined)[]): readonly string[] {
  return [...new Set(lists.flatMap((list) => list ?? []))].sort();
}

function allow(Sid: string, actions: readonly string[], scope: Scope): Statement {
  return { Sid, Effect: 'Allow', Action: [...actions].sort(), ...scope };
}
