/** The formats in which a schema can be written, in Memphis's words. */
export const schemaFormatNames = ['json', 'graphql', 'protobuf', 'avro'] as const;

/** One of them. */
export type SchemaFormatName = (typeof schemaFormatNames)[number];

/** One revision of a schema; never changed once it is there. */
export interface SchemaVersion {
  /** From 1, without gaps. */
  readonly number: number;
  /** The text as its author wrote it. */
  readonly content: string;
  /** The message that payloads are, in formats whose text may declare several; else empty. */
  readonly messageName: string;
  /** The compiled form that SDKs want beside the text, in base64, in formats that have one; else empty. */
  readonly descriptor: string;
  readonly createdAtMs: number;
  readonly createdBy: string;
}

/** A named shape of payloads, with its history. */
export interface Schema {
  /** Lower-case and checked. */
  readonly name: string;
  readonly format: SchemaFormatName;
  /** In the order of their numbers; never empty. */
  readonly versions: readonly SchemaVersion[];
  /** Number of the version that stations enforce. */
  readonly activeVersion: number;
}

/** The version of a schema that stations enforce. */
export function activeVersionOf(schema: Schema): SchemaVersion | undefined {
  return schema.versions[schema.activeVersion - 1];
}
