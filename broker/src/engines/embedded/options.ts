import type { LocalEngineOptions } from '../../core/local-engine/index.ts';

/** Bounds and delays of the embedded engine. */
export type EmbeddedEngineOptions = LocalEngineOptions;
