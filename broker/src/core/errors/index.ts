export { BrokerError } from './broker-error.ts';
export type { ErrorDetails } from './broker-error.ts';
export { BrokerErrors } from './broker-errors.ts';
export { catalogue } from './catalogue.ts';
export type { CatalogueEntry, ErrorCode } from './catalogue.ts';
