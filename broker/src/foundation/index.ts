export { assert, AssertionError } from './assert.ts';
export {
  allocateUnfilled,
  asBuffer,
  decodeAscii,
  decodeUtf8,
  decodeUtf8Strict,
  encodeUtf8,
  utf8Bytes,
  writeUtf8,
} from './bytes.ts';
export type { Clock } from './clock.ts';
export { FairQueue } from './fair-queue.ts';
export { Heap } from './heap.ts';
export { KeyedQueue } from './keyed-queue.ts';
export type { LogFields, Logger } from './logger.ts';
export { Fifo } from './fifo.ts';
export type { Cancel, Scheduler } from './scheduler.ts';
export type { TlsMaterial, TlsSource } from './tls-material.ts';
