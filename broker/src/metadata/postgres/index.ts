export { PostgresDatabase } from './postgres-database.ts';
export { PostgresMetadataStore } from './postgres-metadata-store.ts';
export type { Database, Outcome, Statement } from './database.ts';
export type { PostgresOptions, PostgresParts } from './options.ts';
