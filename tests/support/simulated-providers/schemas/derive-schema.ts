import { providerSource, typeSource } from './binding-source.ts';
import { mainInputs, parseBinding } from './parse-binding.ts';
import type { Binding, Flags, Getter, Input, Member } from './parse-binding.ts';
import type { Attribute, Block, NestedBlock, Schema, TerraformType } from './schema.ts';

const primitives: Readonly<Record<string, TerraformType>> = {
  string: 'string',
  number: 'number',
  boolean: 'bool',
  any: 'dynamic',
};

/** Types of values that can only be read, by the method or the class that reads them. */
const readTypes: Readonly<Record<string, TerraformType>> = {
  getStringAttribute: 'string',
  getNumberAttribute: 'number',
  getBooleanAttribute: 'bool',
  getListAttribute: ['list', 'string'],
  getNumberListAttribute: ['list', 'number'],
  getStringMapAttribute: ['map', 'string'],
  getNumberMapAttribute: ['map', 'number'],
  getBooleanMapAttribute: ['map', 'bool'],
  getAnyMapAttribute: ['map', 'string'],
  interpolationForAttribute: 'dynamic',
  StringMap: ['map', 'string'],
  NumberMap: ['map', 'number'],
  BooleanMap: ['map', 'bool'],
  AnyMap: ['map', 'string'],
  StringMapList: ['list', ['map', 'string']],
  StringListList: ['list', ['list', 'string']],
};

/** No binding says what is sensitive; a stack that prints one of these must say so. */
const sensitive =
  /(^|_)(password|secret_string|secret_binary|secret_data|token|private_key|kube_config|raw_config|master_password|authorization_token)(_wo)?$/;
const sensitiveByType: Readonly<Record<string, readonly string[]>> = {
  kubernetes_secret_v1: ['data', 'binary_data', 'data_wo', 'binary_data_wo'],
};

/** One type of a binding: walks from the main class down. */
class Derivation {
  readonly #binding: Binding;
  readonly #type: string;

  constructor(binding: Binding, type: string) {
    this.#binding = binding;
    this.#type = type;
  }

  schema(): Schema {
    return { version: 0, block: this.#block(this.#binding.main, mainInputs) };
  }

  #block(className: string, inputsKey: string): Block {
    const members = this.#binding.classes.get(className) ?? new Map<string, Member>();
    const inputs = this.#binding.inputs.get(inputsKey) ?? new Map<string, Input>();
    const attributes: Record<string, Attribute> = {};
    const blockTypes: Record<string, NestedBlock> = {};
    for (const name of new Set([...members.keys(), ...inputs.keys()])) {
      const member = members.get(name) ?? { computed: false, optional: true, required: false };
      const input = inputs.get(name);
      if (input !== undefined && isBlock(input)) {
        blockTypes[name] = this.#nested(member, input);
      } else {
        const type = input === undefined ? this.#read(member.getter) : this.#inputType(input);
        attributes[name] = this.#attribute(name, type, member);
      }
    }
    return { attributes, block_types: blockTypes };
  }

  #attribute(name: string, type: TerraformType, flags: Flags): Attribute {
    const hidden =
      (sensitive.test(name) && type === 'string') ||
      sensitiveByType[this.#type]?.includes(name) === true ||
      /_wo$/.test(name);
    return {
      type,
      ...(flags.required ? { required: true } : {}),
      ...(flags.optional ? { optional: true } : {}),
      ...(flags.computed ? { computed: true } : {}),
      ...(hidden ? { sensitive: true } : {}),
      ...(/_wo$/.test(name) ? { write_only: true } : {}),
    };
  }

  #nested(flags: Flags, input: Input): NestedBlock {
    const struct = input.storage.replace(/List$/, '');
    const block = this.#block(`${struct}OutputReference`, struct.toLowerCase());
    if (input.kind === 'struct') return { nesting_mode: 'single', block };
    return {
      nesting_mode: input.kind === 'set' ? 'set' : 'list',
      ...(flags.required ? { min_items: 1 } : {}),
      // What is written as one struct, though it is a list, may stand there once.
      ...(input.value.includes('Mapper') ? {} : { max_items: 1 }),
      block,
    };
  }

  #inputType(input: Input): TerraformType {
    const primitive = primitives[input.storage];
    if (primitive !== undefined) return primitive;
    const collection = /^(string|number|boolean|any)(List|Map|MapList|ListList|ListMap)$/.exec(
      input.storage,
    );
    if (collection !== null) {
      const element =
        collection[1] === 'any' ? 'string' : (primitives[collection[1] ?? ''] ?? 'string');
      const outer = collectionKind(input.kind);
      if (collection[2] === 'MapList') return [outer, ['map', element]];
      if (collection[2] === 'ListList' || collection[2] === 'ListMap') {
        return [outer, ['list', element]];
      }
      return [outer, element];
    }
    const object = this.#objectOfInputs(input.storage.replace(/(List|Map)$/, ''));
    return input.kind === 'struct' ? object : [collectionKind(input.kind), object];
  }

  /** A block that is written as an attribute: `ingress` of a security group. */
  #objectOfInputs(struct: string): TerraformType {
    const inputs = this.#binding.inputs.get(struct.toLowerCase()) ?? new Map<string, Input>();
    return [
      'object',
      Object.fromEntries([...inputs].map(([name, input]) => [name, this.#inputType(input)])),
    ];
  }

  #read(getter: Getter | undefined): TerraformType {
    if (getter === undefined) return 'dynamic';
    const known = readTypes[getter.by === 'method' ? getter.method : getter.name];
    if (known !== undefined) {
      return getter.set && typeof known !== 'string' && known[0] === 'list'
        ? ['set', known[1]]
        : known;
    }
    const [, base = '', form = ''] =
      /^(\w+?)(List|Map|OutputReference)$/.exec(getter.by === 'class' ? getter.name : '') ?? [];
    const members =
      this.#binding.classes.get(`${base}OutputReference`) ?? new Map<string, Member>();
    const object: TerraformType = [
      'object',
      Object.fromEntries(
        [...members].map(([name, { getter: inner }]) => [name, this.#read(inner)]),
      ),
    ];
    if (form === 'List') return [getter.set ? 'set' : 'list', object];
    return form === 'Map' ? ['map', object] : object;
  }
}

function collectionKind(kind: string): 'list' | 'set' | 'map' {
  return kind === 'set' || kind === 'map' ? kind : 'list';
}

/**
 * A repeated block is mapped with `true`, an attribute that looks like one with `false`; a block that
 * may stand once is written without a mapper.
 */
function isBlock({ value, storage }: Input): boolean {
  const ofStructs = /^[A-Z]/.test(storage);
  return ofStructs && !/Mapper\w*\([^)]*, false\)/.test(value) && !value.includes('hashMapper');
}

/** Schema of one resource or data source, derived from the installed binding. */
export function deriveSchema(
  packageFolder: string,
  type: string,
  kind: 'resource' | 'data',
): Schema {
  return new Derivation(parseBinding(typeSource(packageFolder, type, kind)), type).schema();
}

/** Schema of the provider's own block. */
export function deriveProviderSchema(packageFolder: string): Schema {
  const binding = parseBinding(providerSource(packageFolder));
  const { version, block } = new Derivation(binding, 'provider').schema();
  // `alias` is Terraform's own argument, which the binding has as if it were the provider's.
  const attributes = Object.fromEntries(
    Object.entries(block.attributes).filter(([name]) => name !== 'alias'),
  );
  return { version, block: { ...block, attributes } };
}
