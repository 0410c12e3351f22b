import { isObject, sameValue } from './values.ts';
import type { Value } from './values.ts';

/**
 * Arguments whose change makes another object of it. No schema says so, so they stand here: those that
 * the stacks use, by the documentation of the providers. Dots lead into blocks.
 */
export const replacements: Readonly<Record<string, readonly string[]>> = {
  aws_acm_certificate: ['domain_name', 'subject_alternative_names', 'validation_method'],
  aws_autoscaling_attachment: ['autoscaling_group_name', 'elb', 'lb_target_group_arn'],
  aws_cloudwatch_log_group: ['name', 'name_prefix'],
  aws_db_instance: [
    'availability_zone',
    'character_set_name',
    'db_name',
    'engine',
    'identifier_prefix',
    'kms_key_id',
    'storage_encrypted',
    'username',
  ],
  aws_db_parameter_group: ['description', 'family', 'name', 'name_prefix'],
  aws_db_subnet_group: ['name', 'name_prefix'],
  aws_default_security_group: ['vpc_id'],
  aws_ebs_volume: ['availability_zone', 'encrypted', 'kms_key_id', 'snapshot_id'],
  aws_ecr_lifecycle_policy: ['policy', 'repository'],
  aws_ecr_repository: ['encryption_configuration', 'name'],
  aws_eip: ['domain', 'network_border_group'],
  aws_eks_access_entry: ['cluster_name', 'principal_arn', 'type'],
  aws_eks_access_policy_association: [
    'access_scope',
    'cluster_name',
    'policy_arn',
    'principal_arn',
  ],
  aws_eks_addon: ['addon_name', 'cluster_name'],
  aws_eks_cluster: [
    'access_config.bootstrap_cluster_creator_admin_permissions',
    'bootstrap_self_managed_addons',
    'encryption_config.provider',
    'encryption_config.resources',
    'kubernetes_network_config.ip_family',
    'kubernetes_network_config.service_ipv4_cidr',
    'name',
    'role_arn',
  ],
  aws_eks_node_group: [
    'ami_type',
    'capacity_type',
    'cluster_name',
    'disk_size',
    'instance_types',
    'launch_template.id',
    'launch_template.name',
    'node_group_name',
    'node_group_name_prefix',
    'node_role_arn',
    'subnet_ids',
  ],
  aws_flow_log: ['log_destination', 'subnet_id', 'traffic_type', 'vpc_id'],
  aws_iam_role: ['name', 'name_prefix', 'path'],
  aws_iam_role_policy: ['name', 'name_prefix', 'role'],
  aws_iam_role_policy_attachment: ['policy_arn', 'role'],
  aws_kms_alias: ['name', 'name_prefix'],
  aws_launch_template: ['name', 'name_prefix'],
  aws_lb: ['internal', 'load_balancer_type', 'name', 'name_prefix'],
  aws_lb_listener: ['load_balancer_arn'],
  aws_lb_target_group: [
    'ip_address_type',
    'name',
    'name_prefix',
    'port',
    'protocol',
    'target_type',
    'vpc_id',
  ],
  aws_nat_gateway: ['allocation_id', 'connectivity_type', 'subnet_id'],
  aws_route: ['destination_cidr_block', 'destination_ipv6_cidr_block', 'route_table_id'],
  aws_route53_record: ['name', 'set_identifier', 'type', 'zone_id'],
  aws_route_table: ['vpc_id'],
  aws_route_table_association: ['gateway_id', 'subnet_id'],
  aws_secretsmanager_secret: ['name', 'name_prefix'],
  aws_secretsmanager_secret_version: ['secret_id', 'secret_string', 'secret_string_wo_version'],
  aws_security_group: ['description', 'name', 'name_prefix', 'vpc_id'],
  aws_subnet: ['availability_zone', 'availability_zone_id', 'cidr_block', 'vpc_id'],
  aws_vpc: ['cidr_block', 'instance_tenancy'],
  aws_vpc_endpoint: ['service_name', 'vpc_endpoint_type', 'vpc_id'],
  aws_vpc_security_group_egress_rule: ['security_group_id'],
  aws_vpc_security_group_ingress_rule: ['security_group_id'],
  digitalocean_kubernetes_cluster: ['name', 'node_pool.size', 'region', 'vpc_uuid'],
  digitalocean_database_cluster: ['engine', 'name'],
  google_compute_disk: ['disk_encryption_key', 'name', 'type', 'zone'],
  google_container_cluster: [
    'datapath_provider',
    'initial_node_count',
    'location',
    'name',
    'network',
  ],
  google_sql_database_instance: ['encryption_key_name', 'name', 'region', 'settings.disk_type'],
  kubernetes_persistent_volume_claim_v1: [
    'spec.access_modes',
    'spec.selector',
    'spec.storage_class_name',
    'spec.volume_name',
  ],
  kubernetes_service_v1: ['spec.cluster_ip'],
  kubernetes_stateful_set_v1: [
    'spec.pod_management_policy',
    'spec.revision_history_limit',
    'spec.selector',
    'spec.service_name',
    'spec.volume_claim_template',
  ],
  kubernetes_storage_class_v1: [
    'parameters',
    'reclaim_policy',
    'storage_provisioner',
    'volume_binding_mode',
  ],
};

/** Every object of Kubernetes is another one under another name. */
const ofKubernetes = ['metadata.generate_name', 'metadata.name', 'metadata.namespace'];

/** Sizes that only grow; a smaller one makes a new object where the provider says so. */
const replacedWhenSmaller: Readonly<Record<string, readonly string[]>> = {
  google_compute_disk: ['size'],
  google_sql_database_instance: ['settings.disk_size'],
};

export type StepPath = readonly (string | number)[];

/** Where a change forces a new object, for Terraform's plan; empty when the change is made in place. */
export function replacedAt(type: string, prior: Value, next: Value): readonly StepPath[] {
  const paths = [
    ...(replacements[type] ?? []),
    ...(type.startsWith('kubernetes_') ? ofKubernetes : []),
  ];
  const changed = paths.flatMap((path) => changes(path.split('.'), prior, next, differ));
  const smaller = (replacedWhenSmaller[type] ?? []).flatMap((path) =>
    changes(path.split('.'), prior, next, (before, after) => Number(after) < Number(before)),
  );
  return [...changed, ...smaller];
}

/** A value that is not known yet counts as another one: so it does for Terraform. */
function differ(before: Value, after: Value): boolean {
  return !sameValue(before, after);
}

function changes(
  names: readonly string[],
  prior: Value,
  next: Value,
  counts: (before: Value, after: Value) => boolean,
): StepPath[] {
  const [name = '', ...rest] = names;
  const before = isObject(prior) ? (prior[name] ?? null) : null;
  const after = isObject(next) ? (next[name] ?? null) : null;
  if (rest.length === 0) return counts(before, after) ? [[name]] : [];
  if (!Array.isArray(before) || !Array.isArray(after)) return [];
  return before.flatMap((element, index) =>
    changes(rest, element, after[index] ?? null, counts).map((path) => [name, index, ...path]),
  );
}
