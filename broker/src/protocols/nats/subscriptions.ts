import type { FrameAddress } from '../../codecs/nats/index.ts';
import type { Bus, BusMessage, BusSubscription } from '../../core/ports/index.ts';
import { SubjectTrie } from '../../core/subjects/index.ts';

/** What one client subscribed to with one SUB. */
export interface Subscription {
  readonly sid: string;
  readonly pattern: string;
  /** Counts every message, whoever sent it. */
  receivedCount: number;
  /** After so many it is over; undefined without an end. */
  receivedCountMax: number | undefined;
}

interface Entry extends Subscription {
  interest: BusSubscription | undefined;
}

/** Takes a message for one subscription, which has this pattern. */
export type SubscriptionSink = (to: FrameAddress, message: BusMessage, pattern: string) => void;

/** The subscriptions of one client: on the bus, by sid, and by the subjects they match. */
export class Subscriptions {
  readonly #bus: Bus;
  readonly #sink: SubscriptionSink;
  /** Told of a pattern after its subscription is gone. */
  readonly #onGone: (pattern: string) => void;
  readonly #bySid = new Map<string, Entry>();
  readonly #bySubject = new SubjectTrie<Entry, readonly Entry[]>((entries) => entries);
  /** Refilled for each message: a sink keeps nothing of it. */
  readonly #to = { subject: '', sid: '', reply: undefined as string | undefined };
  #changeCount = 0;

  constructor(bus: Bus, sink: SubscriptionSink, onGone: (pattern: string) => void) {
    this.#bus = bus;
    this.#sink = sink;
    this.#onGone = onGone;
  }

  get count(): number {
    return this.#bySid.size;
  }

  /** How often one came or went: as long as it stays the same, so does what a subject matches. */
  get changeCount(): number {
    return this.#changeCount;
  }

  /** Ignored when the sid is taken, as NATS does. One that is mute gets nothing from the bus. */
  add(pattern: string, queue: string | undefined, sid: string, { isMute = false } = {}): void {
    if (this.#bySid.has(sid)) return;
    const entry: Entry = {
      sid,
      pattern,
      receivedCount: 0,
      receivedCountMax: undefined,
      interest: undefined,
    };
    this.#bySid.set(sid, entry);
    this.#bySubject.add(pattern, entry);
    this.#changeCount += 1;
    if (isMute) return;
    entry.interest = this.#bus.subscribe(pattern, queue, (message) => {
      this.#to.subject = message.subject;
      this.#to.sid = sid;
      this.#to.reply = message.reply;
      this.#sink(this.#to, message, pattern);
      this.received(entry);
    });
  }

  /** At once, or when it has received `countMax` messages in total; unknown sids are ignored. */
  remove(sid: string, countMax: number | undefined): void {
    const entry = this.#bySid.get(sid);
    if (entry === undefined) return;
    if (countMax !== undefined && entry.receivedCount < countMax) {
      entry.receivedCountMax = countMax;
      return;
    }
    this.#drop(entry);
    this.#onGone(entry.pattern);
  }

  /** The client's own subscriptions that a subject belongs to; a snapshot. */
  match(subject: string): readonly Subscription[] {
    return this.#bySubject.match(subject);
  }

  /** Counts a message that was sent to the client for this subscription. */
  received(subscription: Subscription): void {
    subscription.receivedCount += 1;
    const countMax = subscription.receivedCountMax;
    if (countMax !== undefined && subscription.receivedCount >= countMax) {
      this.remove(subscription.sid, undefined);
    }
  }

  /** Drops all of them without a word. */
  clear(): void {
    for (const entry of this.#bySid.values()) this.#drop(entry);
  }

  #drop(entry: Entry): void {
    this.#bySid.delete(entry.sid);
    this.#bySubject.remove(entry.pattern, entry);
    this.#changeCount += 1;
    entry.interest?.cancel();
  }
}
