export { brokerOfRef } from './broker-of-ref.ts';
export type { BrokerOfRef } from './broker-of-ref.ts';
export { atLeastMeasured, atMost, atMostMeasured, times } from './demands.ts';
export { judge, medianOf } from './judge.ts';
export type { Verdict } from './judge.ts';
export { LoadProcess, monotonicMs, sdkHeaders } from './load/index.ts';
export type { SdkJob, SdkOutcome } from './load/index.ts';
export {
  describeMachine,
  flushP99Ms,
  measureFlushes,
  processorTicks,
  settleDisk,
  treeMemory,
} from './machine.ts';
export type { Machine, ProcessorTicks } from './machine.ts';
export { findNatsServer } from './nats-server.ts';
export type { NatsServer } from './nats-server.ts';
export { answeringPeer, jetStreamPeer, thebesPeer } from './peers/index.ts';
export type { Peer, RunningPeer } from './peers/index.ts';
export { presets } from './presets.ts';
export type { Preset } from './presets.ts';
export { rateQuantities, takeRounds, withProcessorTime } from './rounds.ts';
export type { RateSample, Sample, Samples } from './rounds.ts';
export { peerNames } from './row.ts';
export type { Demand, Facts, Measurement, Quantity, Row, RowContext, Unit } from './row.ts';
export {
  comparisonLines,
  consoleLines,
  digestOf,
  markdownReport,
  percentile,
  recordAsJson,
  spreadOf,
} from './report/index.ts';
export type { RowNotes, RunRecord } from './report/index.ts';
export { holds, runRows } from './run-rows.ts';
export type { RowOutcome, RunPlan } from './run-rows.ts';
export { selectRows } from './select-rows.ts';
export { LoadConnection } from './wire/index.ts';
