/** What JSON calls an object. */
export type Json = Readonly<Record<string, unknown>>;

/** A resource of a synthesized stack. */
export interface SynthesizedResource {
  readonly type: string;
  readonly name: string;
  /** `aws_db_instance.database`, as Terraform calls it. */
  readonly address: string;
  readonly config: Json;
}

/**
 * A stack as Terraform is going to read it (`cdk.tf.json`), overrides and all: what is checked and
 * counted here is what is deployed.
 */
export class SynthesizedStack {
  readonly json: Json;
  readonly resources: readonly SynthesizedResource[];
  readonly #uses: ReadonlyMap<string, readonly string[]>;

  constructor(json: Json) {
    this.json = json;
    this.resources = entriesOf(json['resource'], (type, name) => `${type}.${name}`);
    const others = [
      ...entriesOf(json['data'], (type, name) => `data.${type}.${name}`),
      ...entriesOf(json['ephemeral'], (type, name) => `ephemeral.${type}.${name}`),
    ];
    const texts: [string, unknown][] = [
      ...[...this.resources, ...others].map(({ address, config }): [string, unknown] => [
        address,
        config,
      ]),
      ...Object.entries(object(json['locals'])).map(([name, value]): [string, unknown] => [
        `local.${name}`,
        value,
      ]),
    ];
    const known = new Set(texts.map(([address]) => address));
    this.#uses = new Map(texts.map(([address, value]) => [address, references(value, known)]));
  }

  /** The resources of these types. */
  of(...types: readonly string[]): readonly SynthesizedResource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /** How a provider is set up, once for each of its aliases. */
  providers(name: string): readonly Json[] {
    return blocks(object(this.json['provider']), name);
  }

  /** The addresses that a part of a resource names itself. */
  namedIn(value: unknown): readonly string[] {
    return references(value, new Set(this.#uses.keys()));
  }

  /** Every address that has to be there before this one, near and far. */
  needs(address: string): ReadonlySet<string> {
    const found = new Set(this.#uses.get(address) ?? []);
    for (const one of found) for (const next of this.#uses.get(one) ?? []) found.add(next);
    return found;
  }
}

/** The blocks of a name: Terraform takes one as an object, and several, or one, as a list. */
export function blocks(config: unknown, name: string): readonly Json[] {
  const value = object(config)[name];
  if (Array.isArray(value)) return value.map(object);
  return value === undefined || value === null ? [] : [object(value)];
}

/** A value on the way down through blocks of which there is one: `spec.template.spec`. */
export function block(config: unknown, path: string): Json | undefined {
  return path
    .split('.')
    .reduce<Json | undefined>((inner, name) => blocks(inner, name)[0], object(config));
}

/** A value as an object; an empty one where it is none. */
export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

/** Every text in a value, with the way to it. */
export function* textsIn(
  value: unknown,
  path: readonly string[] = [],
): Generator<{ readonly path: readonly string[]; readonly text: string }> {
  if (typeof value === 'string') yield { path, text: value };
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) yield* textsIn(inner, [...path, name]);
  }
}

function entriesOf(
  section: unknown,
  addressOf: (type: string, name: string) => string,
): SynthesizedResource[] {
  return Object.entries(object(section)).flatMap(([type, named]) =>
    Object.entries(object(named)).map(([name, config]) => ({
      type,
      name,
      address: addressOf(type, name),
      config: object(config),
    })),
  );
}

const addressForm = /(?:(?:data|ephemeral)\.)?[a-z][a-z0-9_]*\.[A-Za-z_][\w-]*/g;

/** What of the known a value refers to: in an expression, or by its address in `depends_on`. */
function references(value: unknown, known: ReadonlySet<string>): string[] {
  const found = new Set<string>();
  for (const { path, text } of textsIn(value)) {
    if (!text.includes('${') && !path.includes('depends_on')) continue;
    for (const [address] of text.matchAll(addressForm)) if (known.has(address)) found.add(address);
  }
  return [...found];
}
