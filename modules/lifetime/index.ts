export { dueTargets, settingsOf } from './due-targets.ts';
export type { DueTarget } from './due-targets.ts';
export { extendRecord } from './extend-record.ts';
export type { Extension } from './extend-record.ts';
