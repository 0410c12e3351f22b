import { setTimeout as delay } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { connectMemphis, Dice, startBroker, waitUntil } from '../../support/index.ts';
import type { BrokerProcess } from '../../support/index.ts';
import type { Drill, DrillRequest, DrillResult } from '../drill.ts';
import { connectPlain } from '../load/load.ts';
import { StreamPull } from '../load/stream-pull.ts';
import { DelayLedger } from './delay-ledger.ts';
import type { DelayedMessage } from './delay-ledger.ts';

const station = 'delays';
const group = 'waiting';
const partitionCount = 3;

/** From the first publish to the first due time, by itself and per message: all are to be stored before theirs. */
const leadMs = 3_000;
const leadMsPerMessage = 1;
/** What the due times are spread over, per message: 10,000 in a minute. */
const spreadMsPerMessage = 6;
const spreadMsMin = 6_000;
/** Publishes without an answer. */
const window = 500;
/** What a message may come late, by the promise that this drill is for (requirements.md B22). */
const lateMsMax = 1_000;
const endTimeoutMs = 60_000;

/**
 * Goal: delayed messages come on time, none early, none lost, and none that was cancelled, whatever happens to the broker.
 *
 * Method: messages with random due times, through the built broker and a plain NATS client, on a station of three
 * partitions with one group that always pulls. One in ten is cancelled at a random moment before its time, or right at it; where
 * no answer comes it is asked again. Midway the broker is killed (SIGKILL) and started again. Client and broker have the same
 * clock. At the end the group has nothing more to come. What is due while nobody could deliver it, counts from
 * when the client was connected again.
 */
export const delaysDrill: Drill = {
  name: 'delays',
  goal: 'delayed messages come within a second of their time over a kill, none early, none that was cancelled',
  unit: 'messages',
  fullCount: 10_000,
  run: async (request) => {
    const { faults, lateness, facts } = await playDelays(request);
    return { faults: [...faults, ...lateness], facts };
  },
};

/** `lateness` is apart: on a busy machine it says nothing of the broker. */
export async function playDelays({
  count,
  seed,
  say,
}: DrillRequest): Promise<DrillResult & { readonly lateness: readonly string[] }> {
  const dice = new Dice(seed);
  const spreadMs = Math.max(spreadMsMin, spreadMsPerMessage * count);
  const broker = await startBroker({ readyTimeoutMs: 60_000 });
  const memphis = await connectMemphis(broker);
  await memphis.station({ name: station, partitionsNumber: partitionCount });
  await memphis.close();
  const plain = await connectPlain(broker);
  const manager = await jetstreamManager(plain);
  await manager.consumers.add(stream(1), { durable_name: group, ack_policy: 'explicit' });
  const ledger = new DelayLedger(lateMsMax);
  const pulling = new AbortController();
  const pulls = pullUntil(pulling.signal, plain, ledger);

  const startMs = Date.now() + leadMs + leadMsPerMessage * count;
  const messages = Array.from({ length: count }, (_, index) => ({
    text: String(index),
    partition: 1 + (index % partitionCount),
    dueMs: startMs + dice.below(spreadMs),
    // Of the time until a message is due, the part after which it is cancelled; some are nearly too late, or are.
    cancelAfter: index % 10 > 0 ? undefined : dice.once(5) ? 1 : dice.below(1_000) / 1_000,
  }));
  await publishAll(plain, ledger, messages);
  say(`${String(count)} messages are stored, the first is due in ${startMs - Date.now()} ms`);
  const nowMs = Date.now();
  const cancels = Promise.all(
    messages.flatMap((message) => {
      const { cancelAfter, dueMs } = message;
      if (cancelAfter === undefined) return [];
      return [cancelAt(nowMs + cancelAfter * (dueMs - nowMs), plain, ledger, message)];
    }),
  );
  await delay(startMs + spreadMs / 2 - Date.now()); // midway is a moment, not something to wait for
  await killAndStart(broker, plain, ledger);
  say(`killed and started again; ${String(ledger.arrivedCount)} have come`);
  await cancels;
  await waitUntil(() => ledger.missing().length === 0, {
    timeoutMs: endTimeoutMs + Math.max(0, startMs + spreadMs - Date.now()),
    what: 'all messages to come',
  }).catch(() => undefined); // what is missing is told below
  const left = await leftOver(plain);
  pulling.abort();
  await pulls;
  await plain.close();
  await broker.stop();
  return {
    faults: [...ledger.faults(), ...left],
    lateness: ledger.lateness(),
    facts: ledger.facts(),
  };
}

