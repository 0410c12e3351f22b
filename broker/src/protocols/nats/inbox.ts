import { ackSubjectStart, deliveryStart, formatAckSubject } from '../../codecs/nats/index.ts';
import type { Delivery } from '../../core/delivery/index.ts';
import type { Outbound } from './outbound.ts';
import type { Subscription, Subscriptions } from './subscriptions.ts';

/** Where deliveries come from, as clients are to see it. */
export interface DeliverySource {
  /** Clients tell messages from statuses by their subject not being the inbox. */
  readonly subject: string;
  readonly stream: string;
  /** Internal group name. */
  readonly group: string;
}

/**
 * The subject on which one client waits for answers, with the client's own subscriptions to it.
 * What another client subscribes to does not count: a pull lives with the connection that sent it.
 */
export class Inbox {
  readonly subject: string;
  readonly #subscriptions: Subscriptions;
  readonly #outbound: Outbound;
  readonly #takesHeaders: boolean;
  /** Those that listen here, as they were at this count of changes. */
  #listening: readonly Subscription[] = [];
  #changeCount = -1;

  constructor(
    subject: string,
    subscriptions: Subscriptions,
    outbound: Outbound,
    takesHeaders: boolean,
  ) {
    this.subject = subject;
    this.#subscriptions = subscriptions;
    this.#outbound = outbound;
    this.#takesHeaders = takesHeaders;
  }

  get isSubscribed(): boolean {
    return this.#matches().length > 0;
  }

  get hasRoom(): boolean {
    return this.#outbound.hasRoom;
  }

  /** Sends what comes from `source`; the function it returns is called for each message. */
  deliveriesFrom(source: DeliverySource): (delivery: Delivery) => void {
    const { subject, stream, group } = source;
    const ackStart = ackSubjectStart(stream, group);
    let sid: string | undefined;
    let start: Uint8Array = new Uint8Array(0);
    return (delivery) => {
      const subscriptions = this.#matches();
      for (let index = 0; index < subscriptions.length; index++) {
        const subscription = subscriptions[index]!;
        if (this.#takesHeaders) {
          // Nearly always it is the only one, and what its deliveries begin with is written once.
          if (sid !== subscription.sid) {
            ({ sid } = subscription);
            start = deliveryStart({ subject, sid }, ackStart);
          }
          this.#outbound.delivery(start, delivery, delivery.message, delivery.headerBytes);
        } else {
          this.#deliverPayload(source, subscription, delivery);
        }
        this.#subscriptions.received(subscription);
      }
    };
  }

  /** Sends nothing to a client that cannot read headers: a status is nothing else. */
  status(headerBlock: string): void {
    if (!this.#takesHeaders) return;
    for (const subscription of this.#matches()) {
      this.#outbound.status({ subject: this.subject, sid: subscription.sid }, headerBlock);
      this.#subscriptions.received(subscription);
    }
  }

  /** Asked twice for each message: looked up once for as long as nothing changes. */
  #matches(): readonly Subscription[] {
    const { changeCount } = this.#subscriptions;
    if (this.#changeCount !== changeCount) {
      this.#changeCount = changeCount;
      this.#listening = this.#subscriptions.match(this.subject);
    }
    return this.#listening;
  }

  #deliverPayload(
    { subject, stream, group }: DeliverySource,
    { sid }: Subscription,
    delivery: Delivery,
  ): void {
    const reply = formatAckSubject({ ...delivery, stream, group });
    const payload = delivery.message.subarray(delivery.headerBytes);
    this.#outbound.message({ subject, sid, reply }, payload, 0);
  }
}
