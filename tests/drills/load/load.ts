import { connect } from '@nats-io/transport-node';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { Memphis } from 'memphis-dev';
import { connectMemphis, registerRelease, waitUntil } from '../../support/index.ts';
import type { BrokerProcess, Dice } from '../../support/index.ts';
import type { Ledger, ReadMessage } from './ledger.ts';
import { plainSend, produceUntil, sdkSend } from './producers.ts';
import { sequenceOf, StreamPull } from './stream-pull.ts';

/** Names and sizes of a load. */
export const loadStation = 'drill';
export const partitionCount = 3;
/** Acks each message with a reply subject and waits for the confirmation. */
export const confirmingGroup = 'confirming';
/** Acks with the SDK, which waits for nothing. */
export const sdkGroup = 'sdk';
/** Pulls nothing until the end, then reads everything. */
export const readingGroup = 'reading';

const subjectOfConfirmations = 'drill.confirmed';
const hourMs = 3_600_000;

/** How heavy a load is. */
export interface LoadOptions {
  /** Messages that each producer has on their way at once. */
  readonly window: number;
  readonly ackTimeoutMs: number;
}

/**
 * Traffic as a production broker sees it: two producers with the Node SDK and one with plain NATS,
 * a group that acks with the SDK, and a group that acks with plain NATS and has every ack
 * confirmed. It goes on through restarts of the broker: clients reconnect, unacknowledged messages
 * are sent again under their ids.
 */
export class Load {
  readonly #broker: BrokerProcess;
  readonly #ledger: Ledger;
  readonly #dice: Dice;
  readonly #options: LoadOptions;
  readonly #producing = new AbortController();
  readonly #consuming = new AbortController();
  #running: Promise<void>[] = [];
  #lost = lostSignal();

  constructor(broker: BrokerProcess, ledger: Ledger, dice: Dice, options: LoadOptions) {
    this.#broker = broker;
    this.#ledger = ledger;
    this.#dice = dice;
    this.#options = options;
  }

