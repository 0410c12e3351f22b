import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { examinePermissions } from '../../../../../modules/doctor/aws/permissions.ts';
import { outsideOf, Refusal, repositoryRoot } from '../../../../support/index.ts';
import { inShort } from '../in-short.ts';

const caller = { account: '111122223333', principal: 'arn:aws:iam::111122223333:role/deployer' };
const policy = {
  Statement: [
    { Effect: 'Allow', Action: ['ec2:CreateVpc', 'ec2:DeleteVpc'], Resource: '*' },
    {
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: ['arn:aws:iam::*:role/thebes-*', 'arn:aws:iam::*:role/other'],
    },
  ],
};
const options = { caller, region: 'eu-central-1', policy };
const simulate = 'aws iam simulate-principal-policy';

function decided(...results: readonly object[]) {
  return { EvaluationResults: results };
}

describe('examinePermissions', () => {
  test('asks for each statement, about a resource that it means', async () => {
    const outside = outsideOf([[simulate, decided({ EvalDecision: 'allowed' })]]);
    expect(inShort([await examinePermissions(outside, options)])).toEqual([
      `ok permissions: all of the deployer's policy, for ${caller.principal}`,
    ]);
    expect(outside.commands).toEqual([
      `${simulate} --policy-source-arn ${caller.principal} --action-names ec2:CreateVpc ec2:DeleteVpc --resource-arns * --output json`,
      `${simulate} --policy-source-arn ${caller.principal} --action-names iam:PassRole --resource-arns arn:aws:iam::111122223333:role/thebes-example --output json`,
    ]);
  });

  test('names what is denied, and leaves out what depends on the request', async () => {
    const outside = outsideOf([
      [
        simulate,
        decided(
          { EvalActionName: 'ec2:CreateVpc', EvalDecision: 'implicitDeny' },
          {
            EvalActionName: 'ec2:DeleteVpc',
            EvalDecision: 'implicitDeny',
            MissingContextValues: ['aws:ResourceTag/kit:env'],
          },
        ),
      ],
      [`${simulate} --policy-source-arn ${caller.principal} --action-names iam:PassRole`, {}],
    ]);
    const examined = await examinePermissions(outside, options);
    expect(inShort([examined])).toEqual(['problem permissions: PERMISSIONS_MISSING']);
    expect(examined).toMatchObject({
      problem: { received: `${caller.principal} lacks ec2:CreateVpc` },
    });
  });

  test('asks about a request that keeps the conditions of a statement', async () => {
    const outside = outsideOf([[simulate, decided()]]);
    const Condition = {
      StringEquals: { 'aws:ResourceTag/kit:name': 'thebes' },
      StringLike: { 'aws:ResourceTag/aws:eks:cluster-name': ['thebes-*', 'x'] },
      Null: { 'ec2:CreateAction': 'false' },
    };
    const Statement = [{ Effect: 'Allow', Action: 'ec2:CreateTags', Resource: '*', Condition }];
    await examinePermissions(outside, { ...options, policy: { Statement } });
    const [asked = ''] = outside.commands;
    expect(asked.match(/ContextKeyName=\S+/g)).toEqual([
      'ContextKeyName=aws:ResourceTag/kit:name,ContextKeyValues=thebes,ContextKeyType=string',
      'ContextKeyName=aws:ResourceTag/aws:eks:cluster-name,ContextKeyValues=thebes-example,ContextKeyType=string',
      'ContextKeyName=ec2:CreateAction,ContextKeyValues=example,ContextKeyType=string',
    ]);
  });

  test('can ask about every statement of the policy that comes with the kit', async () => {
    const file = join(repositoryRoot, 'docs/reference/aws-deployer-policy.json');
    const real = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const outside = outsideOf([[simulate, decided()]]);
    const examined = await examinePermissions(outside, { ...options, policy: real });
    expect(examined.verdict).toBe('ok');
    expect(outside.commands.length).toBeGreaterThan(10);
    expect(outside.commands.filter((text) => /--resource-arns \S*\*\S/.test(text))).toEqual([]);
  });

  test('asks about at most a hundred actions at once', async () => {
    const outside = outsideOf([[simulate, decided()]]);
    const Action = Array.from({ length: 201 }, (_, index) => `ec2:Action${index}`);
    const many = { Statement: [{ Effect: 'Allow', Action, Resource: '*' }] };
    await examinePermissions(outside, { ...options, policy: many });
    expect(outside.commands.map((text) => text.match(/ec2:/g)?.length)).toEqual([100, 100, 1]);
  });

  test('says that it could not look, without a permission to or without the file', async () => {
    const outside = outsideOf([[simulate, Refusal.ofAws('AccessDenied')]]);
    const denied = await examinePermissions(outside, options);
    const without = await examinePermissions(outside, { ...options, policy: undefined });
    expect(inShort([denied, without])).toEqual([
      'warning permissions: NOT_READABLE',
      'warning permissions: NOT_READABLE',
    ]);
  });

  test('asks nothing about the account itself', async () => {
    const outside = outsideOf([]);
    const root = { ...caller, principal: 'arn:aws:iam::111122223333:root' };
    const examined = await examinePermissions(outside, { ...options, caller: root });
    expect(examined.verdict).toBe('ok');
    expect(outside.commands).toEqual([]);
  });
});
