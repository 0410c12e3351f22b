export { brokerImage } from './broker-image.ts';
export type { BrokerImage } from './broker-image.ts';
export { buildBroker } from './build-broker.ts';
export { sourceHash } from './source-hash.ts';
