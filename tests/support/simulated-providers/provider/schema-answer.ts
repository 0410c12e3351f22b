import type { Block, ProviderSchema, Schema } from '../schemas/schema.ts';
import type { Values } from './protobuf.ts';

const nesting = { single: 1, list: 2, set: 3 } as const;

function blockMessage(block: Block): Values {
  return {
    attributes: Object.entries(block.attributes).map(([name, { type, ...flags }]) => ({
      name,
      type: Buffer.from(JSON.stringify(type)),
      ...flags,
    })),
    block_types: Object.entries(block.block_types).map(([name, nestedBlock]) => ({
      type_name: name,
      nesting: nesting[nestedBlock.nesting_mode],
      min_items: nestedBlock.min_items,
      max_items: nestedBlock.max_items,
      block: blockMessage(nestedBlock.block),
    })),
  };
}

function schemaMessage({ version, block }: Schema): Values {
  return { version, block: blockMessage(block) };
}

function schemaMessages(schemas: Readonly<Record<string, Schema>>): Values {
  return Object.fromEntries(
    Object.entries(schemas).map(([type, schema]) => [type, schemaMessage(schema)]),
  );
}

/** The schemas as Terraform asks for them when it loads a provider. */
export function schemaAnswer(schema: ProviderSchema): Values {
  return {
    provider: schemaMessage(schema.provider),
    resource_schemas: schemaMessages(schema.resource_schemas),
    data_source_schemas: schemaMessages(schema.data_source_schemas),
    ephemeral_resource_schemas: schemaMessages(schema.ephemeral_resource_schemas),
    server_capabilities: { plan_destroy: true, get_provider_schema_optional: true },
  };
}
