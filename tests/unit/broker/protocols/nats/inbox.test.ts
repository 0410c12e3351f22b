import { PassThrough } from 'node:stream';
import { LocalBus } from '../../../../../broker/src/bus/local/index.ts';
import type { Delivery } from '../../../../../broker/src/core/delivery/index.ts';
import { FlushRound } from '../../../../../broker/src/protocols/nats/flush-round.ts';
import { Inbox } from '../../../../../broker/src/protocols/nats/inbox.ts';
import { Outbound } from '../../../../../broker/src/protocols/nats/outbound.ts';
import { Subscriptions } from '../../../../../broker/src/protocols/nats/subscriptions.ts';
import { smallLimits } from './limits.ts';

const source = { subject: 's$1.final', stream: 's$1', group: 'g' };

function delivery(sequence: number): Delivery {
  return {
    sequence,
    deliveryCount: 1,
    deliverySequence: sequence,
    storedAtMs: 5,
    undeliveredCount: 0,
    message: Buffer.from('m'),
    headerBytes: 0,
  };
}

function makeInbox() {
  const nothing = (): undefined => undefined;
  const socket = new PassThrough();
  const scheduler = { soon: nothing, after: () => nothing };
  const outbound = new Outbound(socket, new FlushRound(scheduler), smallLimits, {
    onRoom: nothing,
    onOverflow: nothing,
  });
  const subscriptions = new Subscriptions(new LocalBus(), nothing, nothing);
  const inbox = new Inbox('_INBOX.a', subscriptions, outbound, true);
  const deliver = inbox.deliveriesFrom(source);
  /** Sids that a delivery with this sequence goes to. */
  const sidsOf = (sequence: number): string[] => {
    deliver(delivery(sequence));
    outbound.flush();
    const text = String(socket.read() ?? '');
    return [...text.matchAll(/HMSG s\$1\.final (\S+) \$JS\.ACK\.s\$1\.g\./g)].map(
      ([, sid]) => sid ?? '',
    );
  };
  return { inbox, subscriptions, sidsOf };
}

describe('Inbox', () => {
  test('sends each delivery to who is subscribed by then', () => {
    const { inbox, subscriptions, sidsOf } = makeInbox();
    expect(inbox.isSubscribed).toBe(false);
    expect(sidsOf(1)).toEqual([]);
    subscriptions.add('_INBOX.a', undefined, '1');
    expect(inbox.isSubscribed).toBe(true);
    expect([sidsOf(2), sidsOf(3)]).toEqual([['1'], ['1']]);
    subscriptions.add('_INBOX.*', undefined, '2');
    expect([sidsOf(4), sidsOf(5)].map((sids) => sids.sort())).toEqual([
      ['1', '2'],
      ['1', '2'],
    ]);
    subscriptions.remove('1', undefined);
    expect(sidsOf(6)).toEqual(['2']);
    subscriptions.clear();
    expect(inbox.isSubscribed).toBe(false);
    expect(sidsOf(7)).toEqual([]);
  });

  test('sends no more than a subscription has asked for', () => {
    const { inbox, subscriptions, sidsOf } = makeInbox();
    subscriptions.add('_INBOX.a', undefined, '1');
    subscriptions.remove('1', 2);
    expect([sidsOf(1), sidsOf(2), sidsOf(3)]).toEqual([['1'], ['1'], []]);
    expect(inbox.isSubscribed).toBe(false);
  });
});
