import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor/index.js';

/** What a file says beside its messages. */
export interface FileFacts {
  readonly fileName: string;
  readonly imports: readonly string[];
  readonly syntax: 'proto2' | 'proto3';
}

// Numbers of google/protobuf/descriptor.proto.
const OPTIONAL = 1;
const REQUIRED = 2;
const REPEATED = 3;
const GROUP = 10;
const MESSAGE = 11;
const ENUM = 14;
const scalarTypes: Readonly<Record<string, number>> = {
  double: 1,
  float: 2,
  int64: 3,
  uint64: 4,
  int32: 5,
  fixed64: 6,
  fixed32: 7,
  bool: 8,
  string: 9,
  bytes: 12,
  uint32: 13,
  sfixed32: 15,
  sfixed64: 16,
  sint32: 17,
  sint64: 18,
};

/**
 * A serialized `FileDescriptorSet` of one file: the messages and enums of a package, whose references
 * are resolved. Services and extensions are left out; nothing is checked against them.
 *
 * Written out here because the library's own `toDescriptor` names types relatively, leaves JSON names out
 * and loses `optional` of proto3, which the SDKs for Go and Python need.
 */
export function encodeDescriptorSet(scope: protobuf.NamespaceBase, facts: FileFacts): Uint8Array {
  const { fileName, imports, syntax } = facts;
  const file = {
    name: fileName,
    // A root has no name.
    package: scope.fullName === '' ? undefined : scope.fullName.slice(1),
    dependency: imports,
    ...typesOf(scope),
    syntax: syntax === 'proto3' ? syntax : undefined,
  };
  const set = descriptor.FileDescriptorSet.fromObject({ file: [file] });
  return descriptor.FileDescriptorSet.encode(set).finish();
}

function typesOf(scope: protobuf.NamespaceBase): { messageType: object[]; enumType: object[] } {
  return {
    messageType: scope.nestedArray.filter((each) => each instanceof protobuf.Type).map(messageOf),
    enumType: scope.nestedArray.filter((each) => each instanceof protobuf.Enum).map(enumOf),
  };
}

function messageOf(type: protobuf.Type): object {
  const { messageType, enumType } = typesOf(type);
  const maps = type.fieldsArray.filter((field) => field instanceof protobuf.MapField);
  // Those that stand for one `optional` field of proto3 have to come behind the written ones.
  const oneofs = [...type.oneofsArray].sort(
    (a, b) => Number(isOptional(a)) - Number(isOptional(b)),
  );
  return {
    name: type.name,
    field: type.fieldsArray.map((field) => fieldOf(field, type, oneofs)),
    nestedType: [...messageType, ...maps.map(mapEntryOf)],
    enumType,
    extensionRange: (type.extensions ?? []).map(([start, end]) => ({ start, end })),
    oneofDecl: oneofs.map(({ name }) => ({ name })),
  };
}

function fieldOf(
  field: protobuf.Field,
  type: protobuf.Type,
  oneofs: readonly protobuf.OneOf[],
): object {
  const isMap = field instanceof protobuf.MapField;
  const packed: unknown = field.options?.['packed'];
  const defaultValue = field.options?.['default'] as string | number | boolean | undefined;
  return {
    name: field.name,
    number: field.id,
    label: isMap || field.repeated ? REPEATED : field.required ? REQUIRED : OPTIONAL,
    ...(isMap
      ? { type: MESSAGE, typeName: `${type.fullName}.${mapEntryName(field)}` }
      : typeOf(field.type, field.resolvedType)),
    ...(!isMap && field.delimited ? { type: GROUP } : {}),
    defaultValue: defaultValue === undefined ? undefined : String(defaultValue),
    oneofIndex: field.partOf === null ? undefined : oneofs.indexOf(field.partOf),
    jsonName: jsonName(field.name),
    options: typeof packed === 'boolean' ? { packed } : undefined,
    proto3Optional: field.options?.['proto3_optional'] === true ? true : undefined,
  };
}

/** A map is a repeated message of its own, with a key and a value. */
function mapEntryOf(field: protobuf.MapField): object {
  const key = { name: 'key', number: 1, label: OPTIONAL, jsonName: 'key' };
  const value = { name: 'value', number: 2, label: OPTIONAL, jsonName: 'value' };
  return {
    name: mapEntryName(field),
    field: [
      { ...key, ...typeOf(field.keyType, null) },
      { ...value, ...typeOf(field.type, field.resolvedType) },
    ],
    options: { mapEntry: true },
  };
}

function enumOf(type: protobuf.Enum): object {
  return {
    name: type.name,
    value: Object.entries(type.values).map(([name, number]) => ({ name, number })),
    options: type.options?.['allow_alias'] === true ? { allowAlias: true } : undefined,
  };
}

function typeOf(name: string, resolved: protobuf.Field['resolvedType']): object {
  if (resolved === null) return { type: scalarTypes[name] };
  if (resolved instanceof protobuf.Enum) return { type: ENUM, typeName: resolved.fullName };
  return { type: MESSAGE, typeName: resolved.fullName };
}

function isOptional(oneof: protobuf.OneOf): boolean {
  return oneof.fieldsArray.some((field) => field.options?.['proto3_optional'] === true);
}

function mapEntryName(field: { readonly name: string }): string {
  const camel = jsonName(field.name);
  return `${camel.charAt(0).toUpperCase()}${camel.slice(1)}Entry`;
}

/** `first_name` is `firstName`, as the compiler of Protocol Buffers writes it. */
function jsonName(name: string): string {
  return name.replace(/_+(.?)/g, (_, letter: string) => letter.toUpperCase());
}
