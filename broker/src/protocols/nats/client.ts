import { NO_RESPONDERS } from '../../codecs/nats/index.ts';
import type { FrameAddress } from '../../codecs/nats/index.ts';
import type { Bus, BusMessage } from '../../core/ports/index.ts';
import type { PartitionAddress } from '../../core/stations/index.ts';
import { encodeUtf8 } from '../../foundation/index.ts';
import { ClientPulls } from './client-pulls.ts';
import type { Identity } from './identity.ts';
import { Inbox } from './inbox.ts';
import { mayHear, mayShare, overhears } from './may-hear.ts';
import type { Outbound } from './outbound.ts';
import { PubAckMessage } from './pub-ack-message.ts';
import { Subscriptions } from './subscriptions.ts';
import { Viewers } from './viewers.ts';
import type { Workload } from './workload.ts';

/** Each confirmed ack is answered by it, and it takes time to make one. */
const nothing = new Uint8Array(0);

/** Which message a client gave up, for which group. */
export interface TerminatedMessage {
  readonly address: PartitionAddress;
  /** External group name. */
  readonly group: string;
  readonly sequence: number;
}

/** One connected and authenticated client, as handlers see it. */
export class Client {
  readonly identity: Identity;
  readonly workload: Workload;
  readonly subscriptions: Subscriptions;
  readonly pulls = new ClientPulls();
  /** The message that this client gave up last: its reason comes next, and may not name the partition. */
  lastTerm: TerminatedMessage | undefined;
  readonly viewers = new Viewers();
  readonly #outbound: Outbound;
  readonly #bus: Bus;
  /** A message of its own is being handed out. */
  #publishing = false;
  #closed = false;

  constructor(identity: Identity, outbound: Outbound, workload: Workload, bus: Bus) {
    this.identity = identity;
    this.workload = workload;
    this.#outbound = outbound;
    this.#bus = bus;
    this.subscriptions = new Subscriptions(
      bus,
      (to, message, pattern) => this.#receive(to, message, pattern),
      (pattern) => this.pulls.inboxGone(pattern),
    );
  }

  /** Has the client get what is published to a pattern, as far as its user may hear it. */
  subscribe(pattern: string, queue: string | undefined, sid: string): void {
    const isMute = queue !== undefined && !mayShare(this.identity.access, pattern);
    this.subscriptions.add(pattern, queue, sid, { isMute });
  }

  /** Hands a message of this client to whoever listens; false when nobody does. */
  publish(message: BusMessage): boolean {
    this.#publishing = true;
    const heard = this.#bus.publish(message);
    this.#publishing = false;
    return heard;
  }

  /** Answers a request of this client, wherever its reply subject is listened to. */
  reply(subject: string, text: string): void {
    const message = text === '' ? nothing : encodeUtf8(text);
    this.send({ subject, reply: undefined, message, headerBytes: 0 });
  }

  /** The same for a message that is made already. */
  send(message: BusMessage): void {
    if (!this.#closed) this.#bus.publish(message);
  }

  /** Says that nobody listens, to a client that wants to know. */
  noResponders(reply: string | undefined): void {
    if (reply !== undefined && this.identity.noResponders) this.inbox(reply).status(NO_RESPONDERS);
  }

  inbox(subject: string): Inbox {
    return new Inbox(subject, this.subscriptions, this.#outbound, this.identity.headers);
  }

  /** Its pulls and subscriptions are over; what is on its way is still finished. */
  close(): void {
    this.#closed = true;
    this.pulls.cancelAll();
    this.viewers.clear();
    this.subscriptions.clear();
  }

  #receive(to: FrameAddress, message: BusMessage, pattern: string): void {
    if (this.#publishing && !this.identity.echo) return;
    const { access } = this.identity;
    if (!mayHear(access, to.subject) || overhears(access, pattern, to.subject)) return;
    if (message instanceof PubAckMessage) {
      this.#outbound.pubAck(to, message);
    } else if (this.identity.headers) {
      this.#outbound.message(to, message.message, message.headerBytes);
    } else {
      this.#outbound.message(to, message.message.subarray(message.headerBytes), 0);
    }
  }
}
