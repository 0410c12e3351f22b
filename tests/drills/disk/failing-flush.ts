import { startBroker, tempDir, waitUntil } from '../../support/index.ts';
import type { ProcessEnd } from '../../support/index.ts';
import { DrillClient } from '../client/drill-client.ts';
import { joinRequest, stationRequest } from '../client/requests.ts';
import { DiskFaults } from '../preload/disk-faults.ts';

const prefix = '_INBOX.flush.';
const stream = 'orders$1';
const publishCount = 20;

/** What was seen when the disk failed to flush. */
export interface FailedFlush {
  /** Answers to what waited for the flush: `code err_code first words`, or why there was none. */
  readonly answers: readonly string[];
  readonly end: ProcessEnd;
  readonly stderr: string;
  readonly acknowledgedCount: number;
  /** What of the acknowledged was there, as it was sent, at the next start. */
  readonly foundCount: number;
}

/** Lets a flush fail while publishes wait for it, and starts the broker again on a disk that works. */
export async function failFlush(fault: 'fail-sync' | 'fail-dsync'): Promise<FailedFlush> {
  const dataDir = tempDir();
  const faults = new DiskFaults(dataDir);
  const broker = await startBroker({ dataDir, env: faults.env });
  const client = await DrillClient.connect(broker.clientPort, broker.rootPassword, prefix);
  const plan = { name: 'orders', partitionCount: 1, retention: 'age' } as const;
  await client.ask('$memphis_station_creations', `${prefix}create`, stationRequest(plan));
  const publish = async (text: string): Promise<string> => {
    const answer = await client.ask(`${stream}.final`, `${prefix}${text}`, text);
    const { error } = answer.json<{
      error?: { code: number; err_code: number; description: string };
    }>();
    if (error === undefined) return 'stored';
    const { code, err_code, description } = error;
    return `${String(code)} ${String(err_code)} ${description.slice(0, 'insufficient resources'.length)}`;
  };
  const texts = Array.from({ length: publishCount }, (_, index) => `acknowledged-${String(index)}`);
  await Promise.all(texts.map(publish));

  // Held first, so that all of them wait when the flush fails.
  faults.on('hold-sync');
  const waiting = Array.from({ length: publishCount }, (_, index) =>
    publish(`waiting-${String(index)}`).catch((error: unknown) => String(error)),
  );
  await waitUntil(() => faults.isHolding, { what: 'a flush to be held' });
  await client.flush();
  faults.on(fault);
  faults.off('hold-sync');
  const answers = await Promise.all(waiting);
  const end = await broker.ended;
  await client.close();

  faults.off(fault);
  await broker.start();
  const reader = await DrillClient.connect(broker.clientPort, broker.rootPassword, prefix);
  await reader.ask('$memphis_consumer_creations', `${prefix}join`, joinRequest('orders', 'reader'));
  const deliveries = await reader.pullAll(stream, 'reader');
  const found = new Set(deliveries.map(({ payload }) => Buffer.from(payload).toString()));
  await reader.close();
  await broker.stop();
  return {
    answers,
    end,
    stderr: broker.stderr,
    acknowledgedCount: texts.length,
    foundCount: texts.filter((text) => found.has(text)).length,
  };
}
