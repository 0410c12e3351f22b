export { BrokerProcess, startBroker } from './broker-process.ts';
export type { BrokerProcessOptions, LogLine, ProcessEnd } from './broker-process.ts';
export { freePort } from './free-port.ts';
export { registerRelease, releaseAll } from './release-registry.ts';
export { repositoryRoot } from './repository.ts';
export { tempDir } from './temp-dir.ts';
export { containerNodePath, natsServerPath } from './test-server.ts';
export { waitUntil } from './wait-until.ts';
export type { WaitOptions } from './wait-until.ts';
