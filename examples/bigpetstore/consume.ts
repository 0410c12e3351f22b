import type { Memphis, Message } from 'memphis-dev';
import { Totals } from './totals.ts';
import type { Transaction } from './transaction.ts';

const batchMessages = 1000;
const ackTimeMaxMs = 30_000;
/**
 * Without any message for so long the stream counts as broken off. Twice the time after which a
 * message comes again that arrived when the SDK had just stopped to wait for it.
 */
const silenceMaxMs = 2 * ackTimeMaxMs;

/**
 * Reads as one consumer group until every expected transaction has come, acks each, and returns
 * what was counted. A message that comes after that would be one too many and is counted as well.
 */
export async function consume(
  memphis: Memphis,
  { stationName, group }: { stationName: string; group: string },
  expected: Totals,
  { received, signal }: { received: (count: number) => void; signal: AbortSignal },
): Promise<Totals> {
  const consumer = await memphis.consumer({
    stationName,
    consumerName: `${group}-1`,
    consumerGroup: group,
    batchMaxTimeToWaitMs: 1000,
    maxAckTimeMs: ackTimeMaxMs,
  });
  const totals = new Totals();
  let lastMessageAt = performance.now();
  while (totals.transactionCount < expected.transactionCount && !signal.aborted) {
    // `fetch` returns as soon as the batch is full: asking for more than is to come would wait.
    const missing = expected.transactionCount - totals.transactionCount;
    const messages = await consumer.fetch({ batchSize: Math.min(batchMessages, missing) });
    count(messages, totals);
    received(messages.length);
    if (messages.length > 0) lastMessageAt = performance.now();
    else if (performance.now() - lastMessageAt > silenceMaxMs) break;
  }
  if (!signal.aborted) count(await consumer.fetch({ batchSize: 1 }), totals);
  await consumer.destroy();
  return totals;
}

function count(messages: readonly Message[], totals: Totals): void {
  for (const message of messages) {
    totals.add(JSON.parse(message.getData().toString()) as Transaction);
    message.ack();
  }
}
