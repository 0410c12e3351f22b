import type { SchemaFormatName } from '../schemas/schema.ts';

/** What a format makes of the text of a schema. */
export interface CheckedSchema {
  /** The message that payloads are: the first one declared. Empty in formats without messages. */
  readonly messageName: string;
  /** In base64, what SDKs want beside the text. Empty in formats that need nothing. */
  readonly descriptor: string;
}

/**
 * Checks the text of schemas in one format.
 *
 * The text comes from a client and is at most a few hundred kilobytes: it may be anything. Checking it
 * reaches for no file and no network, and runs nothing that the text says.
 *
 * Implementations: `formats/json-schema`, `formats/avro`, `formats/protobuf`, `formats/graphql`; contract
 * suite `tests/contract/schema-format.contract.ts`.
 */
export interface SchemaFormat {
  readonly name: SchemaFormatName;
  /**
   * `fileName` is what a compiled form calls the text. Throws SCHEMA_CONTENT, whose wire text names the
   * format and the first problem, when a producer could not use the text.
   */
  check(content: string, fileName: string): CheckedSchema;
}
