import type { Field, FieldType, Message } from './protobuf.ts';

/**
 * Messages of Terraform's plugin protocol 6, as far as a provider for Terraform 1.11 needs them. The
 * numbers are those of the published protocol; requests and answers of the same content share a table.
 */
const field = (number: number, type: FieldType): Field => ({ number, type });
const list = (number: number, type: FieldType): Field => ({ number, type, form: 'list' });
const map = (number: number, type: FieldType): Field => ({ number, type, form: 'map' });

/** A value as msgpack, or as JSON. */
const dynamicValue = (): Message => ({ msgpack: field(1, 'bytes'), json: field(2, 'bytes') });

const step = (): Message => ({
  attribute_name: field(1, 'string'),
  element_key_string: field(2, 'string'),
  element_key_int: field(3, 'int'),
});
const attributePath = (): Message => ({ steps: list(1, step) });
const diagnostic = (): Message => ({
  severity: field(1, 'int'),
  summary: field(2, 'string'),
  detail: field(3, 'string'),
  attribute: field(4, attributePath),
});

const attribute = (): Message => ({
  name: field(1, 'string'),
  type: field(2, 'bytes'),
  required: field(4, 'bool'),
  optional: field(5, 'bool'),
  computed: field(6, 'bool'),
  sensitive: field(7, 'bool'),
  write_only: field(11, 'bool'),
});
const nestedBlock = (): Message => ({
  type_name: field(1, 'string'),
  block: field(2, block),
  nesting: field(3, 'int'),
  min_items: field(4, 'int'),
  max_items: field(5, 'int'),
});
const block = (): Message => ({
  version: field(1, 'int'),
  attributes: list(2, attribute),
  block_types: list(3, nestedBlock),
});
const schema = (): Message => ({ version: field(1, 'int'), block: field(2, block) });
const capabilities = (): Message => ({
  plan_destroy: field(1, 'bool'),
  get_provider_schema_optional: field(2, 'bool'),
});

const typedConfig = { type_name: field(1, 'string'), config: field(2, dynamicValue) };
const diagnosticsOnly = { diagnostics: list(1, diagnostic) };

/** By procedure: what Terraform sends and what it is answered. */
export const procedures: Readonly<Record<string, { request: Message; response: Message }>> = {
  GetProviderSchema: {
    request: {},
    response: {
      provider: field(1, schema),
      resource_schemas: map(2, schema),
      data_source_schemas: map(3, schema),
      diagnostics: list(4, diagnostic),
      server_capabilities: field(6, capabilities),
      ephemeral_resource_schemas: map(8, schema),
    },
  },
  ValidateProviderConfig: {
    request: { config: field(1, dynamicValue) },
    response: { diagnostics: list(2, diagnostic) },
  },
  ValidateResourceConfig: { request: typedConfig, response: diagnosticsOnly },
  ValidateDataResourceConfig: { request: typedConfig, response: diagnosticsOnly },
  ValidateEphemeralResourceConfig: { request: typedConfig, response: diagnosticsOnly },
  UpgradeResourceState: {
    request: {
      type_name: field(1, 'string'),
      version: field(2, 'int'),
      raw_state: field(3, dynamicRawState),
    },
    response: { upgraded_state: field(1, dynamicValue), diagnostics: list(2, diagnostic) },
  },
  ConfigureProvider: {
    request: { terraform_version: field(1, 'string'), config: field(2, dynamicValue) },
    response: diagnosticsOnly,
  },
  ReadResource: {
    request: {
      type_name: field(1, 'string'),
      current_state: field(2, dynamicValue),
      private: field(3, 'bytes'),
    },
    response: {
      new_state: field(1, dynamicValue),
      diagnostics: list(2, diagnostic),
      private: field(3, 'bytes'),
    },
  },
  PlanResourceChange: {
    request: {
      type_name: field(1, 'string'),
      prior_state: field(2, dynamicValue),
      proposed_new_state: field(3, dynamicValue),
      config: field(4, dynamicValue),
      prior_private: field(5, 'bytes'),
    },
    response: {
      planned_state: field(1, dynamicValue),
      requires_replace: list(2, attributePath),
      planned_private: field(3, 'bytes'),
      diagnostics: list(4, diagnostic),
    },
  },
  ApplyResourceChange: {
    request: {
      type_name: field(1, 'string'),
      prior_state: field(2, dynamicValue),
      planned_state: field(3, dynamicValue),
      config: field(4, dynamicValue),
      planned_private: field(5, 'bytes'),
    },
    response: {
      new_state: field(1, dynamicValue),
      private: field(2, 'bytes'),
      diagnostics: list(3, diagnostic),
    },
  },
  ReadDataSource: {
    request: typedConfig,
    response: { state: field(1, dynamicValue), diagnostics: list(2, diagnostic) },
  },
  OpenEphemeralResource: {
    request: typedConfig,
    response: { diagnostics: list(1, diagnostic), result: field(3, dynamicValue) },
  },
  CloseEphemeralResource: { request: {}, response: diagnosticsOnly },
  GetFunctions: { request: {}, response: {} },
  StopProvider: { request: {}, response: {} },
};

/** State as a file holds it: JSON only. */
function dynamicRawState(): Message {
  return { json: field(1, 'bytes') };
}
