import type { ResourceCall } from '../../../../../support/simulated-providers/provider/resource-call.ts';
import type { ObjectValue } from '../../../../../support/simulated-providers/provider/values.ts';
import type { LiveObject } from '../../../../../support/simulated-providers/world/world.ts';

/** An object of the account; its id is that of its values, or made of its type. */
export function liveObject(type: string, values: ObjectValue): LiveObject {
  const { id } = values;
  const name = typeof id === 'string' ? id : `${type}-1`;
  return { key: `${type}:${name}`, type, id: name, address: `${type}.it`, values };
}

/** A call that asks for what `values` say, in an account where `live` lives. */
export function resourceCall(
  op: ResourceCall['op'],
  type: string,
  values: ObjectValue,
  others: Partial<ResourceCall> = {},
): ResourceCall {
  const object = op === 'create' ? undefined : liveObject(type, values);
  return {
    op,
    type,
    address: `${type}.it`,
    config: values,
    prior: op === 'create' ? null : values,
    values,
    object,
    live: [],
    settings: {},
    ...others,
  };
}
