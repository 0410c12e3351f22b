import { headers } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Memphis } from 'memphis-dev';
import type { Dice } from '../../support/index.ts';
import { payloadOf } from './ledger.ts';
import type { Ledger } from './ledger.ts';

/** Where a producer of the load sends, and how much at a time. */
export interface ProducerOptions {
  readonly station: string;
  readonly partitionCount: number;
  /** Messages on their way at once. */
  readonly window: number;
  readonly name: string;
}

/** Sends one message and resolves with its ack; the sequence where the client tells. */
type Send = (messageId: string, partition: number) => Promise<number | undefined>;

/**
 * Publishes window after window until it is stopped, as a careful application does: what was not
 * acknowledged, because the connection broke or the answer did not come, is sent again under the
 * same message id.
 */
export async function produceUntil(
  stop: AbortSignal,
  send: Send,
  lost: () => Promise<void>,
  { ledger, dice, options }: { ledger: Ledger; dice: Dice; options: ProducerOptions },
): Promise<void> {
  for (let count = 0; !stop.aborted;) {
    const window = new Map<string, number>();
    for (let place = 0; place < options.window; place += 1) {
      count += 1;
      window.set(`${options.name}-${String(count)}`, 1 + dice.below(options.partitionCount));
    }
    while (window.size > 0) {
      const answers = Array.from(window, async ([messageId, partition]) => {
        ledger.sent(messageId, partition);
        const sequence = await send(messageId, partition);
        ledger.acked(messageId, sequence);
        window.delete(messageId);
      });
      await Promise.race([Promise.allSettled(answers), lost()]);
      if (stop.aborted) return;
    }
  }
}

/** With the published SDK, as applications do; every message has an id. */
export async function sdkSend(memphis: Memphis, options: ProducerOptions): Promise<Send> {
  const producer = await memphis.producer({
    stationName: options.station,
    producerName: options.name,
  });
  return async (messageId, partition) => {
    await producer.produce({
      message: payloadOf(messageId),
      msgId: messageId,
      producerPartitionNumber: partition,
      asyncProduce: false,
    });
    return undefined;
  };
}

/** With plain NATS, because its ack tells the sequence. */
export function plainSend(connection: NatsConnection, options: ProducerOptions): Send {
  return async (messageId, partition) => {
    const fields = headers();
    fields.set('msg-id', messageId);
    const answer = await connection.request(
      `${options.station}$${String(partition)}.final`,
      payloadOf(messageId),
      { headers: fields, timeout: 5_000 },
    );
    const ack = answer.json<{ seq?: number; error?: { description: string } }>();
    if (ack.error !== undefined) throw new Error(ack.error.description);
    if (ack.seq === undefined) throw new Error(`No PubAck: ${answer.string()}`);
    return ack.seq;
  };
}
