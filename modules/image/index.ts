export { buildBroker } from './build-broker.ts';
export { sourceHash } from './source-hash.ts';