  /** Creates station and groups and lets everybody begin. */
  async start(): Promise<void> {
    const memphis = await connectMemphis(this.#broker);
    await memphis.station({
      name: loadStation,
      partitionsNumber: partitionCount,
      idempotencyWindowMs: hourMs,
    });
    await this.#group(memphis, readingGroup, hourMs);
    await this.#group(memphis, confirmingGroup, this.#options.ackTimeoutMs);

    const plain = await this.plainConnection();
    const producers = [
      { send: await sdkSend(memphis, this.#named('sdk-a')), options: this.#named('sdk-a') },
      { send: await sdkSend(memphis, this.#named('sdk-b')), options: this.#named('sdk-b') },
      { send: plainSend(plain, this.#named('plain')), options: this.#named('plain') },
    ];
    this.#running = [
      ...producers.map(({ send, options }) =>
        produceUntil(this.#producing.signal, send, () => this.#lost.happened, {
          ledger: this.#ledger,
          dice: this.#dice,
          options,
        }),
      ),
      this.#confirm(await this.plainConnection()),
      this.#consumeWithSdk(memphis),
    ];
  }

  /** Tells the clients that their connections are gone, so that nobody waits for lost answers. */
  connectionsLost(): void {
    const { tell } = this.#lost;
    this.#lost = lostSignal();
    tell();
  }

  /** No new messages; resolves when both groups have settled everything, or rejects when they do not. */
  async finish(): Promise<void> {
    this.#producing.abort();
    this.connectionsLost();
    const plain = await this.plainConnection();
    for (const group of [confirmingGroup, sdkGroup]) {
      for (let partition = 1; partition <= partitionCount; partition += 1) {
        await waitUntil(() => isSettled(plain, partition, group), {
          timeoutMs: 60_000,
          what: `group ${group} to settle partition ${String(partition)}`,
        });
      }
    }
    await this.abandon();
  }

  /** Everybody stops where they are. */
  async abandon(): Promise<void> {
    this.#producing.abort();
    this.#consuming.abort();
    this.connectionsLost();
    await Promise.all(this.#running);
  }

  /** Everything that the station holds, read through a group that has not read before. */
  async readAll(): Promise<ReadMessage[]> {
    return readStation(await this.plainConnection(), readingGroup);
  }

  async plainConnection(): Promise<NatsConnection> {
    return connectPlain(this.#broker);
  }

  async #group(memphis: Memphis, name: string, maxAckTimeMs: number): Promise<void> {
    await memphis.consumer({
      stationName: loadStation,
      consumerName: name,
      consumerGroup: name,
      maxAckTimeMs,
      maxMsgDeliveries: 10,
    });
  }

  async #confirm(connection: NatsConnection): Promise<void> {
    connection.subscribe(`${subjectOfConfirmations}.*.*`, {
      callback: (_error, message) => {
        const [, , partition, sequence] = message.subject.split('.');
        this.#ledger.confirmed(Number(partition), Number(sequence));
      },
    });
    await Promise.all(
      partitions().map(async (partition) => {
        const where = { station: loadStation, partition, group: confirmingGroup };
        const pull = new StreamPull(connection, where, (message) => {
          const sequence = sequenceOf(message);
          this.#ledger.deliveredToConfirming(partition, sequence);
          this.#ledger.seen(confirmingGroup, partition, sequence);
          connection.publish(message.reply ?? '', '+ACK', {
            reply: `${subjectOfConfirmations}.${String(partition)}.${String(sequence)}`,
          });
        });
        while (!this.#consuming.signal.aborted) {
          void this.#lost.happened.then(() => {
            pull.interrupt();
          });
          await pull.fetch({ batch: 100, expiresMs: 1_000 });
        }
        pull.close();
      }),
    );
  }

  async #consumeWithSdk(memphis: Memphis): Promise<void> {
    const consumer = await memphis.consumer({
      stationName: loadStation,
      consumerName: sdkGroup,
      consumerGroup: sdkGroup,
      maxAckTimeMs: this.#options.ackTimeoutMs,
      maxMsgDeliveries: 10,
    });
    for (let turn = 0; !this.#consuming.signal.aborted; turn += 1) {
      const partition = 1 + (turn % partitionCount);
      const fetched = consumer
        .fetch({ batchSize: 200, consumerPartitionNumber: partition })
        .then((messages) => {
          // Also when the fetch was given up meanwhile: what came is seen and acked.
          for (const message of messages) {
            this.#ledger.seen(sdkGroup, partition, message.getSequenceNumber());
            message.ack();
          }
        })
        .catch(() => undefined); // the broker is away; the next turn tries again
      await Promise.race([fetched, this.#lost.happened]);
    }
  }

  #named(name: string) {
    return { station: loadStation, partitionCount, window: this.#options.window, name };
  }
}

/** A plain NATS connection as root that reconnects without end. */
export async function connectPlain(
  broker: Pick<BrokerProcess, 'clientPort' | 'rootPassword'>,
): Promise<NatsConnection> {
  const connection = await connect({
    servers: `127.0.0.1:${String(broker.clientPort)}`,
    user: 'root',
    pass: broker.rootPassword,
    reconnectTimeWait: 100,
    reconnectJitter: 0,
    maxReconnectAttempts: -1,
  });
  registerRelease(() => connection.close());
  return connection;
}

/** Reads every message of the load's station through a group. */
export async function readStation(
  connection: NatsConnection,
  group: string,
): Promise<ReadMessage[]> {
  const stored: ReadMessage[] = [];
  for (const partition of partitions()) {
    const keep = (message: Msg): void => {
      stored.push({
        partition,
        sequence: sequenceOf(message),
        messageId: message.headers?.get('msg-id') ?? '',
        payload: Uint8Array.from(message.data),
      });
    };
    const pull = new StreamPull(connection, { station: loadStation, partition, group }, keep);
    while ((await pendingCounts(connection, partition, group)).undelivered > 0) {
      await pull.fetch({ batch: 1_000, expiresMs: 500 });
    }
    pull.close();
  }
  return stored;
}

/** What a group has before it on a partition. */
export async function pendingCounts(
  connection: NatsConnection,
  partition: number,
  group: string,
): Promise<{ undelivered: number; unsettled: number }> {
  const subject = `$JS.API.CONSUMER.INFO.${loadStation}$${String(partition)}.${group}`;
  const info = (await connection.request(subject, '', { timeout: 5_000 })).json<{
    num_pending: number;
    num_ack_pending: number;
  }>();
  return { undelivered: info.num_pending, unsettled: info.num_ack_pending };
}

async function isSettled(connection: NatsConnection, partition: number, group: string) {
  const { undelivered, unsettled } = await pendingCounts(connection, partition, group);
  return undelivered === 0 && unsettled === 0;
}

function partitions(): number[] {
  return Array.from({ length: partitionCount }, (_, index) => index + 1);
}

function lostSignal(): { readonly happened: Promise<void>; readonly tell: () => void } {
  let tell = (): void => undefined;
  const happened = new Promise<void>((resolve) => (tell = resolve));
  return { happened, tell };
}
