import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';

/** What a pull is to bring. */
export interface PullAsked {
  readonly batch: number;
  readonly expiresMs: number;
}

/**
 * Pulls from a group with plain NATS requests, one after the other, on one inbox.
 *
 * A client library would do, but the drills need to see every delivery in the order in which the
 * connection carried it, also those that come late.
 */
export class StreamPull {
  readonly #connection: NatsConnection;
  readonly #subject: string;
  readonly #inbox: string;
  readonly #subscription: Subscription;
  #received = 0;
  #settle: (() => void) | undefined;
  #batch = 0;

  /** @param onMessage Called for each delivery, in order. */
  constructor(
    connection: NatsConnection,
    { station, partition, group }: { station: string; partition: number; group: string },
    onMessage: (message: Msg) => void,
  ) {
    this.#connection = connection;
    const stream = `${station}$${String(partition)}`;
    this.#subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${group}`;
    this.#inbox = `drill.pull.${stream}.${group}.${Math.random().toString(36).slice(2)}`;
    this.#subscription = connection.subscribe(this.#inbox, {
      callback: (error, message) => {
        if (error !== null) return;
        if (message.subject === this.#inbox) {
          if (message.headers?.code !== 100) this.#settle?.(); // anything but a heartbeat ends it
          return;
        }
        this.#received += 1;
        onMessage(message);
        if (this.#received >= this.#batch) this.#settle?.();
      },
    });
  }

  /** Asks once; resolves with how many came, after the batch, its end, or a silence. */
  async fetch({ batch, expiresMs }: PullAsked): Promise<number> {
    this.#received = 0;
    this.#batch = batch;
    const request = { batch, expires: expiresMs * 1_000_000, idle_heartbeat: 0 };
    await new Promise<void>((resolve) => {
      // The broker's end of the pull can be lost with the connection.
      const silence = setTimeout(resolve, expiresMs + 1_000);
      this.#settle = () => {
        clearTimeout(silence);
        resolve();
      };
      this.#connection.publish(this.#subject, JSON.stringify(request), { reply: this.#inbox });
    });
    this.#settle = undefined;
    return this.#received;
  }

  /** Stops waiting for the current fetch: its connection was lost. */
  interrupt(): void {
    this.#settle?.();
  }

  close(): void {
    this.#subscription.unsubscribe();
    this.#settle?.();
  }
}

/** The sequence in the subject that a delivery is to be acked on (wire-protocol.md 3.7). */
export function sequenceOf(message: Msg): number {
  return Number(message.reply?.split('.')[5]);
}
