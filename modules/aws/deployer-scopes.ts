/** On what an action is allowed, and under which condition. */
export interface Scope {
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
}

/** `Tagged`, `Named`: how a scope is called in the names of statements. */
export type ScopeName = keyof typeof scopes;

const tagged = { 'aws:ResourceTag/kit:name': 'thebes' };

/** The scopes of the deployer's policy. Names begin with `thebes-`; what has none of its own has tags. */
export const scopes = {
  /** What cannot be narrowed: reading lists, and making what has no name yet. */
  Any: { Resource: '*' },
  Tagged: { Resource: '*', Condition: { StringEquals: tagged } },
  /** Tags, while the thing that bears them is made. */
  Created: { Resource: '*', Condition: { Null: { 'ec2:CreateAction': 'false' } } },
  /** The group that every VPC comes with, which has no tags yet. */
  Groups: { Resource: 'arn:aws:ec2:*:*:security-group/*' },
  /** The group that EKS makes for the nodes, with a tag of its own. */
  ClusterGroup: {
    Resource: 'arn:aws:ec2:*:*:security-group/*',
    Condition: { StringLike: { 'aws:ResourceTag/aws:eks:cluster-name': 'thebes-*' } },
  },
  Clusters: { Resource: 'arn:aws:eks:*:*:*/thebes-*' },
  Roles: { Resource: 'arn:aws:iam::*:role/thebes-*' },
  Logs: {
    Resource: [
      'arn:aws:logs:*:*:log-group:/aws/eks/thebes-*',
      'arn:aws:logs:*:*:log-group:/aws/rds/instance/thebes-*',
      'arn:aws:logs:*:*:log-group:/thebes-*',
    ],
  },
  Databases: {
    // A database has an option group too, which is always there.
    Resource: ['arn:aws:rds:*:*:*:thebes-*', 'arn:aws:rds:*:*:og:default*'],
  },
  Secrets: { Resource: 'arn:aws:secretsmanager:*:*:secret:thebes-*' },
  Images: { Resource: 'arn:aws:ecr:*:*:repository/thebes-*' },
  Balancers: { Resource: 'arn:aws:elasticloadbalancing:*:*:*/thebes-*' },
  // EKS names the group of machines after the group of nodes.
  Machines: {
    Resource: 'arn:aws:autoscaling:*:*:autoScalingGroup:*:autoScalingGroupName/eks-thebes-*',
  },
  Aliases: { Resource: 'arn:aws:kms:*:*:alias/thebes-*' },
  Zones: { Resource: ['arn:aws:route53:::hostedzone/*', 'arn:aws:route53:::change/*'] },
} as const satisfies Readonly<Record<string, Scope>>;
