export {
  assertCreated,
  groupCreation,
  groupInfoRequest,
  messageSubject,
  pullSubject,
  stationCreation,
  streamName,
} from './dialect.ts';
export type { PeerKind, Request } from './dialect.ts';
export { FrameScanner } from './frame-scanner.ts';
export type { Frame } from './frame-scanner.ts';
export { LoadConnection } from './load-connection.ts';
export type { ServerAddress } from './load-connection.ts';
export { PublishFrames } from './publish-frames.ts';
