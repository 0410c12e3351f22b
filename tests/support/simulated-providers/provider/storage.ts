import type { LiveObject } from '../world/world.ts';
import type { Refusal } from './refusal.ts';
import { apiRefusal } from './refusal.ts';
import type { ResourceCall } from './resource-call.ts';
import { blocksAt, textAt, valueAt } from './values.ts';
import type { Value } from './values.ts';

/** Sizes that their API only lets grow, and how it says no. */
const growing: Readonly<
  Record<string, { path: readonly string[]; code: string; message: string }>
> = {
  aws_db_instance: {
    path: ['allocated_storage'],
    code: 'InvalidParameterCombination',
    message: 'Invalid storage size: storage can only grow',
  },
  aws_ebs_volume: {
    path: ['size'],
    code: 'InvalidParameterValue',
    message: 'New size cannot be smaller than existing size',
  },
  digitalocean_volume: {
    path: ['size'],
    code: '422',
    message: 'volumes can only be expanded',
  },
  kubernetes_persistent_volume_claim_v1: {
    path: ['spec', 'resources', 'requests', 'storage'],
    code: 'Invalid',
    message:
      'spec.resources.requests.storage: Forbidden: field can not be less than previous value',
  },
};

const units: Readonly<Record<string, number>> = {
  '': 1,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

function quantity(value: Value | undefined): number {
  const text = typeof value === 'number' ? `${value}` : typeof value === 'string' ? value : '';
  const [, number = '', unit = ''] = /^([\d.]+)([KMGT]?i?)$/.exec(text) ?? [];
  return Number(number) * (units[unit] ?? Number.NaN);
}

/** A disk or claim that would shrink. */
export function refuseShrinking(call: ResourceCall): Refusal | undefined {
  const rule = growing[call.type];
  if (call.op !== 'update' || rule === undefined) return undefined;
  const before = quantity(valueAt(call.prior, ...rule.path));
  const after = quantity(valueAt(call.values, ...rule.path));
  return after < before ? apiRefusal(`updating ${call.type}`, rule.code, rule.message) : undefined;
}

/** Names of the claims that a live workload mounts: those it names, and those of its claim templates. */
function mountedBy(workload: LiveObject): readonly string[] {
  const values = workload.values as Value;
  const named = blocksAt(values, 'spec', 'template', 'spec', 'volume').flatMap(
    (volume) => textAt(volume, 'persistent_volume_claim', 'claim_name') ?? [],
  );
  const replicas = Number(valueAt(values, 'spec', 'replicas') ?? 1);
  const templated = blocksAt(values, 'spec', 'volume_claim_template').flatMap((template) =>
    Array.from(
      { length: replicas },
      (_, ordinal) =>
        `${textAt(template, 'metadata', 'name')}-${textAt(values, 'metadata', 'name')}-${ordinal}`,
    ),
  );
  return [...named, ...templated];
}

/** A claim stays while a pod mounts it, a volume while a claim is bound to it. */
export function refuseStorageInUse(call: ResourceCall): Refusal | undefined {
  if (call.op !== 'destroy') return undefined;
  const name = textAt(call.prior, 'metadata', 'name') ?? '';
  const namespace = textAt(call.prior, 'metadata', 'namespace');
  const stuck = (by: LiveObject): Refusal => ({
    summary: `destroy of ${call.type} ${name}`,
    detail: `context deadline exceeded: ${name} is still used by ${by.address ?? by.id}`,
  });
  if (call.type === 'kubernetes_persistent_volume_claim_v1') {
    const user = call.live.find(
      (object) =>
        object.type.startsWith('kubernetes_') &&
        textAt(object.values as Value, 'metadata', 'namespace') === namespace &&
        mountedBy(object).includes(name),
    );
    return user === undefined ? undefined : stuck(user);
  }
  if (call.type === 'kubernetes_persistent_volume_v1') {
    const claim = call.live.find(
      ({ type, values }) =>
        type === 'kubernetes_persistent_volume_claim_v1' &&
        textAt(values as Value, 'spec', 'volume_name') === name,
    );
    return claim === undefined ? undefined : stuck(claim);
  }
  return undefined;
}
