/**
 * The few wire types of Protocol Buffers that the plugin protocol uses. A message is described by a
 * table of fields; absent fields are left out of what is read and written.
 *
 * Written here because a provider is started ten times in a run of Terraform, and loading a gRPC
 * library takes longer than all its work.
 */
export type FieldType = 'string' | 'bytes' | 'bool' | 'int' | (() => Message);

export interface Field {
  readonly number: number;
  readonly type: FieldType;
  /** `list` repeats the field; `map` is keyed by strings. */
  readonly form?: 'list' | 'map';
}

export type Message = Readonly<Record<string, Field>>;
export type Values = Readonly<Record<string, unknown>>;

const byteLength = 2; // the wire type of everything that is not a number

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

function delimited(number: number, content: Uint8Array): Buffer {
  return Buffer.concat([varint(number * 8 + byteLength), varint(content.length), content]);
}

function one(number: number, type: FieldType, value: unknown): Buffer {
  if (typeof type === 'function') return delimited(number, encodeMessage(type(), value as Values));
  if (type === 'string') return delimited(number, Buffer.from(value as string));
  if (type === 'bytes') return delimited(number, value as Uint8Array);
  return Buffer.concat([varint(number * 8), varint(Number(value))]);
}

/** Bytes of a message; fields that the table does not name are an error of the caller's types only. */
export function encodeMessage(message: Message, values: Values): Buffer {
  const parts: Buffer[] = [];
  for (const [name, { number, type, form }] of Object.entries(message)) {
    const value = values[name];
    if (value === undefined || value === null) continue;
    if (form === 'list') {
      for (const element of value as readonly unknown[]) parts.push(one(number, type, element));
    } else if (form === 'map') {
      for (const [key, element] of Object.entries(value)) {
        const entry = Buffer.concat([one(1, 'string', key), one(2, type, element)]);
        parts.push(delimited(number, entry));
      }
    } else {
      parts.push(one(number, type, value));
    }
  }
  return Buffer.concat(parts);
}

/** Reads a message; a field that the table does not name is skipped. */
export function decodeMessage(message: Message, bytes: Buffer): Record<string, unknown> {
  const byNumber = new Map(
    Object.entries(message).map(([name, field]) => [field.number, { name, field }]),
  );
  const values: Record<string, unknown> = {};
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = number();
    const known = byNumber.get(Math.floor(tag / 8));
    let content: Buffer | number;
    if (tag % 8 === byteLength) {
      const length = number();
      content = bytes.subarray(at, at + length);
      at += length;
    } else {
      content = number();
    }
    if (known === undefined) continue;
    const { name, field } = known;
    const value = read(field.type, content);
    if (field.form === 'list') ((values[name] ??= []) as unknown[]).push(value);
    else values[name] = value;
  }
  return values;
}

function read(type: FieldType, content: Buffer | number): unknown {
  if (typeof content === 'number') return type === 'bool' ? content !== 0 : content;
  if (typeof type === 'function') return decodeMessage(type(), content);
  return type === 'string' ? content.toString() : content;
}
