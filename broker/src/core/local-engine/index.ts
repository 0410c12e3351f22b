export { LocalEngine } from './local-engine.ts';
export type { LocalEngineOptions } from './local-engine.ts';
export type { EngineTime } from './engine-time.ts';
