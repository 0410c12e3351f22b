import type { DeadLetter } from '../../../broker/src/core/dead-letters/index.ts';
import { ManualTime } from '../../support/manual-time.ts';
import { startFront } from './front.ts';
import type { Front } from './front.ts';
import { goldenRecords, headerBlock, isSame } from './golden.ts';
import {
  connectionId,
  deadLetterDeviations,
  record,
  recordedView,
  shown,
} from './golden-dead-letter-differences.ts';
import type { ShownMessage } from './golden-dead-letter-differences.ts';
import { GoldenTally } from './golden-tally.ts';
import { pull } from './pull-scene.ts';
import type { Frame, RawClient } from './raw-client.ts';
import { createConsumer, createStation } from './stations.ts';

// Goal: messages become dead letters, are copied, sent on and acked as with the old server.
// Method: the steps of the transcript are done again on a clock that only the test moves. Where the transcript
// looked at the records through the management API, which is not there yet, the test asks the core and
// puts the answer in the form of that API.

interface Step {
  readonly step: string;
  readonly subject?: string;
  readonly request?: unknown;
  readonly reply?: unknown;
  readonly replies?: readonly ShownMessage[];
  readonly pushes?: readonly ShownMessage[];
  readonly note?: string;
}

test('the steps of the transcript dead-letters end as with the old server, but for those listed with their reasons', async () => {
  const tally = new GoldenTally('dead-letters');
  const replay = await DeadLetterReplay.start();
  const steps = goldenRecords('dead-letters') as Step[];
  for (const step of steps) {
    await before[step.step]?.(replay);
    const got = await replay.outcome(step);
    const listed = deadLetterDeviations[step.step];
    tally.add(
      `${step.step}: ${JSON.stringify(got)}`,
      isSame(got, recordedOutcome(step)),
      listed && isSame(got, listed.answer),
    );
  }
  process.stdout.write(`replay of ${tally.row}\n`);
  await replay.expectSilence();
  expect({ wrong: tally.wrong, stale: tally.stale }).toEqual({ wrong: [], stale: [] });
  const met = steps.map(({ step }) => step);
  const named = [before, stationOf, deadLetterDeviations].flatMap((table) => Object.keys(table));
  expect(named.filter((step) => !met.includes(step))).toEqual([]);
});

/** What was done before a step, as its words say. */
const before: Readonly<Record<string, (replay: DeadLetterReplay) => Promise<void>>> = {
  '1.3 s after the only delivery (ack time 1 s, 1 delivery), nobody pulled again': async (
    replay,
  ) => {
    await createStation(replay.client, 'dl.tgt');
    await createConsumer(replay.client, 'dl.tgt', 't');
    await createStation(replay.client, 'dq1', { dls_station: 'dl.tgt' });
    await replay.group('dq1', 'g.x', 1);
    await replay.produce('dq1', 'poison-me', { k: 'v' });
    await replay.take('dq1', 'g#x');
    await replay.pass(1300);
  },
  'after another pull': (replay) => replay.take('dq1', 'g#x'),
  'resend (management API)': (replay) => replay.resend('dq1'),
  'message poisoned by both groups (h also poisons the first message)': async (replay) => {
    await replay.group('dq1', 'h', 1);
    await replay.produce('dq1', 'two-groups');
    for (const group of ['g#x', 'h']) await replay.take('dq1', group, 2);
    await replay.pass(1000);
  },
  'nacked_dls after +TERM': async (replay) => {
    await createStation(replay.client, 'dq2');
    for (const group of ['g', 'CG.Go']) await replay.group('dq2', group, 5);
    for (const payload of ['n1', 'n2']) await replay.produce('dq2', payload);
    await replay.take('dq2', 'g', 2);
    replay.answer('dq2$1.g.1.1.', '+TERM');
  },
  'nacked_dls with raw group name CG.Go': async (replay) => {
    await replay.take('dq2', 'cg#go', 2);
    replay.answer('dq2$1.cg#go.1.2.', '+TERM');
  },
  'nacked_dls unknown seq 99': (replay) => replay.pass(9000),
  'poison:false station': async (replay) => {
    await createStation(replay.client, 'dqp', {
      dls_configuration: { poison: false, Schemaverse: true },
    });
    await replay.group('dqp', 'g', 1);
    await replay.produce('dqp', 'gone');
    await replay.take('dqp', 'g');
    await replay.pass(3000);
  },
  schemaverse_dls: ({ client }) => createStation(client, 'dqs'),
  'ack_based station, only group: +TERM then nacked_dls on the same socket': async (replay) => {
    await createStation(replay.client, 'dqa', { retention_type: 'ack_based' });
    await replay.group('dqa', 'g', 5);
    await replay.produce('dqa', 'a1');
    await replay.take('dqa', 'g');
    replay.answer('dqa$1.g.1.1.', '+TERM');
    const report = { station_name: 'dqa', error: 'because', partition: 1, cg_name: 'g', seq: 1 };
    replay.client.publish('$memphis_nacked_dls', JSON.stringify(report));
    await replay.pass(9000);
  },
};

/** Whose records a step looked at, where it does not say so. */
const stationOf: Readonly<Record<string, string>> = {
  'records: g/seq 1 and CG.Go/seq 2': 'dq2',
  'records afterwards': 'dq2',
  'poison:false station': 'dqp',
  'schema records': 'dqs',
  'ack_based station, only group: +TERM then nacked_dls on the same socket': 'dqa',
  'dq2 at the end': 'dq2',
};

class DeadLetterReplay {
  readonly client: RawClient;
  readonly #front: Front;
  readonly #time: ManualTime;
  #pullCount = 0;
  #silentCount = 0;

