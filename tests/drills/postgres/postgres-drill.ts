import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, Memphis, Producer } from 'memphis-dev';
import { connectMemphis, startPostgres, waitUntil } from '../../support/index.ts';
import { startPostgresBroker } from '../../integration/postgres/postgres-broker.ts';
import type { Drill, DrillRequest, DrillResult } from '../drill.ts';

/**
 * Goal: while Postgres is away, messages go on as if nothing were, and changes are refused with the reason.
 *
 * Method: a broker with its metadata in a real Postgres, and a producer and a consumer of the Node SDK that
 * exchange messages one after the other all the time. Postgres is killed, stays away for as many seconds as are asked for, and is
 * started again. Each second somebody asks for a new station. Every message has to be acknowledged and
 * delivered; every station asked for in between refused by name of the reason; and the first one after it made.
 */
export const postgresDrill: Drill = {
  name: 'postgres',
  goal: 'messages go on while Postgres is away, changes are refused with the reason',
  unit: 'seconds away',
  fullCount: 60,
  run,
};

async function run({ count, say }: DrillRequest): Promise<DrillResult> {
  const server = await startPostgres();
  const broker = await startPostgresBroker(server, await server.createDatabase());
  const memphis = await connectMemphis(broker);
  const producer = await memphis.producer({ stationName: 'load', producerName: 'p' });
  const consumer = await memphis.consumer({
    ...{ stationName: 'load', consumerName: 'c', consumerGroup: 'g' },
    batchMaxTimeToWaitMs: 1000,
  });
  const faults: string[] = [];
  const stop = new AbortController();
  const exchanged = exchangeUntil(stop.signal, producer, consumer, faults);

  await server.stop('immediate');
  say('Postgres is away');
  const refusals = new Set<string>();
  for (let second = 0; second < count; second += 1) {
    refusals.add(await refusalOf(memphis, `station-${String(second)}`));
    await delay(1000); // the outage itself, not a wait for something
  }
  for (const refusal of refusals) {
    if (!refusal.includes('metadata store')) faults.push(`a change was answered: ${refusal}`);
  }
  await server.start();
  const backAtMs = performance.now();
  await waitUntil(async () => (await refusalOf(memphis, 'after')) === 'made', {
    timeoutMs: 30_000,
    what: 'a change to be made again',
  });
  const backMs = performance.now() - backAtMs;
  stop.abort();
  const messageCount = await exchanged;
  if (messageCount === 0) faults.push('no message was exchanged');
  const { code } = await broker.stop();
  if (code !== 0) faults.push(`the broker ended with ${String(code)}`);
  return {
    faults,
    facts: {
      messageCount,
      refusals: [...refusals].join(' / '),
      'change again after ms': Math.round(backMs),
    },
  };
}

/** How many messages were published, fetched and acked. */
async function exchangeUntil(
  stop: AbortSignal,
  producer: Producer,
  consumer: Consumer,
  faults: string[],
): Promise<number> {
  let count = 0;
  while (!stop.aborted) {
    const text = `message ${String(count)}`;
    try {
      await producer.produce({ message: Buffer.from(text), asyncProduce: false });
      const [message] = await consumer.fetch({ batchSize: 1 });
      if (message?.getData().toString() !== text) faults.push(`${text} was not delivered`);
      message?.ack();
    } catch (error) {
      faults.push(`${text}: ${String(error)}`);
    }
    count += 1;
  }
  return count;
}

/** What the SDK says when it is refused a station; `made` when it is not. */
async function refusalOf(memphis: Memphis, name: string): Promise<string> {
  return memphis.station({ name }).then(
    () => 'made',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
