import { allocateUnfilled, encodeUtf8 } from '../../foundation/index.ts';
import type { Outbound } from './outbound.ts';
import type { Subscriptions } from './subscriptions.ts';

/** A message on its way to an inbox. */
export interface InboxMessage {
  /** Where it is stored; clients tell messages from statuses by its not being the inbox. */
  readonly subject: string;
  /** Where its ack goes. */
  readonly reply: string;
  readonly message: Uint8Array;
  readonly headerBytes: number;
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

  deliver({ subject, reply, message, headerBytes }: InboxMessage): void {
    if (!this.#takesHeaders) {
      this.#send(subject, reply, message.subarray(headerBytes), 0);
    } else if (headerBytes > 0) {
      this.#send(subject, reply, message, headerBytes);
    } else {
      this.#send(subject, reply, withEmptyHeaderBlock(message), EMPTY_HEADER_BLOCK.length);
    }
  }

  /** Sends nothing to a client that cannot read headers: a status is nothing else. */
  status(headerBlock: string): void {
    if (!this.#takesHeaders) return;
    for (const subscription of this.#subscriptions.match(this.subject)) {
      this.#outbound.status({ subject: this.subject, sid: subscription.sid }, headerBlock);
      this.#subscriptions.received(subscription);
    }
  }

  #send(subject: string, reply: string, message: Uint8Array, headerBytes: number): void {
    const subscriptions = this.#subscriptions.match(this.subject);
    for (let index = 0; index < subscriptions.length; index++) {
      const subscription = subscriptions[index]!;
      this.#outbound.message({ subject, sid: subscription.sid, reply }, message, headerBytes);
      this.#subscriptions.received(subscription);
    }
  }
}

const EMPTY_HEADER_BLOCK = encodeUtf8('NATS/1.0\r\n\r\n');

/** Without a header block the Memphis SDKs throw in `getHeaders` and `delay` (wire-protocol.md 4). */
function withEmptyHeaderBlock(payload: Uint8Array): Uint8Array {
  const message = allocateUnfilled(EMPTY_HEADER_BLOCK.length + payload.length);
  message.set(EMPTY_HEADER_BLOCK);
  message.set(payload, EMPTY_HEADER_BLOCK.length);
  return message;
}