  private constructor(front: Front, client: RawClient, time: ManualTime) {
    this.#front = front;
    this.client = client;
    this.#time = time;
  }

  static async start(): Promise<DeadLetterReplay> {
    const time = new ManualTime();
    const front = await startFront({ time });
    return new DeadLetterReplay(front, await front.connect(), time);
  }

  async group(station: string, name: string, deliveries: number): Promise<void> {
    const settings = { max_ack_time_ms: 1000, max_msg_deliveries: deliveries };
    await createConsumer(this.client, station, name, settings);
  }

  async produce(
    station: string,
    payload: string,
    headers: Record<string, string> = {},
  ): Promise<void> {
    const all = { $memphis_connectionId: connectionId, $memphis_producedBy: 'p1', ...headers };
    await this.client.request(`${station}$1.final`, payload, headerBlock(all));
  }

  /** Pulls what is there. */
  async take(station: string, group: string, batch = 1): Promise<void> {
    await this.#pulled(`${station}$1.${group}`, { batch, no_wait: true });
  }

  /** Answers the last delivery whose ack subject begins so. */
  answer(start: string, payload: string): void {
    const frame = this.client.frames.findLast(({ reply }) => reply?.startsWith(`$JS.ACK.${start}`));
    this.client.publish(frame?.reply ?? `nothing.was.delivered.as.${start}`, payload);
  }

  async pass(ms: number): Promise<void> {
    await this.#settled();
    await this.#time.advance(ms);
    await this.#settled();
  }

  async resend(name: string): Promise<void> {
    this.client.subscribe('$memphis_dls_dq1.g#x', 'resent');
    this.client.subscribe('$memphis_dls_dq1_g#x', 'resent-as-before');
    await this.#settled();
    const { stations, deadLetters } = this.#front.services;
    const station = stations.find(name);
    if (station === undefined) throw new Error(`There is no station ${name}`);
    const request = { operation: 'r', station, ids: undefined, throughId: undefined };
    const run = deadLetters.resend({ ...request, countPerSecond: 1000 });
    await this.pass(1000); // resends are rate-limited
    await run.done;
  }

  /** What a step came to, in the form in which the transcript has it. */
  async outcome(step: Step): Promise<unknown> {
    if (step.step.startsWith('record poisoned for g.x and h')) return this.#ackTwice(step);
    if (step.subject !== undefined) return this.#publish(step.subject, step.request);
    if (step.pushes !== undefined) {
      const sids = ['resent', 'resent-as-before'];
      return sids.flatMap((sid) => this.client.messages(sid)).map(shown);
    }
    if (step.replies !== undefined) {
      const frames = await this.#pulled('dl#tgt$1.t', { batch: 5, expires: 1e9 });
      return frames.map(shown);
    }
    return this.#records(stationOf[step.step] ?? 'dq1');
  }

  /** Nothing came for what is never answered. */
  async expectSilence(): Promise<void> {
    await this.#settled();
    expect(this.client.lines.filter((line) => line.includes('_INBOX.silent'))).toEqual([]);
    expect(this.client.isClosed).toBe(false);
  }

  async #pulled(group: string, request: object): Promise<readonly Frame[]> {
    this.#pullCount += 1;
    const name = `pull-${this.#pullCount}`;
    pull(this.client, name, request, group);
    await this.#settled();
    if ('expires' in request) await this.pass(1015);
    return this.client.messages(name);
  }

  async #publish(subject: string, request: unknown): Promise<null> {
    this.#silentCount += 1;
    const reply = `_INBOX.silent.${this.#silentCount}`;
    this.client.subscribe(reply, `silent-${this.#silentCount}`);
    const [letter] = await this.#letters('dq1');
    const text = typeof request === 'string' ? request : JSON.stringify(request);
    const withIds = text
      .replaceAll('<uuid>', connectionId)
      .replace('"id":2', `"id":${letter?.id ?? 0}`);
    this.client.publish(subject, withIds, { reply });
    await this.#settled();
    return null;
  }

  /** The last steps: one message is a dead letter of two groups, which are acked one by one. */
  async #ackTwice({ request }: Step): Promise<string> {
    const { cg_name: group } = request as { cg_name: string };
    const both = (await this.#letters('dq1')).filter(({ sequence }) => sequence === 2);
    const letter = both.find((each) => each.group === group) ?? both[0];
    this.client.publish('$memphis_pm_acks', JSON.stringify({ id: letter?.id, cg_name: group }));
    await this.#settled();
    const left = (await this.#letters('dq1')).filter(({ sequence }) => sequence === 2);
    return left.length > 0 ? 'record still listed' : 'record gone';
  }

  async #letters(name: string): Promise<readonly DeadLetter[]> {
    const { stations, deadLetters } = this.#front.services;
    const station = stations.find(name);
    return station === undefined ? [] : deadLetters.list(station, { afterId: 0, countMax: 100 });
  }

  async #records(station: string): Promise<object> {
    await this.#settled();
    const letters = [...(await this.#letters(station))].reverse();
    const poison = letters.filter(({ cause }) => cause !== 'schema').map(record);
    const schema = letters.filter(({ cause }) => cause === 'schema').map(record);
    return { poison, schema, functions: [], total: letters.length };
  }

  async #settled(): Promise<void> {
    await this.client.flush();
    await this.#time.settled();
    await this.client.flush();
  }
}

/** What the transcript has of a step, in the form of `outcome`. */
function recordedOutcome({ step, subject, reply, replies, pushes, note }: Step): unknown {
  if (step.startsWith('record poisoned for g.x and h')) return note;
  const messages = pushes ?? replies;
  if (messages !== undefined) return messages.map(shown);
  return subject === undefined ? recordedView(reply as object) : reply;
}
