import { EmbeddedEngine } from '../../../broker/src/engines/embedded/index.ts';
import { headerBlocks } from '../../../broker/src/codecs/nats/index.ts';
import { limits } from '../../../broker/src/config/index.ts';
import { SystemClock, SystemScheduler } from '../../../broker/src/host/index.ts';
import { EmbeddedMetadataStore } from '../../../broker/src/metadata/embedded/index.ts';
import { silentLogger, startBroker, tempDir, waitUntil } from '../../support/index.ts';
import { openTestStore } from '../../support/embedded-store.ts';
import type { BrokerProcess } from '../../support/index.ts';
import { DrillClient } from '../client/drill-client.ts';
import { joinRequest, stationRequest } from '../client/requests.ts';
import { DiskFaults } from '../preload/disk-faults.ts';

/** What there is of one message that was given up, when everything is over. */
export interface Remains {
  /** Reasons of its dead letters. */
  readonly deadLetters: readonly string[];
  /** Headers and payloads of its copies in the dead-letter station. */
  readonly copies: readonly string[];
}

const prefix = '_INBOX.copy.';

/**
 * Goal: whenever the broker is killed, a message that a member gave up becomes one dead letter with one copy.
 *
 * Method: the disk lets a number of syncs go, as the test says, while the broker writes the dead letter and then its
 * copy (each commit has one, of the log, and a checkpoint may add its own). Then the process is killed, and started
 * on a disk without faults. The member does what a member does: whatever it is given again it gives up again.
 *
 * Undefined when the copy was made with fewer syncs: there is no such step.
 */
export async function killAtCopyStep(step: number): Promise<Remains | undefined> {
  const dataDir = tempDir();
  const faults = new DiskFaults(dataDir);
  const broker = await startBroker({ dataDir, env: faults.env });
  const client = await connect(broker);
  const plan = { name: 'orders', partitionCount: 1, retention: 'age' } as const;
  const station = { ...fieldsOf(stationRequest(plan)), dls_station: 'failed' };
  const member = { ...fieldsOf(joinRequest('orders', 'billing')), max_ack_time_ms: 1_000 };
  await ask(client, '$memphis_station_creations', station);
  await ask(client, '$memphis_consumer_creations', member);
  await client.ask('orders$1.final', `${prefix}bad`, 'bad');
  const [delivery] = await client.pull('orders$1', 'billing', 1);
  await client.ask('orders$1.final', `${prefix}good`, 'good'); // the delivery goes with its commit

  faults.on('hold-sync');
  giveUp(client, delivery?.reply ?? '');
  const isReached = await passSyncs(faults, client, step);
  await broker.kill9();
  faults.off('hold-sync');
  if (!isReached) return undefined;

  await broker.start();
  await finish(await connect(broker));
  await broker.stop();
  return remainsIn(dataDir);
}

function connect(broker: BrokerProcess): Promise<DrillClient> {
  return DrillClient.connect(broker.clientPort, broker.rootPassword, prefix);
}

/** A member gives its message up as SDKs do: at once, and then it says why. */
function giveUp(client: DrillClient, reply: string): void {
  client.tell(reply, '+TERM');
  const report = { station_name: 'orders', error: 'because', partition: 1, cg_name: 'billing' };
  client.tell('$memphis_nacked_dls', JSON.stringify({ ...report, seq: 1 }));
}

/** False when the copy is there before so many syncs have been let go. */
async function passSyncs(faults: DiskFaults, client: DrillClient, count: number): Promise<boolean> {
  for (let passed = 0; passed <= count; passed += 1) {
    const isCopied = copyThere(client);
    const state = await waitUntil(
      () => (faults.isHolding && 'holding') || (isCopied() && 'copied') || undefined,
      { what: `sync ${String(passed)} or the copy` },
    );
    if (state === 'copied') return false;
    if (passed < count) await faults.letOneGo();
  }
  return true;
}

/** Asks for the copy again and again, without waiting for the answer: while a sync is held the broker may give none. */
function copyThere(client: DrillClient): () => boolean {
  let isThere = false;
  let isAsking = false;
  return () => {
    if (!isAsking && !isThere) {
      isAsking = true;
      copyCount(client).then(
        (count) => {
          isThere = count > 0;
          isAsking = false;
        },
        () => undefined, // it was killed meanwhile
      );
    }
    return isThere;
  };
}

/** Until `bad` is settled and its copy is there; what comes again is given up again. */
async function finish(client: DrillClient): Promise<void> {
  await waitUntil(
    async () => {
      for (const { sequence, reply } of await client.pullAll('orders$1', 'billing')) {
        if (sequence === 1) giveUp(client, reply);
        else client.tell(reply, '+ACK');
      }
      const info = await ask(client, '$JS.API.CONSUMER.INFO.orders$1.billing', {});
      const floor = info['ack_floor'] as { stream_seq: number };
      return floor.stream_seq === 2 && (await copyCount(client)) > 0;
    },
    { what: 'the message to be settled and copied', timeoutMs: 20_000 },
  );
}

async function copyCount(client: DrillClient): Promise<number> {
  const info = await ask(client, '$JS.API.STREAM.INFO.failed$1', {});
  return (info['state'] as { messages: number }).messages;
}

async function ask(
  client: DrillClient,
  subject: string,
  fields: object,
): Promise<Record<string, unknown>> {
  const answer = await client.ask(subject, `${prefix}${subject}`, JSON.stringify(fields));
  return answer.data.length === 0 ? {} : answer.json();
}

function fieldsOf(request: string): Record<string, unknown> {
  return JSON.parse(request) as Record<string, unknown>;
}

/** What a stopped broker has left, read without it. */
async function remainsIn(dataDir: string): Promise<Remains> {
  const store = await openTestStore(dataDir);
  const onFatal = (error: Error): never => {
    throw error;
  };
  const options = { newInstallId: '', onFatal };
  const metadata = await EmbeddedMetadataStore.open(store, silentLogger, options);
  const time = { clock: new SystemClock(), scheduler: new SystemScheduler() };
  const engineOptions = {
    ...limits,
    memoryStationBytesMax: 0,
    readHeader: headerBlocks.read,
    onDeadLettersFull: onFatal,
    onFatal,
  };
  const engine = new EmbeddedEngine(store, time, engineOptions);
  const deadLetters: string[] = [];
  const copies: string[] = [];
  for (const station of await metadata.stations()) {
    await engine.openStation(station);
    const letters = await engine.deadLetters(station.id, { afterId: 0, countMax: 10 });
    deadLetters.push(...letters.map(({ reason }) => reason));
    const address = { stationId: station.id, partition: 1 };
    const { lastSequence = 0 } = (await engine.partitionState(address)) ?? {};
    for (let sequence = 1; station.name === 'failed' && sequence <= lastSequence; sequence += 1) {
      copies.push(Buffer.from((await engine.message(address, sequence))?.message ?? []).toString());
    }
  }
  await engine.close();
  await store.close();
  return { deadLetters, copies };
}
