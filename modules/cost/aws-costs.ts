import { block, blocks } from '../synthesized/index.ts';
import type { SynthesizedResource, SynthesizedStack } from '../synthesized/index.ts';

/** So much of something that has a price. */
export interface Amount {
  readonly item: string;
  /** How many; of what is sold by size, how many GB. */
  readonly count: number;
}

type Costs = (resource: SynthesizedResource, stack: SynthesizedStack) => readonly Amount[];

/** What a resource of each type costs by the time that it is there. */
export const awsCosts: Readonly<Record<string, Costs>> = {
  aws_eks_cluster: () => [{ item: 'EKS control plane', count: 1 }],
  aws_eks_node_group: nodeCosts,
  aws_nat_gateway: () => [{ item: 'NAT gateway', count: 1 }],
  aws_eip: () => [{ item: 'public IPv4 address', count: 1 }],
  aws_lb: ({ config }) => [
    { item: 'network load balancer', count: 1 },
    // It takes an address of its own in each of its zones.
    ...(config['internal'] === true
      ? []
      : [{ item: 'public IPv4 address', count: [config['subnets'] ?? []].flat().length }]),
  ],
  aws_ebs_volume: ({ config }) => [{ item: 'gp3 disk', count: Number(config['size']) }],
  aws_db_instance: ({ config }) => {
    const machines = config['multi_az'] === true ? 2 : 1;
    return [
      { item: String(config['instance_class']), count: machines },
      { item: 'database storage, gp3', count: machines * Number(config['allocated_storage']) },
    ];
  },
  aws_secretsmanager_secret: () => [{ item: 'secret', count: 1 }],
  aws_kms_key: () => [{ item: 'customer key', count: 1 }],
};

function nodeCosts({ config }: SynthesizedResource, stack: SynthesizedStack): Amount[] {
  const count = Number(block(config, 'scaling_config')?.['desired_size'] ?? 1);
  const used = (type: string, names: readonly string[]): SynthesizedResource[] =>
    stack.of(type).filter(({ address }) => names.includes(address));
  const [template] = used('aws_launch_template', stack.namedIn(config['launch_template']));
  const type = String(template?.config['instance_type'] ?? [config['instance_types']].flat()[0]);
  const disks = blocks(template?.config, 'block_device_mappings').map((one) => block(one, 'ebs'));
  const isPublic = used('aws_subnet', stack.namedIn(config['subnet_ids'])).some(
    (subnet) => subnet.config['map_public_ip_on_launch'] === true,
  );
  return [
    { item: config['capacity_type'] === 'SPOT' ? `${type}, spot` : type, count },
    ...disks.map((disk) => ({ item: 'gp3 disk', count: count * Number(disk?.['volume_size']) })),
    ...(isPublic ? [{ item: 'public IPv4 address', count }] : []),
  ];
}

/** Types that cost by what goes through or into them, which nobody knows beforehand. */
export const paidByUse: Readonly<Record<string, string>> = {
  aws_cloudwatch_log_group: '0.50 USD for each GB of logs',
  aws_ecr_repository: '0.10 USD a month for each GB of images',
  aws_flow_log: '0.50 USD for each GB of lines about connections',
  aws_lb_listener: '0.006 USD an hour for each unit of the load balancer’s work',
  aws_nat_gateway: '0.045 USD for each GB that goes through it',
};

/** Types that cost nothing by themselves. */
export const freeOfCharge: readonly string[] = [
  'aws_acm_certificate',
  'aws_acm_certificate_validation',
  'aws_autoscaling_attachment',
  'aws_db_parameter_group',
  'aws_db_subnet_group',
  'aws_default_security_group',
  'aws_ecr_lifecycle_policy',
  'aws_eks_access_entry',
  'aws_eks_access_policy_association',
  'aws_eks_addon',
  'aws_eks_pod_identity_association',
  'aws_iam_role',
  'aws_iam_role_policy',
  'aws_iam_role_policy_attachment',
  'aws_internet_gateway',
  'aws_kms_alias',
  'aws_launch_template',
  'aws_lb_target_group',
  'aws_route',
  'aws_route53_record',
  'aws_route_table',
  'aws_route_table_association',
  'aws_secretsmanager_secret_version',
  'aws_security_group',
  'aws_subnet',
  'aws_vpc',
  'aws_vpc_endpoint',
  'aws_vpc_security_group_egress_rule',
  'aws_vpc_security_group_ingress_rule',
  'terraform_data',
];
