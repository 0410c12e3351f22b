import { connect, createInbox } from '@nats-io/transport-node';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { BrokerProcess } from '../../support/index.ts';
import { waitUntil } from '../../support/index.ts';

const stream = 'witness$1';
const burst = 16;
const requestTimeoutMs = 20_000;

/** What a witness saw. */
export interface Testimony {
  /** Messages that the broker acknowledged. */
  readonly producedCount: number;
  /** Numbers of the messages that came, in the order in which they came. */
  readonly consumed: readonly number[];
  /** Closed connections, failed requests. */
  readonly disturbances: readonly string[];
}

/**
 * A well-behaved client beside a test: two connections of the published NATS client, one that
 * produces numbered messages, and one that consumes them and has each ack confirmed.
 * Whatever others send meanwhile, it loses nothing and is not disturbed.
 */
export class Witness {
  readonly #producer: NatsConnection;
  readonly #consumer: NatsConnection;
  readonly #consumed: number[] = [];
  readonly #disturbances: string[] = [];
  readonly #work: Promise<unknown>;
  #producedCount = 0;
  #isProducing = true;
  #isOver = false;

  constructor(producer: NatsConnection, consumer: NatsConnection) {
    this.#producer = producer;
    this.#consumer = consumer;
    for (const connection of [producer, consumer]) {
      void connection.closed().then(() => {
        if (!this.#isOver) this.#disturbances.push('a connection was closed');
      });
    }
    this.#work = Promise.all([this.#noted(this.#produce()), this.#noted(this.#consume())]);
  }

  /** Messages that came so far. */
  get consumedCount(): number {
    return this.#consumed.length;
  }

  /** Stops producing, lets the rest arrive, and tells what it saw. */
  async testify(): Promise<Testimony> {
    this.#isProducing = false;
    await this.#work;
    this.#isOver = true;
    await Promise.all([this.#producer.close(), this.#consumer.close()]);
    return {
      producedCount: this.#producedCount,
      consumed: this.#consumed,
      disturbances: this.#disturbances,
    };
  }

  #noted(work: Promise<void>): Promise<void> {
    return work.catch((error: unknown) => void this.#disturbances.push(String(error)));
  }

  /** Bursts of messages; each has to be acknowledged under its own number. */
  async #produce(): Promise<void> {
    while (this.#isProducing) {
      const numbers = Array.from({ length: burst }, (_, index) => this.#producedCount + 1 + index);
      await Promise.all(
        numbers.map(async (number) => {
          const answer = await this.#producer.request(`${stream}.final`, String(number), {
            timeout: requestTimeoutMs,
          });
          const expected = JSON.stringify({ stream, seq: number });
          if (answer.string() !== expected) throw new Error(`PubAck was ${answer.string()}`);
        }),
      );
      this.#producedCount += burst;
    }
  }

  async #consume(): Promise<void> {
    while (this.#isProducing || this.#consumed.length < this.#producedCount) {
      const inbox = createInbox();
      const subscription = this.#consumer.subscribe(inbox);
      this.#consumer.publish(
        `$JS.API.CONSUMER.MSG.NEXT.${stream}.witness`,
        JSON.stringify({ batch: burst, expires: 1e9 }),
        { reply: inbox },
      );
      const acks: Promise<unknown>[] = [];
      for await (const message of subscription) {
        if (message.subject === inbox) break; // a status: this pull is over
        this.#consumed.push(Number(message.string()));
        acks.push(this.#noted(this.#ack(message)));
        if (acks.length === burst) break;
      }
      await Promise.all(acks);
      if (this.#consumer.isClosed()) throw new Error('The consumer was closed');
      subscription.unsubscribe();
    }
  }

  async #ack({ reply }: Msg): Promise<void> {
    if (reply === undefined) throw new Error('A message came that cannot be acked');
    await this.#consumer.request(reply, '+ACK', { timeout: requestTimeoutMs });
  }
}

/** Makes the witness its station and group, and resolves when its first message has arrived. */
export async function callWitness(broker: BrokerProcess): Promise<Witness> {
  const open = (): Promise<NatsConnection> =>
    connect({
      servers: `127.0.0.1:${broker.clientPort}`,
      user: 'root',
      pass: broker.rootPassword,
      reconnect: false,
    });
  const [producer, consumer] = await Promise.all([open(), open()]);
  const created = await producer.request(
    '$memphis_station_creations',
    JSON.stringify({ name: 'witness', retention_type: 'message_age_sec', partitions_number: 1 }),
  );
  const joined = await consumer.request(
    '$memphis_consumer_creations',
    JSON.stringify({
      name: 'witness',
      station_name: 'witness',
      consumer_type: 'application',
      // Longer than any of these tests: what comes twice was sent twice.
      max_ack_time_ms: 600_000,
      max_msg_deliveries: 10,
      req_version: 4,
    }),
  );
  expect(created.string()).toBe('');
  expect(joined.json()).toMatchObject({ error: '' });
  const witness = new Witness(producer, consumer);
  await waitUntil(() => witness.consumedCount > 0, { what: "the witness's first message" });
  return witness;
}
