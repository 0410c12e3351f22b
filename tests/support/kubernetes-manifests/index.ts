export { manifestProblems } from './manifest-problems.ts';
export { podViolations } from './pod-security.ts';
export { toManifests } from './to-manifests.ts';
export type { Manifest } from './to-manifests.ts';
