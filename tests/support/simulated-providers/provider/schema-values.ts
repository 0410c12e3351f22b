import type { Attribute, Block, NestedBlock, TerraformType } from '../schemas/schema.ts';
import { Unknown, isObject } from './values.ts';
import type { ObjectValue, Value } from './values.ts';

/** Names, from the outermost block inwards, of where a value stands; positions in lists are left out. */
export type ValuePath = readonly string[];

interface Visit {
  readonly attribute: (value: Value, attribute: Attribute, path: ValuePath) => Value;
}

function nested(value: Value, type: NestedBlock, each: (block: Value) => Value): Value {
  if (value === null || value instanceof Unknown) return value;
  if (type.nesting_mode === 'single') return each(value);
  return Array.isArray(value) ? value.map(each) : value;
}

/** A copy of a block's value with exactly the names of its schema and each attribute as `visit` has it. */
function mapBlock(block: Block, value: Value, visit: Visit, path: ValuePath = []): Value {
  if (!isObject(value)) return value;
  const mapped: ObjectValue = {};
  for (const [name, attribute] of Object.entries(block.attributes)) {
    mapped[name] = visit.attribute(value[name] ?? null, attribute, [...path, name]);
  }
  for (const [name, type] of Object.entries(block.block_types)) {
    const missing = type.nesting_mode === 'single' ? null : [];
    mapped[name] = nested(value[name] ?? missing, type, (inner) =>
      mapBlock(type.block, inner, visit, [...path, name]),
    );
  }
  return mapped;
}

/** What a new object will be: all that the provider decides is unknown, write-only values are gone. */
export function planNew(block: Block, proposed: Value): Value {
  return mapBlock(block, proposed, {
    attribute: (value, { computed, write_only }) =>
      write_only === true ? null : value === null && computed === true ? Unknown.value : value,
  });
}

/** The value without what must never be kept. Terraform refuses a plan or state that holds a write-only value. */
export function withoutWriteOnly(block: Block, value: Value): Value {
  return mapBlock(block, value, {
    attribute: (inner, { write_only }) => (write_only === true ? null : inner),
  });
}

/** The write-only values of a configuration, by name; in blocks by the path with dots. */
export function writeOnlyValues(block: Block, config: Value): Record<string, Value> {
  const found: Record<string, Value> = {};
  mapBlock(block, config, {
    attribute: (value, { write_only }, path) => {
      if (write_only === true && value !== null) found[path.join('.')] = value;
      return value;
    },
  });
  return found;
}

/** Fills each unknown by what `invent` says; an unknown within a collection is filled by its type. */
export function fillUnknown(
  block: Block,
  planned: Value,
  invent: (type: TerraformType, path: ValuePath) => Value,
): Value {
  const fill = (value: Value, type: TerraformType, path: ValuePath): Value => {
    if (value instanceof Unknown) return invent(type, path);
    if (value === null || typeof type === 'string') return value;
    const [kind, inner] = type;
    if (kind === 'object') {
      if (!isObject(value)) return value;
      return Object.fromEntries(
        Object.entries(value).map(([name, element]) => [
          name,
          fill(element, inner[name] ?? 'dynamic', [...path, name]),
        ]),
      );
    }
    if (Array.isArray(value)) return value.map((element) => fill(element, inner, path));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, element]) => [name, fill(element, inner, path)]),
    );
  };
  return mapBlock(block, planned, {
    attribute: (value, { type }, path) => fill(value, type, path),
  });
}

/** A value that an older schema or a state file holds, in the form of today's schema. */
export function conform(block: Block, value: Value): Value {
  return mapBlock(block, value, { attribute: (inner) => inner });
}
