import type { EnforcedSchema } from '../../../core/schemas/index.ts';

/**
 * The schema of a station as replies and pushes carry it (wire-protocol.md 2.11). Every key is there
 * for a station without one too: SDKs read them without a look whether they are.
 */
export function schemaUpdate(enforced: EnforcedSchema | undefined): object {
  return {
    schema_name: enforced?.schema.name ?? '',
    active_version: {
      version_number: enforced?.version.number ?? 0,
      descriptor: enforced?.version.descriptor ?? '',
      schema_content: enforced?.version.content ?? '',
      message_struct_name: enforced?.version.messageName ?? '',
    },
    type: enforced?.schema.format ?? '',
  };
}
