import type { LiveObject, World } from '../world/world.ts';
import { clusterOf } from './cluster-access.ts';
import { makeByController } from './fault-injector.ts';
import type { ResourceCall } from './resource-call.ts';
import { textAt, valueAt } from './values.ts';
import type { Value } from './values.ts';

/** What happens in a cloud beside what was asked for. */
export function sideEffects(call: ResourceCall, world: World): void {
  const { op, type } = call;
  if (op === 'destroy' && type === 'kubernetes_namespace_v1') emptyNamespace(call, world);
  if (op === 'destroy' && type === 'aws_eks_access_entry') dropAssociations(call, world);
  if (op === 'destroy' && type === 'aws_eks_cluster') dropObjects(call, world);
  if (type === 'kubernetes_service_v1' && textAt(call.values, 'spec', 'type') === 'LoadBalancer') {
    loadBalancerOfService(call, world);
  }
}

/** A namespace takes everything in it along; what Terraform deletes of it later is gone already. */
function emptyNamespace(call: ResourceCall, world: World): void {
  const name = textAt(call.prior, 'metadata', 'name');
  const inside = call.live.filter(
    (object) =>
      object.type.startsWith('kubernetes_') &&
      textAt(object.values as Value, 'metadata', 'namespace') === name,
  );
  for (const object of inside) removeQuietly(object, world, 'went with its namespace');
}

/** A cluster that goes takes along what is in it, whether or not somebody still knew it. */
function dropObjects(call: ResourceCall, world: World): void {
  for (const object of call.live) {
    if (object.type.startsWith('kubernetes_'))
      removeQuietly(object, world, 'went with its cluster');
  }
}

/** An access entry takes the policies that are associated with it along. */
function dropAssociations(call: ResourceCall, world: World): void {
  const same = (object: LiveObject, name: string): boolean =>
    object.values[name] === valueAt(call.prior, name);
  const associations = call.live.filter(
    (object) =>
      object.type === 'aws_eks_access_policy_association' &&
      same(object, 'cluster_name') &&
      same(object, 'principal_arn'),
  );
  for (const object of associations) removeQuietly(object, world, 'went with its access entry');
}

/**
 * The controller of a cluster makes a load balancer for such a Service and removes it with it. When the
 * cluster is gone first, nobody does, and its network interfaces hold the subnets.
 */
function loadBalancerOfService(call: ResourceCall, world: World): void {
  const id = textAt(call.values, 'id') ?? '';
  if (call.op === 'destroy') {
    const made = call.live.filter(({ values }) => values['made_for'] === id);
    for (const object of made) removeQuietly(object, world, 'went with its Service');
  } else if (call.op === 'create') {
    const subnets = valueAt(clusterOf(call)?.values, 'vpc_config', 'subnet_ids');
    const refersTo = Array.isArray(subnets) ? subnets.map(String) : [];
    const object = makeByController(world, { type: 'aws_lb', refersTo });
    world.put({ ...object, values: { ...object.values, made_for: id } });
  }
}

function removeQuietly(object: LiveObject, world: World, reason: string): void {
  world.remove(object.key);
  const { type, id, key, address } = object;
  world.note({
    op: 'controller',
    type,
    id,
    key,
    reason,
    ...(address === undefined ? {} : { address }),
  });
}
