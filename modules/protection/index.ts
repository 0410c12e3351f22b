export { GuardedStack } from './guarded-stack.ts';
export type { CloudName } from './guarded-stack.ts';
export { rememberDeploy } from './remember-deploy.ts';
export { UninstalledStack } from './uninstalled-stack.ts';
