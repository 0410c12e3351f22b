import type { ExpectedLast } from '../../../core/ports/index.ts';
import type { Clock } from '../../../foundation/index.ts';
import type { PartitionRoute } from '../station-routes.ts';
import type { PublishError } from './pub-ack.ts';
import type { PublishHeaders } from './publish-headers.ts';
import { wantedDelay } from './wanted-delay.ts';

/** How a message is to be stored, by what its headers say. */
export interface StoreOrder {
  readonly messageId: string | undefined;
  readonly expectedLast: ExpectedLast | undefined;
  readonly deliverAtMs: number | undefined;
}

/** Orders that no station carries out, in the numbers and the first words of the protocol. */
const refusedOrders: ReadonlyMap<string, PublishError> = new Map([
  [
    'Nats-TTL',
    refused(10166, "per-message TTL is disabled: a station's retention removes messages"),
  ],
  [
    'Nats-Incr',
    refused(10168, 'message counters is disabled: a station stores messages as they are'),
  ],
  ['Nats-Batch-Id', refused(10174, 'atomic publish is disabled: publish each message by itself')],
  [
    'Nats-Schedule',
    refused(
      10188,
      'message schedules is disabled: a header delay or deliver-at holds a message back',
    ),
  ],
]);

/**
 * Reads the conditions in a message's headers (wire-protocol.md 3.9); the error when one does not
 * hold already, or is not understood: storing the message all the same would be the one wrong answer.
 */
export function storeOrder(
  headers: PublishHeaders | undefined,
  route: PartitionRoute,
  clock: Clock,
): StoreOrder | PublishError {
  if (headers === undefined) {
    return badRequest('header keys must not be empty nor hold blanks or control characters');
  }
  let expectedLast: ExpectedLast | undefined;
  for (const { key, value } of headers.conditions) {
    if (key === 'Nats-Expected-Stream') {
      if (value !== route.stream) {
        return { code: 400, errorCode: 10060, description: 'expected stream does not match' };
      }
      continue;
    }
    const refusedOrder = refusedOrders.get(key);
    if (refusedOrder !== undefined) return refusedOrder;
    const isEver = key === 'Nats-Expected-Last-Sequence';
    // A partition has one subject, so the last one on the subject is the last one that is kept.
    const isKept = key === 'Nats-Expected-Last-Subject-Sequence';
    if (!isEver && !isKept) return badRequest(`the header ${key} is not supported`);
    if (expectedLast !== undefined) return badRequest('more than one expected sequence');
    if (!/^\d{1,15}$/.test(value)) return badRequest(`${key} has to be a sequence`);
    expectedLast = { sequence: Number(value), keptOnly: isKept };
  }
  const { messageId, delays } = headers;
  if (delays.length === 0) return { messageId, expectedLast, deliverAtMs: undefined };
  const deliverAtMs = wantedDelay(delays, clock.wallMs());
  if (typeof deliverAtMs === 'string') return badRequest(deliverAtMs);
  return { messageId, expectedLast, deliverAtMs };
}

/** Refuses a header block of more than so many bytes. */
export function headersTooLarge(bytesMax: number): PublishError {
  const description = `header size exceeds maximum allowed of ${bytesMax} bytes`;
  return { code: 400, errorCode: 10097, description };
}

function badRequest(why: string): PublishError {
  return refused(10003, `bad request: ${why}`);
}

function refused(errorCode: number, description: string): PublishError {
  return { code: 400, errorCode, description };
}
