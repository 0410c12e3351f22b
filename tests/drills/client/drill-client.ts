import { connect, createInbox } from '@nats-io/transport-node';
import type { Msg, MsgHdrs, NatsConnection } from '@nats-io/transport-node';
import { registerRelease } from '../../support/index.ts';

/** One message that a group was given. */
export interface Delivery {
  readonly sequence: number;
  /** Subject for settling it. */
  readonly reply: string;
  readonly payload: Uint8Array;
  readonly headers: MsgHdrs | undefined;
}

/** The status that a waiting pull or an unanswerable request gets instead of a message. */
interface Status {
  readonly code: number;
  readonly text: string;
}

const timeoutMs = 20_000;

/** A plain NATS client as the drills need it: it chooses the reply subjects, and pulls. */
export class DrillClient {
  readonly #connection: NatsConnection;
  readonly #waiting = new Map<string, (message: Msg | Error) => void>();

  private constructor(connection: NatsConnection, prefix: string) {
    this.#connection = connection;
    connection.subscribe(`${prefix}>`, {
      callback: (error, message) => {
        const take = this.#waiting.get(message.subject);
        this.#waiting.delete(message.subject);
        take?.(error ?? message);
      },
    });
    connection.closed().then(
      (cause: unknown) => this.#failAll(new Error('The connection was closed', { cause })),
      () => undefined,
    );
  }

  /** Signs on as root. Answers are to be asked for on subjects that begin with `prefix`. */
  static async connect(port: number, password: string, prefix: string): Promise<DrillClient> {
    const connection = await connect({
      servers: `127.0.0.1:${String(port)}`,
      user: 'root',
      pass: password,
      reconnect: false,
      timeout: timeoutMs,
    });
    registerRelease(() => connection.close());
    return new DrillClient(connection, prefix);
  }

  /** Resolves with the answer; rejects when nobody answers or the connection ends. */
  ask(
    subject: string,
    reply: string,
    payload: Uint8Array | string = '',
    headers?: MsgHdrs,
  ): Promise<Msg> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(reply, (answer) => {
        const status = answer instanceof Error ? answer : statusOf(answer);
        if (status === undefined) resolve(answer as Msg);
        else if (status instanceof Error) reject(status);
        else reject(new Error(`${subject} was answered with ${status.code} ${status.text}`));
      });
      this.#connection.publish(subject, payload, headers ? { reply, headers } : { reply });
    });
  }

  /** Publishes without a wish for an answer. */
  tell(subject: string, payload: Uint8Array | string = ''): void {
    this.#connection.publish(subject, payload);
  }

  /** Resolves when the broker has read everything sent so far. */
  async flush(): Promise<void> {
    await this.#connection.flush();
  }

  /** Up to `countMax` messages that the group can be given now. */
  async pull(stream: string, group: string, countMax: number): Promise<Delivery[]> {
    const inbox = createInbox();
    const deliveries: Delivery[] = [];
    const status = await new Promise<Status | undefined>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`Waited ${String(timeoutMs)} ms for a pull of ${group} from ${stream}`));
      }, timeoutMs);
      const subscription = this.#connection.subscribe(inbox, {
        callback: (error, message) => {
          const found = error === null ? statusOf(message) : undefined;
          if (error === null && found === undefined) deliveries.push(deliveryOf(message));
          if (error === null && found === undefined && deliveries.length < countMax) return;
          clearTimeout(timer);
          subscription.unsubscribe();
          if (error === null) resolve(found);
          else reject(error);
        },
      });
      const request = JSON.stringify({ batch: countMax, no_wait: true });
      const subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${group}`;
      this.#connection.publish(subject, request, { reply: inbox });
    });
    // 404: there is nothing; 408: there is no more.
    if (status !== undefined && status.code !== 404 && status.code !== 408) {
      throw new Error(`The pull ended with ${String(status.code)} ${status.text}`);
    }
    return deliveries;
  }

  /** Everything that the group can be given now. */
  async pullAll(stream: string, group: string): Promise<Delivery[]> {
    const all: Delivery[] = [];
    for (;;) {
      const some = await this.pull(stream, group, 1000);
      if (some.length === 0) return all;
      all.push(...some);
    }
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  #failAll(error: Error): void {
    for (const take of this.#waiting.values()) take(error);
    this.#waiting.clear();
  }
}

function statusOf(message: Msg): Status | undefined {
  const code = message.headers?.code ?? 0;
  if (code === 0) return undefined;
  return { code, text: message.headers?.description ?? '' };
}

function deliveryOf(message: Msg): Delivery {
  const sequence = Number(message.reply?.split('.')[5]);
  return {
    sequence,
    reply: message.reply ?? '',
    payload: message.data,
    headers: message.headers,
  };
}
