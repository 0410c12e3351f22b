export type { FetchAckJob, FetchAckOutcome } from './fetch-ack.ts';
export type { LatencyJob, LatencyOutcome } from './latency.ts';
export { LoadProcess } from './load-process.ts';
export { monotonicMs } from './monotonic-ms.ts';
export type { PublishJob, PublishOutcome } from './publish.ts';
export { sdkHeaders } from './sdk.ts';
export type { SdkJob, SdkOutcome } from './sdk.ts';
