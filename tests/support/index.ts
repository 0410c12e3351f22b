export { BrokerProcess, startBroker } from './broker-process.ts';
export type { BrokerProcessOptions, LogLine, ProcessEnd } from './broker-process.ts';
export { TestAuthority } from './certificates.ts';
export type { Certificate } from './certificates.ts';
export { connectMemphis } from './connect-memphis.ts';
export { Dice } from './dice.ts';
export { freePort, steadyPort } from './free-port.ts';
export {
  npmPostgresFolder,
  npmPostgresPackage,
  PostgresServer,
  postgresPath,
  postgresUser,
  startPostgres,
} from './postgres-server.ts';
export type { PostgresServerOptions } from './postgres-server.ts';
export { outsideOf, Refusal } from './outside-of.ts';
export type { Answer } from './outside-of.ts';
export { parseChunks, recordingHandler } from './recorded-commands.ts';
export { RecordedEngine } from './recorded-engine.ts';
export { RecordedLogger, silentLogger } from './recorded-logger.ts';
export type { RecordedLine } from './recorded-logger.ts';
export { registerRelease, releaseAll } from './release-registry.ts';
export { repositoryRoot } from './repository.ts';
export { readServerFrames } from './server-frames.ts';
export type { ServerFrame, ServerMessage } from './server-frames.ts';
export { StandInPrograms } from './stand-in-programs.ts';
export type { StandInAnswer, StandInCall, StandInRun } from './stand-in-programs.ts';
export { tempDir } from './temp-dir.ts';
export { containerNodePath, natsServerPath, natsServerVersion } from './test-server.ts';
export { waitUntil } from './wait-until.ts';
export type { WaitOptions } from './wait-until.ts';
export { WireFrames } from './wire-frames.ts';
export type { WireFrame, WireFrameOptions } from './wire-frames.ts';
export { readWire } from './wire-model.ts';
export type { WireCommand, WireModelLimits } from './wire-model.ts';
export { ObjectStore } from './object-store.ts';