function stream(partition: number): string {
  return `${station}$${String(partition)}`;
}

async function publishAll(
  plain: NatsConnection,
  ledger: DelayLedger,
  messages: readonly DelayedMessage[],
): Promise<void> {
  const left = [...messages].reverse();
  const publish = async (): Promise<void> => {
    for (let message = left.pop(); message !== undefined; message = left.pop()) {
      const { text, partition, dueMs } = message;
      ledger.planned(message);
      const fields = headers();
      fields.set('deliver-at', new Date(dueMs).toISOString());
      const subject = `${stream(partition)}.final`;
      const answer = await plain.request(subject, text, { headers: fields, timeout: 20_000 });
      const { seq, error } = answer.json<{ seq: number; error?: { description: string } }>();
      if (error !== undefined) throw new Error(`${text} was refused: ${error.description}`);
      ledger.stored(text, seq, Date.now());
    }
  };
  await Promise.all(Array.from({ length: window }, publish));
}

/** Asks until it is answered. */
async function cancelAt(
  atMs: number,
  plain: NatsConnection,
  ledger: DelayLedger,
  { text, partition }: DelayedMessage,
): Promise<void> {
  await delay(Math.max(0, atMs - Date.now()));
  const request = JSON.stringify({ seq: ledger.sequenceOf(text) });
  for (;;) {
    try {
      const subject = `$JS.API.STREAM.MSG.DELETE.${stream(partition)}`;
      const answer = await plain.request(subject, request, { timeout: 2_000 });
      ledger.cancelAnswered(text, answer.json(), Date.now());
      return;
    } catch {
      await delay(50); // the broker is down
    }
  }
}

async function killAndStart(
  broker: BrokerProcess,
  plain: NatsConnection,
  ledger: DelayLedger,
): Promise<void> {
  const downFromMs = Date.now();
  const back = reconnected(plain);
  await broker.kill9();
  await broker.start();
  ledger.wasDown(downFromMs, await back);
}

/** When the connection is there again, by the wall clock. */
async function reconnected(plain: NatsConnection): Promise<number> {
  for await (const { type } of plain.status()) if (type === 'reconnect') return Date.now();
  throw new Error('The connection was closed');
}

/** Pulls from all partitions and acks; goes on after a restart. */
async function pullUntil(
  signal: AbortSignal,
  plain: NatsConnection,
  ledger: DelayLedger,
): Promise<void> {
  const pulls = Array.from(
    { length: partitionCount },
    (_, index) =>
      new StreamPull(plain, { station, partition: index + 1, group }, (message) => {
        ledger.arrived(message.string(), Date.now(), deliveryCountOf(message.reply));
        message.respond('+ACK');
      }),
  );
  signal.addEventListener('abort', () => pulls.forEach((pull) => pull.close()));
  void (async () => {
    for await (const { type } of plain.status()) {
      if (type === 'reconnect') for (const pull of pulls) pull.interrupt();
    }
  })();
  await Promise.all(
    pulls.map(async (pull) => {
      while (!signal.aborted) await pull.fetch({ batch: 500, expiresMs: 5_000 });
    }),
  );
}

function deliveryCountOf(reply: string | undefined): number {
  return Number(reply?.split('.')[4]);
}

/** What the group still has in hand or to come, in words. */
async function leftOver(plain: NatsConnection): Promise<string[]> {
  const manager = await jetstreamManager(plain);
  const faults: string[] = [];
  for (let partition = 1; partition <= partitionCount; partition += 1) {
    const { state } = await manager.streams.info(stream(partition));
    let told = '';
    await waitUntil(
      async () => {
        const info = await manager.consumers.info(stream(partition), group);
        const { num_pending: toCome, num_ack_pending: pending, ack_floor: floor } = info;
        told = `${toCome} to come, ${pending} pending, done up to ${floor.stream_seq} of ${state.last_seq}`;
        return toCome + pending === 0 && floor.stream_seq === state.last_seq;
      },
      // An ack that the kill overtook is sent again after the next delivery, when the ack timeout of 30 s is over.
      { what: 'the group to be done', timeoutMs: endTimeoutMs },
    ).catch(() => faults.push(`partition ${String(partition)} is not done: ${told}`));
  }
  return faults;
}
