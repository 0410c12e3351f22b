import type { Memphis } from 'memphis-dev';
import type { Transaction } from './transaction.ts';

/** Messages whose acks are awaited together: the broker writes them to disk with few flushes. */
const windowMessages = 500;

/**
 * Sends every transaction and resolves when the broker has acknowledged the last one, that is, when
 * all of them are on its disk.
 */
export async function produce(
  memphis: Memphis,
  stationName: string,
  transactions: Iterable<Transaction>,
  { sent, signal }: { sent: (count: number) => void; signal: AbortSignal },
): Promise<void> {
  const producer = await memphis.producer({ stationName, producerName: 'shop' });
  let window: Promise<void>[] = [];
  for (const transaction of transactions) {
    if (signal.aborted) break;
    window.push(
      producer.produce({
        message: Buffer.from(JSON.stringify(transaction)),
        // Sent again under the same id after a lost ack, it would be stored once.
        msgId: `transaction-${transaction.transaction_id}`,
        headers: memphis.headers(),
        // `false` resolves with the ack. The default neither waits nor tells when it fails.
        asyncProduce: false,
      }),
    );
    if (window.length < windowMessages) continue;
    await Promise.all(window);
    sent(window.length);
    window = [];
  }
  await Promise.all(window);
  sent(window.length);
  await producer.destroy();
}
