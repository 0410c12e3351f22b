import { Unknown, isObject, sameValue } from './values.ts';
import type { ObjectValue, Value } from './values.ts';

/** Numbers that the cloud raises with every change: what follows them changes in the same run. */
const counted: Readonly<Record<string, string>> = { aws_launch_template: 'latest_version' };

/** The plan of an update, in which a number that will rise is not known yet. */
export function planVersions(type: string, prior: Value, planned: ObjectValue): ObjectValue {
  const name = counted[type];
  if (name === undefined || sameValue(prior, planned)) return planned;
  return { ...planned, [name]: Unknown.value };
}

/** The value after an update, in which the number has risen. */
export function raiseVersions(type: string, prior: Value, filled: ObjectValue): ObjectValue {
  const name = counted[type];
  if (name === undefined || !isObject(prior)) return filled;
  return sameValue(prior, { ...filled, [name]: prior[name] ?? null })
    ? filled
    : { ...filled, [name]: Number(prior[name]) + 1 };
}
