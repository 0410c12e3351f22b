export { schemaFormatNames } from './schema.ts';
export type { Schema, SchemaFormatName, SchemaVersion } from './schema.ts';
export { SchemaRegistry } from './schema-registry.ts';
export type { SchemaLimits, SchemaRequest } from './schema-registry.ts';
export { StationSchemas } from './station-schemas.ts';
export type { EnforcedSchema, SchemaListener } from './station-schemas.ts';
