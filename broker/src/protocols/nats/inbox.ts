import { ackSubjectStart, formatAckSubject } from '../../codecs/nats/index.ts';
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
    return this.#subscriptions.match(this.subject).length > 0;
  }

  get hasRoom(): boolean {
    return this.#outbound.hasRoom;
  }

  /** Sends what comes from `source`; the function it returns is called for each message. */
  deliveriesFrom(source: DeliverySource): (delivery: Delivery) => void {
    const { subject, stream, group } = source;
    // Refilled for each message: the outgoing side keeps nothing of it.
    const to = { subject, sid: '', ackStart: ackSubjectStart(stream, group) };
    return (delivery) => {
      const subscriptions = this.#subscriptions.match(this.subject);
      for (let index = 0; index < subscriptions.length; index++) {
        const subscription = subscriptions[index]!;
        if (this.#takesHeaders) {
          to.sid = subscription.sid;
          this.#outbound.delivery(to, delivery, delivery.message, delivery.headerBytes);
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
    for (const subscription of this.#subscriptions.match(this.subject)) {
      this.#outbound.status({ subject: this.subject, sid: subscription.sid }, headerBlock);
      this.#subscriptions.received(subscription);
    }
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
