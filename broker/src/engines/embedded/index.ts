export { EmbeddedEngine } from './embedded-engine.ts';
export { LmdbStore } from './lmdb-store.ts';
export type { EmbeddedEngineOptions } from './options.ts';
