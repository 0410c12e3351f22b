import { startBroker, tempDir, waitUntil } from '../../support/index.ts';
import type { ProcessEnd } from '../../support/index.ts';
import { DrillClient } from '../client/drill-client.ts';
import { joinRequest, stationRequest } from '../client/requests.ts';
import { DiskFaults } from '../preload/disk-faults.ts';
import { handedOver } from '../preload/handed-over.ts';

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
  /** What of the acknowledged, with those answered as stored, was there, as it was sent, at the next start. */
  readonly foundCount: number;
}

/** Which flush fails, and how large the messages are that wait: large ones go round the log. */
export interface FlushFault {
  readonly fault: 'fail-sync' | 'fail-dsync';
  readonly payloadBytes: number;
  /** The broker's own thread flushes: it reads nothing meanwhile. */
  readonly blocks?: boolean;
}

/** What a failing flush comes to: the log's, handed over or not, LMDB's behind the log, and LMDB's that publishes wait for. */
export const flushFaults = {
  log: { fault: 'fail-dsync', payloadBytes: 20 },
  'log, by the broker itself': { fault: 'fail-dsync', payloadBytes: 20, blocks: true },
  checkpoint: { fault: 'fail-sync', payloadBytes: 20 },
  'large commit': { fault: 'fail-sync', payloadBytes: 200_000 },
} as const satisfies Record<string, FlushFault>;

/** Lets a flush fail while publishes wait, and starts the broker again on a disk that works. */
export async function failFlush(failing: FlushFault): Promise<FailedFlush> {
  const { fault, payloadBytes, blocks = false } = failing;
  const dataDir = tempDir();
  const faults = new DiskFaults(dataDir);
  const kind = blocks ? {} : handedOver;
  const broker = await startBroker({ ...kind, dataDir, env: faults.env });
  const client = await DrillClient.connect(broker.clientPort, broker.rootPassword, prefix);
  const plan = { name: 'orders', partitionCount: 1, retention: 'age' } as const;
  await client.ask('$memphis_station_creations', `${prefix}create`, stationRequest(plan));
  const publish = async (name: string, payload = name): Promise<string> => {
    const answer = await client.ask(`${stream}.final`, `${prefix}${name}`, payload);
    const { error } = answer.json<{
      error?: { code: number; err_code: number; description: string };
    }>();
    if (error === undefined) return 'stored';
    const { code, err_code, description } = error;
    return `${String(code)} ${String(err_code)} ${description.slice(0, 'insufficient resources'.length)}`;
  };
  const texts = Array.from({ length: publishCount }, (_, index) => `acknowledged-${String(index)}`);
  await Promise.all(texts.map((text) => publish(text)));

  // Held first, so that all of them wait when the flush fails; who is held itself does not read what waits.
  faults.on(blocks ? fault : 'hold-sync');
  const names = Array.from({ length: publishCount }, (_, index) => `waiting-${String(index)}`);
  const payloads = names.map((name) => name.padEnd(payloadBytes, '.'));
  const waiting = names.map((name, index) =>
    publish(name, payloads[index]).catch((error: unknown) => String(error)),
  );
  if (!blocks) {
    await waitUntil(() => faults.isHolding, { what: 'a flush to be held' });
    await client.flush();
    faults.on(fault);
    faults.off('hold-sync');
  }
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
  const storedLate = payloads.filter((_, index) => answers[index] === 'stored');
  const acknowledged = [...texts, ...storedLate];
  return {
    answers,
    end,
    stderr: broker.stderr,
    acknowledgedCount: acknowledged.length,
    foundCount: acknowledged.filter((text) => found.has(text)).length,
  };
}
