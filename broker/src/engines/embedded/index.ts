export { EmbeddedEngine } from './embedded-engine.ts';
export { openEmbeddedStore } from './embedded-store.ts';
export type { EmbeddedStoreOptions } from './embedded-store.ts';
export { LmdbStore } from './lmdb-store.ts';
export type { EmbeddedEngineOptions } from './options.ts';
