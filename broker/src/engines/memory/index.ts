export { MemoryEngine } from './memory-engine.ts';
export { MemoryStore } from './memory-store.ts';
export type { MemoryEngineOptions } from './options.ts';
