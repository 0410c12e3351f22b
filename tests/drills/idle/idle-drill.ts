import { setTimeout as delay } from 'node:timers/promises';
import { prepareSdks, SdkClient, SdkProgram, sdksOf, WireTap } from '../../conformance/index.ts';
import type { Sdk } from '../../conformance/index.ts';
import { startBroker, waitUntil } from '../../support/index.ts';
import type { BrokerProcess } from '../../support/index.ts';
import type { Drill, DrillRequest, DrillResult } from '../drill.ts';

/** The SDK for Python waits 5 s for a message. */
const emptyFetchesPerMinute = 4;

/**
 * Goal: what an SDK sees only by waiting (items 8, 40 and 53 of wire-protocol.md, section 6).
 *
 * Method: at the same time, each SDK is left alone for some minutes with a producer and a consumer, and then has to have
 * the socket that it had, and to produce on it; each SDK for Python fetches from an empty station again and again, without an
 * error; and a listening consumer of the SDK for Node has to be told that its station was destroyed. Nothing of this
 * has a short form, so `npm test` has none of it.
 */
export const idleDrill: Drill = {
  name: 'idle',
  goal: 'SDKs stay connected while nothing happens, fetch nothing without an error, and learn of a lost station',
  unit: 'minutes',
  fullCount: 5,
  prepare: prepareSdks,
  run,
};

async function run({ count: minutes, say }: DrillRequest): Promise<DrillResult> {
  const broker = await startBroker();
  const sdks = sdksOf(['node', 'python', 'go']);
  const ofColumn = (column: Sdk['column']): Sdk[] => sdks.filter((sdk) => sdk.column === column);
  const tasks = [
    ...sdks.map((sdk) => staysConnected(sdk, broker, minutes)),
    ...ofColumn('python').map((sdk) => fetchesNothing(sdk, broker, minutes)),
    ...ofColumn('node').map((sdk) => learnsOfLostStation(sdk, broker)),
  ];
  const faults: string[] = [];
  const facts: Record<string, number> = { minutes, SDKs: sdks.length };
  for (const outcome of await Promise.allSettled(tasks)) {
    if (outcome.status === 'rejected') {
      faults.push(String(outcome.reason));
      continue;
    }
    say(outcome.value);
  }
  await broker.stop();
  return { faults, facts: { ...facts, shown: tasks.length - faults.length } };
}

async function staysConnected(sdk: Sdk, broker: BrokerProcess, minutes: number): Promise<string> {
  const tap = await WireTap.open(() => broker.clientPort);
  const client = await connect(sdk, broker, tap.port);
  const station = `idle-${String(sdk.title.length)}-${sdk.column}`;
  await client.producer(station);
  await client.consumer(station, 'g');
  const openSockets = (): number => tap.sockets.filter(({ isOpen }) => isOpen).length;
  // The trial socket of a password is closed when it likes.
  await waitUntil(() => openSockets() === 1, { what: `${sdk.title} to have one socket` });
  const socketCount = tap.sockets.length;
  const frames = tap.sockets.find(({ isOpen }) => isOpen)?.received ?? [];
  const countBefore = frames.length;
  await delay(minutes * 60_000); // what the drill is for
  const during = frames.slice(countBefore).map(({ line }) => line);
  if (tap.sockets.length !== socketCount || openSockets() !== 1) {
    throw new Error(`${sdk.title} lost its connection while it was idle: ${during.join(' | ')}`);
  }
  if (during.some((line) => line.startsWith('-ERR'))) {
    throw new Error(`${sdk.title} was told an error while it was idle: ${during.join(' | ')}`);
  }
  await client.produce(station, 'after');
  if (openSockets() !== 1) throw new Error(`${sdk.title} lost its connection at the first message`);
  const heard = during.filter((line) => /^P[IO]NG$/.test(line)).length;
  return `${sdk.title}: idle for ${String(minutes)} min on one socket, ${String(heard)} PING and PONG from the broker`;
}

async function fetchesNothing(sdk: Sdk, broker: BrokerProcess, minutes: number): Promise<string> {
  const client = await connect(sdk, broker, broker.clientPort);
  const station = `empty-${String(sdk.title.length)}`;
  await client.consumer(station, 'g');
  const count = minutes * emptyFetchesPerMinute;
  const startMs = performance.now();
  for (let turn = 1; turn <= count; turn += 1) {
    const messages = await client.fetch(station, 'g', 10).catch((error: unknown) => {
      throw new Error(`${sdk.title}: fetch ${String(turn)} of nothing failed`, { cause: error });
    });
    if (messages.length > 0) throw new Error(`${sdk.title}: fetched something from nothing`);
  }
  const seconds = Math.round((performance.now() - startMs) / 1_000);
  return `${sdk.title}: ${String(count)} fetches of nothing, ${String(seconds)} s, no error`;
}

async function learnsOfLostStation(sdk: Sdk, broker: BrokerProcess): Promise<string> {
  const client = await connect(sdk, broker, broker.clientPort);
  await client.station('lost');
  await client.consumer('lost', 'g');
  await client.special('listen', { station: 'lost', consumer: 'g' });
  const other = await connect(sdk, broker, broker.clientPort);
  await other.station('lost');
  await other.destroyStation('lost');
  await waitUntil(
    async () => {
      const errors = (await client.special('heardErrors', {})) as string[];
      return errors.some((text) => text.includes('station/consumer were not found'));
    },
    { timeoutMs: 120_000, what: `${sdk.title} to say that its station is gone` },
  );
  return `${sdk.title}: said that the station of its consumer was gone`;
}

function connect(sdk: Sdk, broker: BrokerProcess, port: number): Promise<SdkClient> {
  const program = SdkProgram.start(sdk.command);
  // An SDK that is not let in within 2 s gives up, the first time; a busy machine may need longer.
  return waitUntil(
    () => SdkClient.connect(program, 'only', { port, password: broker.rootPassword }),
    { timeoutMs: 60_000, what: `${sdk.title} to connect` },
  );
}
