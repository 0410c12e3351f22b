// The broker with a planted fault: what is to be delivered later comes at once.
import { GroupDelivery } from '../../../broker/dist/core/delivery/group-delivery.js';

const settle = GroupDelivery.prototype.settle;
GroupDelivery.prototype.settle = function (sequence, settlement) {
  const hasty = settlement.kind === 'nack' ? { ...settlement, delayMs: 0 } : settlement;
  return settle.call(this, sequence, hasty);
};
