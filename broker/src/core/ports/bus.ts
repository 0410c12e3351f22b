/** A message for whoever listens now; nothing keeps it. */
export interface BusMessage {
  readonly subject: string;
  readonly reply: string | undefined;
  /** Header block and payload in one piece; valid only during the call that hands it over. */
  readonly message: Uint8Array;
  readonly headerBytes: number;
}

/** One listener's interest. */
export interface BusSubscription {
  /** Idempotent. */
  cancel(): void;
}

/** Is handed each message that matches; must not throw. */
export type BusListener = (message: BusMessage) => void;

/**
 * Fan-out between connections, and between broker processes where there are several.
 *
 * Subjects are words parted by dots. A pattern may hold `*` for one word and `>` as the last for the rest.
 * Each listener without a queue gets every message that matches; of the listeners of one
 * queue, one gets it. Messages of one publisher reach a listener in the order in which they were published.
 *
 * Implementation: `bus/local`; contract suite `tests/contract/bus.contract.ts`.
 */
export interface Bus {
  /** Hands the message out; false when nobody listens. */
  publish(message: BusMessage): boolean;
  subscribe(pattern: string, queue: string | undefined, listener: BusListener): BusSubscription;
  /** Whether anybody would get a message on this subject. */
  hasListener(subject: string): boolean;
}
