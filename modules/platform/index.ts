export { Platform } from './platform.ts';
export type { PlatformParts } from './platform.ts';
export type { ClusterOutputs } from './release-outputs.ts';
