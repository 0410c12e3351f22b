/** The schema of a station as replies carry it, here for a station without one (wire-protocol.md 2.11). */
export const noSchema = {
  schema_name: '',
  active_version: {
    version_number: 0,
    descriptor: '',
    schema_content: '',
    message_struct_name: '',
  },
  type: '',
} as const;
