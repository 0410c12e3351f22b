import type { Block } from '../schemas/schema.ts';
import { Unknown, isObject, sameValue, valueAt } from './values.ts';
import type { ObjectValue, Value } from './values.ts';

/** The tags that the provider's settings give to everything. */
function defaultTags(settings: Value): Value {
  const tags = valueAt(settings, 'default_tags', 'tags');
  return isObject(tags) || tags instanceof Unknown ? tags : {};
}

/** What `tags_all` will be: the default tags and the resource's own on top, as the AWS provider has it. */
function allTags(settings: Value, own: Value): Value {
  const common = defaultTags(settings);
  if (common instanceof Unknown || own instanceof Unknown) return Unknown.value;
  return { ...(isObject(common) ? common : {}), ...(isObject(own) ? own : {}) };
}

/** The planned value with its tags resolved; other types are left as they are. */
export function planTags(block: Block, planned: ObjectValue, settings: Value): ObjectValue {
  if (block.attributes['tags_all']?.computed !== true) return planned;
  const all = allTags(settings, planned['tags'] ?? null);
  return sameValue(all, planned['tags_all']) ? planned : { ...planned, tags_all: all };
}
