export { findBrokers } from './broker-process.ts';
export { reachableHost } from './broker-settings.ts';
export { localHome } from './local-home.ts';
export type { LocalHome } from './local-home.ts';
export { localOutputs } from './local-outputs.ts';
export type { LocalOutputs } from './local-outputs.ts';
export { LocalTarget } from './local-target.ts';
