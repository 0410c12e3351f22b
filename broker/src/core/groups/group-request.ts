import { BrokerError } from '../errors/index.ts';
import { checkedName } from '../stations/names.ts';
import type { GroupChange, GroupStart } from './group.ts';

/** What a caller asks of a group, in Memphis's words, with the zero value for what was left out. */
export interface GroupRequest {
  readonly consumerName: string;
  /** `application` or `connector`. */
  readonly consumerType: string;
  /** Empty: the consumer's name. */
  readonly group: string;
  readonly ackTimeMs: number;
  readonly deliveries: number;
  readonly startSequence: number;
  readonly lastMessages: number;
  /** Undefined for what the group has; Memphis has no word for it. */
  readonly backoffMs?: readonly number[];
  /** The same; null for none. */
  readonly keyHeader?: string | null;
}

/** A request that passed. */
export interface CheckedGroupRequest {
  readonly consumerName: string;
  readonly settings: GroupChange;
  readonly start: GroupStart;
}

const ackTimeoutMsDefault = 30_000;
// A week: a timer beyond it is a mistake in units, and what waits for it would never come back.
const ackTimeoutMsMax = 604_800_000;
const deliveryCountMax = 10;
// What RFC 9110 calls a token, so that every client can send it; the length is that of any name here.
const headerName = /^[\w!#$%&'*+.^`|~-]{1,128}$/;

/**
 * Names, group settings and start position that a consumer's request stands for, by the rules of
 * wire-protocol.md 2.7 and 5.2. Throws the error whose wire text SDKs show.
 */
export function checkedGroupRequest(request: GroupRequest): CheckedGroupRequest {
  const consumerName = checkedName('Consumer', request.consumerName);
  const name = request.group === '' ? consumerName : checkedName('Consumer', request.group);
  if (request.consumerType !== 'application' && request.consumerType !== 'connector') {
    throw new BrokerError('CONSUMER_TYPE', { value: request.consumerType });
  }
  const deliveries =
    request.deliveries <= 0 ? deliveryCountMax : Math.min(request.deliveries, deliveryCountMax);
  const { backoffMs, keyHeader } = request;
  if (backoffMs !== undefined) checkBackoff(backoffMs, deliveries);
  if (typeof keyHeader === 'string' && !headerName.test(keyHeader)) {
    throw new BrokerError('GROUP_KEY_HEADER', { name: keyHeader });
  }
  return {
    consumerName,
    settings: {
      name,
      ackTimeoutMs:
        request.ackTimeMs <= 0 ? ackTimeoutMsDefault : Math.min(request.ackTimeMs, ackTimeoutMsMax),
      deliveryCountMax: deliveries,
      ...(backoffMs === undefined ? {} : { backoffMs }),
      ...(keyHeader === undefined ? {} : { keyHeader }),
    },
    start: startOf(request.startSequence, request.lastMessages),
  };
}

/** After the last delivery a message is a dead letter: an entry for it would never count. */
function checkBackoff(backoffMs: readonly number[], deliveries: number): void {
  const wrong = backoffMs.find((delayMs) => !(delayMs >= 1 && delayMs <= ackTimeoutMsMax));
  if (wrong !== undefined) throw new BrokerError('GROUP_BACKOFF_DELAY', { delayMs: wrong });
  if (backoffMs.length >= deliveries) {
    throw new BrokerError('GROUP_BACKOFF_LENGTH', { count: backoffMs.length, deliveries });
  }
}

function startOf(sequence: number, count: number): GroupStart {
  if (sequence <= 0) throw new BrokerError('GROUP_START_SEQUENCE', { value: sequence });
  if (count < -1) throw new BrokerError('GROUP_LAST_MESSAGES', { value: count });
  if (sequence > 1 && count > -1) throw new BrokerError('GROUP_START_TWICE', { sequence, count });
  if (count === 0) return { kind: 'new' };
  if (count > 0) return { kind: 'last', count };
  return sequence > 1 ? { kind: 'sequence', sequence } : { kind: 'first' };
}
