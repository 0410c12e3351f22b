export { LocalTarget } from './local-target.ts';
export { localHome } from './local-home.ts';
export type { LocalHome } from './local-home.ts';
