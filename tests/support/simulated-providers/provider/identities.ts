import { textAt } from './values.ts';
import type { Value } from './values.ts';

/** How ids begin where the cloud invents them. */
const prefixes: Readonly<Record<string, string>> = {
  aws_default_security_group: 'sg',
  aws_ebs_volume: 'vol',
  aws_eip: 'eipalloc',
  aws_flow_log: 'fl',
  aws_internet_gateway: 'igw',
  aws_launch_template: 'lt',
  aws_nat_gateway: 'nat',
  aws_network_interface: 'eni',
  aws_route_table: 'rtb',
  aws_route_table_association: 'rtbassoc',
  aws_security_group: 'sg',
  aws_subnet: 'subnet',
  aws_vpc: 'vpc',
  aws_vpc_endpoint: 'vpce',
  aws_vpc_security_group_egress_rule: 'sgr',
  aws_vpc_security_group_ingress_rule: 'sgr',
};

/** Where an id is made of the configuration: the names of its parts and what stands between them. */
const composed: Readonly<Record<string, readonly [string, ...string[]]>> = {
  aws_cloudwatch_log_group: ['', 'name'],
  aws_db_parameter_group: ['', 'name'],
  aws_db_subnet_group: ['', 'name'],
  aws_ecr_lifecycle_policy: ['', 'repository'],
  aws_ecr_repository: ['', 'name'],
  aws_eks_access_entry: [':', 'cluster_name', 'principal_arn'],
  aws_eks_access_policy_association: ['#', 'cluster_name', 'principal_arn', 'policy_arn'],
  aws_eks_addon: [':', 'cluster_name', 'addon_name'],
  aws_eks_cluster: ['', 'name'],
  aws_eks_node_group: [':', 'cluster_name', 'node_group_name'],
  aws_iam_role: ['', 'name'],
  aws_iam_role_policy: [':', 'role', 'name'],
  aws_kms_alias: ['', 'name'],
};

const arnIsId = new Set([
  'aws_acm_certificate',
  'aws_iam_policy',
  'aws_lb',
  'aws_lb_listener',
  'aws_lb_target_group',
  'aws_secretsmanager_secret',
]);

const services: readonly (readonly [RegExp, string])[] = [
  [/^aws_acm_/, 'acm'],
  [/^aws_cloudwatch_log_/, 'logs'],
  [/^aws_db_/, 'rds'],
  [/^aws_ecr_/, 'ecr'],
  [/^aws_eks_/, 'eks'],
  [/^aws_iam_/, 'iam'],
  [/^aws_kms_/, 'kms'],
  [/^aws_lb/, 'elasticloadbalancing'],
  [/^aws_route53_/, 'route53'],
  [/^aws_secretsmanager_/, 'secretsmanager'],
  [/^aws_/, 'ec2'],
];

export interface IdentitySource {
  readonly type: string;
  readonly region: string;
  readonly account: string;
  readonly planned: Value;
  readonly hex: (digits: number) => string;
}

/** The names that a cloud gives a new object: they hang together, so they are made once. */
export interface Identity {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
}

export function inventIdentity(source: IdentitySource): Identity {
  const { type, region, account, planned, hex } = source;
  const metadata = textAt(planned, 'metadata', 'name');
  const named = ['name', 'identifier', 'node_group_name'].map((part) => textAt(planned, part));
  const prefix = ['name_prefix', 'identifier_prefix', 'node_group_name_prefix']
    .map((part) => textAt(planned, part))
    .find((text) => text !== undefined);
  const name =
    named.find((text) => text !== undefined) ??
    metadata ??
    (prefix === undefined ? `terraform-${hex(20)}` : `${prefix}${hex(20)}`);
  const [, service = 'ec2'] = services.find(([pattern]) => pattern.test(type)) ?? [];
  const place = service === 'iam' ? '' : region;
  const kind = type.replace(/^aws_(db|eks|iam|lb|ecr|kms|acm)_/, '').replace(/^aws_/, '');
  const path = namedInArn.has(type)
    ? `${kind.replace(/_/g, '-')}/${name}`
    : `${kind.replace(/_/g, '-')}/${hex(16)}`;
  const arn = `arn:aws:${service}:${place}:${account}:${path}`;
  return { id: inventId(source, name, arn), arn, name };
}

const namedInArn = new Set(['aws_iam_role', 'aws_eks_cluster', 'aws_ecr_repository']);

function inventId({ type, planned, hex }: IdentitySource, name: string, arn: string): string {
  if (type.startsWith('kubernetes_')) {
    const namespace = textAt(planned, 'metadata', 'namespace');
    return namespace === undefined ? name : `${namespace}/${name}`;
  }
  if (arnIsId.has(type)) return arn;
  const parts = composed[type];
  if (parts !== undefined) {
    const [between, ...names] = parts;
    return names.map((part) => textAt(planned, part) ?? name).join(between);
  }
  const prefix = prefixes[type];
  return prefix === undefined
    ? `${type.replace(/^[a-z]+_/, '')}-${hex(16)}`
    : `${prefix}-${hex(17)}`;
}
