import type { LocalEngineOptions } from '../../core/local-engine/index.ts';

/** Bounds and delays of the memory engine. */
export type MemoryEngineOptions = LocalEngineOptions;
