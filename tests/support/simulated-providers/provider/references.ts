import type { LiveObject } from '../world/world.ts';
import type { Refusal } from './refusal.ts';
import { apiRefusal } from './refusal.ts';
import type { ResourceCall } from './resource-call.ts';

/**
 * Types that their cloud lets go whoever mentions them: what depends on them keeps a copy, or loses
 * something at a later time. Each is left out of the check below.
 */
const freeToGo = new Set([
  'aws_cloudwatch_log_group',
  'aws_iam_policy_document',
  'aws_kms_key',
  'aws_launch_template',
  'aws_secretsmanager_secret',
]);

/** Text that names things without holding on to them. */
const mentions = new Set(['tags', 'tags_all', 'labels', 'annotations', 'description', 'name']);

/** Where a name, not an id, holds an object: its type, and the argument that carries the name. */
const heldByName: Readonly<Record<string, { own: string; argument: string }>> = {
  aws_db_parameter_group: { own: 'name', argument: 'parameter_group_name' },
  aws_db_subnet_group: { own: 'name', argument: 'db_subnet_group_name' },
  aws_eks_cluster: { own: 'name', argument: 'cluster_name' },
  aws_iam_role: { own: 'name', argument: 'role' },
};

function holds(
  value: unknown,
  handles: ReadonlySet<string>,
  byName: (argument: string, text: string) => boolean,
  argument = '',
): boolean {
  if (typeof value === 'string') return handles.has(value) || byName(argument, value);
  if (Array.isArray(value))
    return value.some((element) => holds(element, handles, byName, argument));
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([name, inner]) => !mentions.has(name) && holds(inner, handles, byName, name),
  );
}

/** Ids that the cloud made up: long, and with a digit, so that no other text is one by chance. */
function handlesOf(object: LiveObject): ReadonlySet<string> {
  const { id, arn, self_link: link } = object.values;
  return new Set(
    [object.id, id, arn, link].filter(
      (text): text is string => typeof text === 'string' && text.length > 8 && /\d/.test(text),
    ),
  );
}

/** Pods are what uses something of the cloud, and run on nodes: the disk of a node that is gone is free. */
const nodes = new Set([
  'aws_eks_node_group',
  'google_container_node_pool',
  'digitalocean_kubernetes_cluster',
]);

/** Live objects that still use this one. */
function holdersOf(object: LiveObject, live: readonly LiveObject[]): readonly LiveObject[] {
  const hasNodes = live.some(({ type }) => nodes.has(type));
  const handles = handlesOf(object);
  const name = heldByName[object.type];
  const byName = (argument: string, text: string): boolean =>
    name !== undefined && argument === name.argument && text === object.values[name.own];
  return live.filter(
    (other) =>
      other.key !== object.key &&
      // Among themselves, Kubernetes objects hold claims and volumes only, which storage.ts knows.
      (!other.type.startsWith('kubernetes_') ||
        (hasNodes && !object.type.startsWith('kubernetes_'))) &&
      holds(other.values, handles, byName),
  );
}

/** As real clouds do, an object that another one uses refuses to go. */
export function refuseWhileHeld(call: ResourceCall): Refusal | undefined {
  const { op, type, object, live } = call;
  if (op !== 'destroy' || object === undefined || freeToGo.has(type)) return undefined;
  const holders = holdersOf(object, live);
  if (holders.length === 0) return undefined;
  const names = holders.map((holder) => holder.address ?? `${holder.type} ${holder.id}`).join(', ');
  return apiRefusal(
    `deleting ${type} (${object.id})`,
    'DependencyViolation',
    `${object.id} has a dependent object and cannot be deleted: ${names}`,
  );
}

/**
 * Whether the provider goes on trying instead of giving up at once: a disk that is attached may be
 * detached by what goes at the same time, its nodes (aws_ebs_volume retries while the API says VolumeInUse).
 */
export function isWaitedFor(call: ResourceCall): boolean {
  return (
    call.type === 'aws_ebs_volume' &&
    call.op === 'destroy' &&
    call.object !== undefined &&
    holdersOf(call.object, call.live).every(({ type }) => type.startsWith('kubernetes_')) &&
    refuseWhileHeld(call) !== undefined
  );
}
