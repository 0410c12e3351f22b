import { ExtensionCodec, decode, encode } from '@msgpack/msgpack';

/** What Terraform does not know yet. There is one such value, so that it can be compared. */
export class Unknown {
  static readonly value = new Unknown();
  private constructor() {}
}

/** A value of Terraform: unknown, or anything that JSON can say. */
export type Value =
  Unknown | null | string | number | boolean | Value[] | { [name: string]: Value };
export type ObjectValue = Record<string, Value>;

/** Terraform's extension 0 is an unknown; 12 is one of which something is known, which nobody here uses. */
const codec = new ExtensionCodec();
codec.register({
  type: 0,
  encode: (value) => (value instanceof Unknown ? new Uint8Array([0]) : null),
  decode: () => Unknown.value,
});
codec.register({ type: 12, encode: () => null, decode: () => Unknown.value });

/** A value as the plugin protocol carries it. */
export interface WireValue {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

export function readValue(wire: WireValue | undefined): Value {
  if (wire?.msgpack !== undefined && wire.msgpack.length > 0) {
    return decode(wire.msgpack, { extensionCodec: codec }) as Value;
  }
  if (wire?.json !== undefined && wire.json.length > 0) {
    return JSON.parse(Buffer.from(wire.json).toString()) as Value;
  }
  return null;
}

export function writeValue(value: Value): WireValue {
  return { msgpack: encode(value, { extensionCodec: codec }) };
}

export function isObject(value: Value | undefined): value is ObjectValue {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Unknown)
  );
}

/** The text at the end of a path of names through blocks; blocks that may repeat are entered at the first. */
export function textAt(value: Value | undefined, ...path: readonly string[]): string | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** Like `textAt`, for a value of any kind. */
export function valueAt(value: Value | undefined, ...path: readonly string[]): Value | undefined {
  let current = value;
  for (const name of path) {
    if (Array.isArray(current)) current = current[0];
    if (!isObject(current)) return undefined;
    current = current[name];
  }
  return current;
}

/** The blocks of a name, however often it stands there. */
export function blocksAt(value: Value | undefined, ...path: readonly string[]): ObjectValue[] {
  const found = valueAt(value, ...path);
  const blocks = Array.isArray(found) ? found : found === undefined ? [] : [found];
  return blocks.filter((block): block is ObjectValue => isObject(block));
}

/** Whether two values say the same; an unknown equals only itself. */
export function sameValue(one: Value | undefined, other: Value | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other)) {
    return (
      one.length === other.length && one.every((value, index) => sameValue(value, other[index]))
    );
  }
  if (!isObject(one) || !isObject(other)) return false;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => sameValue(one[name], other[name]));
}
