import { IamRole } from '@cdktf/provider-aws/lib/iam-role/index.js';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment/index.js';
import { nameOf } from './site.ts';
import type { Site } from './site.ts';

/** What one statement of a policy allows. */
export interface Allowance {
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A policy that allows this, and nothing else. */
export function policyAllowing(...statements: readonly Allowance[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
  });
}

/** A role that a service of AWS takes on, and nobody else. */
export function serviceRole(
  site: Site,
  part: string,
  trust: { readonly service: string; readonly actions?: readonly string[] },
): IamRole {
  const { scope, settings, after } = site;
  return new IamRole(scope, `${part}-role`, {
    name: nameOf(site, part),
    description: `Taken on by ${trust.service} for ${settings.name}`,
    assumeRolePolicy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: trust.service },
          Action: trust.actions ?? ['sts:AssumeRole'],
        },
      ],
    }),
    dependsOn: [...after],
  });
}

/** Gives a role one of the policies that AWS maintains. */
export function attachManaged(
  { scope }: Site,
  role: IamRole,
  part: string,
  policy: string,
): IamRolePolicyAttachment {
  return new IamRolePolicyAttachment(scope, part, {
    role: role.name,
    policyArn: `arn:aws:iam::aws:policy/${policy}`,
  });
}
