import { startBroker, tempDir, waitUntil } from '../../support/index.ts';
import { DiskFaults } from '../preload/disk-faults.ts';
import { handedOver } from '../preload/handed-over.ts';
import { DrillClient } from '../client/drill-client.ts';
import type { RecordedBroker } from './record-load.ts';
import { joinRequest, stationRequest } from '../client/requests.ts';

const prefix = '_INBOX.held.';
const publishCount = 5;
/** An answer that does not wait for the disk comes before the answer to a later PING; a few are surer. */
const roundTripCount = 20;

/** Kinds of requests that promise something to be on disk, and how many of each were answered. */
export interface AnsweredCounts {
  readonly publishes: number;
  readonly acks: number;
  readonly stations: number;
}

/** What was answered while the disk took no flush, and after it did again. */
export interface HeldCommit {
  readonly whileHeld: AnsweredCounts;
  readonly afterwards: AnsweredCounts;
}

/**
 * Holds back the flush under a broker, asks for things that must be on disk before they are
 * answered, and counts the answers. A broker whose own thread is held answers nothing at all, which would say
 * nothing: what that one promises, the power-cut drill sees.
 */
export async function holdCommit(broker: RecordedBroker = handedOver): Promise<HeldCommit> {
  const dataDir = tempDir();
  const faults = new DiskFaults(dataDir);
  const running = await startBroker({ ...broker, dataDir, env: faults.env });
  const client = await DrillClient.connect(running.clientPort, running.rootPassword, prefix);
  const plan = { name: 'orders', partitionCount: 1, retention: 'age' } as const;
  await client.ask('$memphis_station_creations', `${prefix}create`, stationRequest(plan));
  await client.ask(
    '$memphis_consumer_creations',
    `${prefix}join`,
    joinRequest('orders', 'billing'),
  );
  await client.ask('orders$1.final', `${prefix}first`, 'first');
  const deliveries = await client.pullAll('orders$1', 'billing');

  const answered = { publishes: 0, acks: 0, stations: 0 };
  const asked: Promise<void>[] = [];
  const ask = (kind: keyof typeof answered, subject: string, payload: string): void => {
    const reply = `${prefix}${kind}.${String(asked.length)}`;
    asked.push(client.ask(subject, reply, payload).then(() => void (answered[kind] += 1)));
  };
  faults.on('hold-sync');
  for (let count = 0; count < publishCount; count += 1) ask('publishes', 'orders$1.final', 'held');
  for (const { reply } of deliveries) ask('acks', reply, '+ACK');
  ask('stations', '$memphis_station_creations', stationRequest({ ...plan, name: 'other' }));
  await waitUntil(() => faults.isHolding, { what: 'a flush to be held' });
  for (let count = 0; count < roundTripCount; count += 1) await client.flush();
  const whileHeld = { ...answered };
  faults.off('hold-sync');
  await Promise.all(asked);
  await client.close();
  await running.kill9();
  return { whileHeld, afterwards: { ...answered } };
}
