import { readFileSync } from 'node:fs';
import path from 'node:path';
import { deployerPolicy } from '../../../../modules/aws/index.ts';
import type { Statement } from '../../../../modules/aws/index.ts';
import type { Json } from '../../../../modules/synthesized/index.ts';
import { repositoryRoot } from '../../../support/index.ts';

function statements(...stacks: readonly Json[]): Readonly<Record<string, Statement>> {
  const { Statement } = deployerPolicy(stacks);
  return Object.fromEntries(Statement.map((statement) => [statement.Sid, statement]));
}

const generated = JSON.parse(
  readFileSync(path.join(repositoryRoot, 'docs/reference/aws-deployer-policy.json'), 'utf8'),
) as { readonly Statement: readonly Statement[] };

describe('deployerPolicy', () => {
  test('allows what the types in the stacks need, service by service, and nothing else', () => {
    const route = { resource: { aws_route: { out: {} }, kubernetes_namespace_v1: { broker: {} } } };
    const zones = { data: { aws_availability_zones: { zones: {} } } };
    const tagged = { StringEquals: { 'aws:ResourceTag/kit:name': 'thebes' } };
    expect(deployerPolicy([route, zones, route]).Statement).toEqual([
      {
        Sid: 'Ec2Any',
        Effect: 'Allow',
        Action: ['ec2:DescribeAvailabilityZones', 'ec2:DescribeRouteTables'],
        Resource: '*',
      },
      {
        Sid: 'Ec2Tagged',
        Effect: 'Allow',
        Action: ['ec2:CreateRoute', 'ec2:DeleteRoute', 'ec2:ReplaceRoute'],
        Resource: '*',
        Condition: tagged,
      },
    ]);
  });

  test('rejects a type that nobody has written down, with the place to do so', () => {
    expect(() => deployerPolicy([{ resource: { aws_sqs_queue: { a: {} } } }])).toThrow(
      'Nobody said what aws_sqs_queue asks of AWS. Add it to modules/aws/deployer-actions.ts',
    );
    expect(() => deployerPolicy([{ data: { aws_region: { a: {} } } }])).toThrow('data.aws_region');
  });

  test('hands roles to the services that are meant to have them, and to no other', () => {
    const { IamPassRole, IamLinkedRoles } = statements({
      resource: { aws_eks_cluster: { a: {} }, aws_flow_log: { b: {} } },
    });
    expect(IamPassRole).toMatchObject({
      Action: ['iam:PassRole'],
      Resource: 'arn:aws:iam::*:role/thebes-*',
      Condition: {
        StringEquals: {
          'iam:PassedToService': ['eks.amazonaws.com', 'vpc-flow-logs.amazonaws.com'],
        },
      },
    });
    expect(IamLinkedRoles?.Condition).toEqual({
      StringEquals: { 'iam:AWSServiceName': ['eks.amazonaws.com'] },
    });
  });

  test('lets the policies be attached that are attached, and no stronger one', () => {
    const policy_arn = 'arn:aws:iam::aws:policy/AmazonEKSClusterPolicy';
    const { IamAttach } = statements({
      resource: { aws_iam_role_policy_attachment: { a: { policy_arn }, b: { policy_arn } } },
    });
    expect(IamAttach?.Condition).toEqual({ ArnEquals: { 'iam:PolicyARN': [policy_arn] } });
  });
});

describe('The generated policy for who deploys', () => {
  const { Statement: all } = generated;

  test('names every action, and no action twice in one statement', () => {
    const actions = all.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => !/^[a-z0-9]+:[A-Z]\w+$/.test(action))).toEqual([]);
    for (const { Action } of all) expect(new Set(Action).size).toBe(Action.length);
  });

  test('narrows all that destroys or changes to what bears the name or the tag of the kit', () => {
    const loose = all
      .filter(({ Resource, Condition }) => Resource === '*' && Condition === undefined)
      .flatMap(({ Action }) => Action)
      .filter((action) =>
        /:(Delete|Modify|Update|Put|Detach|Release|Revoke|Schedule)/.test(action),
      );
    expect(loose).toEqual([]);
  });

  test('fits into a role, and cut in two into managed policies', () => {
    const characters = (statements: readonly Statement[]): number =>
      JSON.stringify({ Version: '2012-10-17', Statement: statements }).length;
    expect(characters(all)).toBeLessThanOrEqual(10_240);
    const cut = all.findIndex(({ Sid }) => Sid.startsWith('Elasticloadbalancing'));
    expect(characters(all.slice(0, cut))).toBeLessThanOrEqual(6_144);
    expect(characters(all.slice(cut))).toBeLessThanOrEqual(6_144);
  });
});
