export { assert, AssertionError } from './assert.ts';
export type { Clock } from './clock.ts';
export type { Prng } from './prng.ts';
export type { Cancel, Scheduler } from './scheduler.ts';
