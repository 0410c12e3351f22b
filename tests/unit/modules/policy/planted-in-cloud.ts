import type { Planted } from './planted.ts';

/** Violations in what the cloud is asked for. */
export const plantedInCloud: readonly Planted[] = [
  [
    'storage-encrypted',
    ({ resource }) => delete resource.aws_db_instance.database['storage_encrypted'],
    'aws_db_instance.database: storage_encrypted is not true',
  ],
  [
    'storage-encrypted',
    ({ resource }) => (resource.aws_ebs_volume['messages-0']['encrypted'] = false),
    'aws_ebs_volume.messages-0: encrypted is not true',
  ],
  [
    'storage-encrypted',
    ({ resource }) =>
      delete resource.aws_launch_template.nodes.block_device_mappings[0]?.ebs['encrypted'],
    'aws_launch_template.nodes: a disk of its nodes is not encrypted',
  ],
  [
    'storage-encrypted',
    ({ resource }) => (resource.aws_launch_template.nodes.block_device_mappings = []),
    'aws_launch_template.nodes: the disk of its nodes is not set',
  ],
  [
    'database-private',
    ({ resource }) => (resource.aws_db_instance.database['publicly_accessible'] = true),
    'aws_db_instance.database: publicly_accessible is not false',
  ],
  [
    'database-logs',
    ({ resource }) => delete resource.aws_db_instance.database['enabled_cloudwatch_logs_exports'],
    'aws_db_instance.database: enabled_cloudwatch_logs_exports lacks postgresql',
  ],
  [
    'database-speaks-tls',
    ({ resource }) => (resource.aws_db_parameter_group.database.parameter = []),
    'aws_db_parameter_group.database: rds.force_ssl is not 1',
  ],
  [
    'no-open-network',
    ({ resource }) =>
      (resource.aws_vpc_security_group_ingress_rule['open'] = {
        description: 'by mistake',
        security_group_id: '${aws_security_group.database.id}',
        cidr_ipv4: '0.0.0.0/0',
      }),
    'aws_vpc_security_group_ingress_rule.open: lets 0.0.0.0/0 in',
  ],
  [
    'no-open-network',
    ({ resource }) =>
      (resource.aws_vpc_security_group_ingress_rule['open'] = {
        description: 'by mistake',
        security_group_id: '${aws_eks_cluster.cluster.vpc_config[0].cluster_security_group_id}',
        cidr_ipv6: '::/0',
      }),
    'aws_vpc_security_group_ingress_rule.open: lets ::/0 in',
  ],
  [
    'no-open-network',
    ({ resource }) =>
      (resource.aws_security_group.database['ingress'] = [{ cidr_blocks: ['0.0.0.0/0'] }]),
    'aws_security_group.database: lets 0.0.0.0/0 in',
  ],
  [
    'load-balancer-from-clients',
    ({ resource }) =>
      (resource.aws_vpc_security_group_ingress_rule['clients'] = {
        description: 'clients',
        security_group_id: '${aws_security_group.front.id}',
        cidr_ipv4: '198.51.100.0/24',
      }),
    'aws_vpc_security_group_ingress_rule.clients: lets 198.51.100.0/24 in',
  ],
  [
    'rules-described',
    ({ resource }) => delete resource.aws_security_group.front['description'],
    'aws_security_group.front: has no description',
  ],
  [
    'instance-metadata-v2',
    ({ resource }) =>
      (resource.aws_launch_template.nodes.metadata_options['http_tokens'] = 'optional'),
    'aws_launch_template.nodes: http_tokens is not "required"',
  ],
  [
    'instance-metadata-v2',
    ({ resource }) =>
      (resource.aws_launch_template.nodes.metadata_options['http_put_response_hop_limit'] = 2),
    'aws_launch_template.nodes: http_put_response_hop_limit is not 1',
  ],
  [
    'flow-logs',
    ({ resource }) => delete (resource.aws_flow_log as Record<string, unknown>)['log'],
    'aws_vpc.vpc: has no aws_flow_log',
  ],
  [
    'no-secret-written-down',
    ({ resource }) => (resource.aws_db_instance.database['password'] = 'hunter2hunter2'),
    'aws_db_instance.database: password is written down',
  ],
  [
    'everything-tagged',
    ({ provider }) => delete provider.aws[0]['default_tags'],
    'provider.aws: lacks the default tags kit:env, kit:expires, kit:owner',
  ],
  [
    'everything-tagged',
    ({ resource }) => resource.aws_launch_template.nodes.tag_specifications.pop(),
    'aws_launch_template.nodes: starts nodes without kit:env on volume',
  ],
  [
    'everything-tagged',
    ({ resource }) => {
      const [instance] = resource.aws_launch_template.nodes.tag_specifications;
      if (instance !== undefined) instance.tags['kit:expires'] = '1764547200';
    },
    'aws_launch_template.nodes: carries kit:expires, so that a later end would replace all nodes',
  ],
  [
    'protected-sizes-locked',
    ({ resource }) => (resource.terraform_data.lock['lifecycle'] = { prevent_destroy: false }),
    'terraform_data.lock: is missing, or does not prevent destroy',
  ],
  [
    'protected-sizes-locked',
    ({ resource }) => delete resource.aws_lb.front['enable_deletion_protection'],
    'aws_lb.front: enable_deletion_protection is not true',
  ],
  [
    'protected-sizes-locked',
    ({ resource }) => (resource.aws_db_instance.database['skip_final_snapshot'] = true),
    'aws_db_instance.database: skips its final snapshot',
  ],
  [
    'providers-pinned',
    ({ terraform }) => (terraform.required_providers.aws.version = '~> 6.25'),
    'terraform.required_providers.aws: is asked for as ~> 6.25',
  ],
  [
    'versions-supported',
    ({ resource }) => (resource.aws_eks_cluster.cluster['version'] = '1.29'),
    'aws_eks_cluster.cluster: asks for 1.29, of which no end is written down',
  ],
  [
    'storage-encrypted',
    ({ resource }) => delete resource.aws_eks_node_group['nodes-a']['launch_template'],
    'aws_eks_node_group.nodes-a: has no launch_template, which says how its nodes are',
  ],
  [
    'storage-encrypted',
    ({ resource }) => delete resource.aws_eks_cluster.cluster['encryption_config'],
    'aws_eks_cluster.cluster: encryption_config lacks secrets',
  ],
  [
    'database-speaks-tls',
    ({ resource }) => (resource.aws_db_instance.database['parameter_group_name'] = 'default'),
    'aws_db_instance.database: has no parameter group of this stack',
  ],
  ...[
    ['0.0.0.0/1', 'cidr_ipv4'],
    ['10.0.0.0/0', 'cidr_ipv4'],
    ['203.0.113.0/24', 'cidr_ipv4'],
    ['pl-0123456789abcdef0', 'prefix_list_id'],
  ].map(([network = '', argument = '']): Planted => [
    'no-open-network',
    ({ resource }) =>
      (resource.aws_vpc_security_group_ingress_rule['open'] = {
        description: 'by mistake',
        security_group_id: '${aws_security_group.database.id}',
        [argument]: network,
      }),
    `aws_vpc_security_group_ingress_rule.open: lets ${network} in`,
  ]),
  [
    'no-open-network',
    ({ resource }) => (resource.aws_eks_node_group['nodes-b']['remote_access'] = {}),
    'aws_eks_node_group.nodes-b: has nodes open for SSH',
  ],
  [
    'roles-narrow',
    ({ resource }) =>
      (resource.aws_iam_role_policy.disks['policy'] =
        '{"Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]}'),
    'aws_iam_role_policy.disks: allows kms:*',
  ],
  [
    'roles-narrow',
    ({ resource }) =>
      (resource.aws_iam_role_policy_attachment.nodes['policy_arn'] =
        'arn:aws:iam::aws:policy/AdministratorAccess'),
    'aws_iam_role_policy_attachment.nodes: attaches arn:aws:iam::aws:policy/AdministratorAccess',
  ],
  [
    'kubernetes-api-from-admins',
    ({ resource }) =>
      (resource.aws_eks_cluster.cluster['vpc_config'] = { public_access_cidrs: ['0.0.0.0/0'] }),
    'aws_eks_cluster.cluster: lets 0.0.0.0/0 in',
  ],
  [
    'kubernetes-api-from-admins',
    ({ resource }) => (resource.aws_eks_cluster.cluster['vpc_config'] = {}),
    'aws_eks_cluster.cluster: has no public_access_cidrs, which is every address',
  ],
  [
    'no-secret-written-down',
    ({ provider }) => (provider.aws[0]['secret_key'] = 'hunter2hunter2'),
    'provider.aws: aws.secret_key is written down',
  ],
  [
    'no-secret-written-down',
    ({ locals }) => (locals['root_password'] = 'hunter2hunter2'),
    'local.root_password: root_password is written down',
  ],
  [
    'no-secret-written-down',
    ({ resource }) =>
      (resource.aws_db_instance.database['password'] = '${upper("hunter2.hunter")}'),
    'aws_db_instance.database: password is written down',
  ],
  [
    'images-pinned',
    ({ resource }) => (resource.aws_ecr_repository.broker['image_tag_mutability'] = 'MUTABLE'),
    'aws_ecr_repository.broker: takes a tag more than once',
  ],
  [
    'protected-sizes-locked',
    ({ resource }) => (resource.aws_db_instance.database['backup_retention_period'] = 0),
    'aws_db_instance.database: keeps no backups',
  ],
  [
    'versions-supported',
    ({ resource }) => delete resource.aws_eks_cluster.cluster['version'],
    'aws_eks_cluster.cluster: leaves its version to the cloud',
  ],
];
