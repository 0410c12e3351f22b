import type { ConnectionLimits } from '../../../../../broker/src/protocols/nats/index.ts';

/** Small, so that a test reaches each of them with a few bytes. */
export const smallLimits: ConnectionLimits = {
  controlLineBytesMax: 4096,
  payloadBytesMax: 1000,
  headerBytesMax: 1000,
  subscriptionCountMax: 10,
  pullCountMax: 10,
  deliveryBufferBytesMax: 1000,
  writeBufferBytesMax: 3000,
  pendingPublishCountMax: 10,
  pendingPublishBytesMax: 1000,
  authenticationTimeoutMs: 2000,
  pingIntervalMs: 100,
  pingsMissedMax: 2,
  pullTimeoutGraceMs: 15,
  closeTimeoutMs: 50,
};
