import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attribute, ProviderSchema, Schema, SchemaKind } from '../schemas/schema.ts';

/** By provider: the folder of its schemas and the types that the stack uses. */
export interface OfferedTypes {
  readonly folder: string;
  readonly types: Readonly<Record<SchemaKind, readonly string[]>>;
}

/**
 * Terraform never tells a provider the address of what it asks for. This argument does: the harness
 * writes it into each resource of the stack that it runs. It is write-only, so it is in no plan and no
 * state and a changed address is no change of the resource.
 */
export const addressArgument = 'simulated_address';

const addressOfResource: Attribute = { type: 'string', optional: true, write_only: true };
const addressOfEphemeral: Attribute = { type: 'string', optional: true };

/** The schemas that one provider offers; a type is read when it is first asked for. */
export class SchemaFolder {
  readonly #offered: OfferedTypes;
  readonly #read = new Map<string, Schema>();

  constructor(offered: OfferedTypes) {
    this.#offered = offered;
  }

  of(kind: SchemaKind, type: string): Schema {
    const name = `${kind}.${type}`;
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const schema = this.#load(name);
    const extra =
      kind === 'resource'
        ? { [addressArgument]: addressOfResource }
        : kind === 'ephemeral'
          ? { [addressArgument]: addressOfEphemeral }
          : {};
    const { attributes, block_types } = schema.block;
    const whole = { ...schema, block: { attributes: { ...attributes, ...extra }, block_types } };
    this.#read.set(name, whole);
    return whole;
  }

  whole(): ProviderSchema {
    const all = (kind: SchemaKind): Record<string, Schema> =>
      Object.fromEntries(this.#offered.types[kind].map((type) => [type, this.of(kind, type)]));
    return {
      provider: this.#load('provider'),
      resource_schemas: all('resource'),
      data_source_schemas: all('data'),
      ephemeral_resource_schemas: all('ephemeral'),
    };
  }

  #load(name: string): Schema {
    return JSON.parse(readFileSync(join(this.#offered.folder, `${name}.json`), 'utf8')) as Schema;
  }
}
