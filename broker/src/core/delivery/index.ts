export type { Delivery, Settlement } from './delivery.ts';
export { chunkOf, chunkSequences, DeliveryLedger } from './delivery-ledger.ts';
export { GroupDelivery } from './group-delivery.ts';
export type { Failure, GroupDeliveryListener, GroupPosition } from './group-delivery-parts.ts';
export type { LoggedMessages, MessageDelays, MessageLog } from './message-log.ts';
export type { Retry } from './pending-messages.ts';
export { endedPull } from './waiting-pulls.ts';
