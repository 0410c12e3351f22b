import type { LiveObject } from '../world/world.ts';
import type { Refusal } from './refusal.ts';
import { apiRefusal } from './refusal.ts';
import type { ResourceCall } from './resource-call.ts';
import { sameValue, valueAt } from './values.ts';
import type { Value } from './values.ts';

/** Arguments that no two objects of a type may share, and what the API calls it when two do. */
const unique: Readonly<Record<string, readonly [code: string, ...paths: string[]]>> = {
  aws_cloudwatch_log_group: ['ResourceAlreadyExistsException', 'name'],
  aws_db_instance: ['DBInstanceAlreadyExists', 'identifier'],
  aws_db_parameter_group: ['DBParameterGroupAlreadyExists', 'name'],
  aws_db_subnet_group: ['DBSubnetGroupAlreadyExists', 'name'],
  aws_ecr_repository: ['RepositoryAlreadyExistsException', 'name'],
  aws_eks_access_entry: ['ResourceInUseException', 'cluster_name', 'principal_arn'],
  aws_eks_addon: ['ResourceInUseException', 'cluster_name', 'addon_name'],
  aws_eks_cluster: ['ResourceInUseException', 'name'],
  aws_eks_node_group: ['ResourceInUseException', 'cluster_name', 'node_group_name'],
  aws_iam_role: ['EntityAlreadyExists', 'name'],
  aws_kms_alias: ['AlreadyExistsException', 'name'],
  aws_launch_template: ['InvalidLaunchTemplateName.AlreadyExistsException', 'name'],
  aws_lb: ['DuplicateLoadBalancerName', 'name'],
  aws_lb_listener: ['DuplicateListener', 'load_balancer_arn', 'port'],
  aws_lb_target_group: ['DuplicateTargetGroupName', 'name'],
  aws_route: ['RouteAlreadyExists', 'route_table_id', 'destination_cidr_block'],
  aws_route_table_association: ['Resource.AlreadyAssociated', 'subnet_id', 'gateway_id'],
  aws_secretsmanager_secret: ['ResourceExistsException', 'name'],
  aws_security_group: ['InvalidGroup.Duplicate', 'name', 'vpc_id'],
  aws_subnet: ['InvalidSubnet.Conflict', 'vpc_id', 'cidr_block'],
};

const ofKubernetes = ['AlreadyExists', 'metadata.namespace', 'metadata.name'] as const;

/** A name that another live object of the type has already. */
export function refuseCollision(call: ResourceCall): Refusal | undefined {
  const { op, type, live, values } = call;
  const [code, ...paths] = type.startsWith('kubernetes_') ? ofKubernetes : (unique[type] ?? []);
  if (op !== 'create' || code === undefined) return undefined;
  const namesOf = (value: Value): Value[] =>
    paths.map((path) => valueAt(value, ...path.split('.')) ?? null);
  const mine = namesOf(values);
  const taken = (object: LiveObject): boolean =>
    object.type === type && sameValue(namesOf(object.values), mine);
  if (!live.some(taken)) return undefined;
  const names = mine.filter((name) => name !== null).map(String);
  return apiRefusal(`creating ${type}`, code, `${names.join(', ')} already exists`);
}
