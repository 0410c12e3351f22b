export { GuardedStack } from './guarded-stack.ts';
export type { CloudName } from './guarded-stack.ts';
export { UninstalledStack } from './uninstalled-stack.ts';
