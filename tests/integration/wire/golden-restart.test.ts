import { startBroker, waitUntil } from '../../support/index.ts';
import type { BrokerProcess } from '../../support/index.ts';
import { asWeAnswer, groupsHaveBothNames } from './golden-fields.ts';
import { goldenRecords, headerBlock, isSame, normalised, parsed } from './golden.ts';
import type { Deviation } from './golden-replay.ts';
import { GoldenTally } from './golden-tally.ts';
import { pull } from './pull-scene.ts';
import { RawClient } from './raw-client.ts';
import { createConsumer, createStation } from './stations.ts';

// Goal: what a client sees of the end of a server, and finds when it is back, is what it saw and found of the old
// one, where that was right. Method: the built broker is ended by each signal of the transcript and started again on
// its data; the steps of the transcript are done in their order.

interface Step {
  readonly step: string;
  readonly subject?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly request?: unknown;
  readonly reply?: unknown;
  readonly lines?: readonly string[];
  readonly replies?: readonly { readonly line?: string; readonly answer?: string }[];
  readonly note?: string;
}

const ended: Deviation = {
  answer: ['<closed>'],
  reason: 'it closes every socket and ends; clients connect again at once (wire-protocol.md 1.7)',
};
const gone = 'nobody is there any more, see above';
const deviations: Readonly<Record<string, Deviation>> = {
  'server ended with SIGTERM': ended,
  'server ended with SIGINT': ended,
  '1.5 s after SIGTERM: a new connection': { answer: 'ECONNREFUSED', reason: gone },
  '1.5 s after SIGTERM: publish on the old connection': { answer: '<closed>', reason: gone },
  '15 s after SIGTERM': { answer: 'process gone; connection closed', reason: gone },
};
const leftOut: readonly RegExp[] = [
  /^presence after reconnect/, // looked at through the management API, which is not there yet
  /^1\.5 s after SIGTERM: (CONSUMER\.INFO|station creation)/, // unanswered by the old server; ours has closed the socket
];

// Four starts of the broker take seconds each on a busy machine.
jest.setTimeout(180_000);

const closed = '<closed>';
/** Heartbeats and pings come when their time has come, which says nothing of the end. */
const anytime = / 75 75$|^PING$/;
const connectionId = '11111111-2222-4333-8444-555555555555';

test('the steps of the transcript restart end as with the old server, but for those listed with their reasons', async () => {
  const tally = new GoldenTally('restart');
  const replay = await RestartReplay.start();
  const steps = goldenRecords('restart') as Step[];
  const met = new Set<string>();
  for (const step of steps) {
    if (leftOut.some((each) => each.test(step.step))) continue;
    const name = Object.keys(deviations).find((each) => step.step.startsWith(each)) ?? '';
    met.add(name);
    const got = await replay.outcome(step);
    const listed = deviations[name];
    const recorded = recordedOutcome(step);
    const { answer, used } = asWeAnswer(recorded, [groupsHaveBothNames]);
    tally.add(
      `${step.step}: ${JSON.stringify(got)}`,
      isSame(got, recorded),
      listed ? isSame(got, listed.answer) : used.size > 0 ? isSame(got, answer) : undefined,
    );
  }
  process.stdout.write(`replay of ${tally.row}\n`);
  expect({ wrong: tally.wrong, stale: tally.stale }).toEqual({ wrong: [], stale: [] });
  expect(Object.keys(deviations).filter((name) => !met.has(name))).toEqual([]);
});

class RestartReplay {
  readonly #broker: BrokerProcess;
  #client: RawClient;
  #station = '';
  /** What connecting came to while the broker started, per start. */
  readonly #attempts: string[][] = [];

  private constructor(broker: BrokerProcess, client: RawClient) {
    this.#broker = broker;
    this.#client = client;
  }

  static async start(): Promise<RestartReplay> {
    const broker = await startBroker();
    return new RestartReplay(broker, await RestartReplay.#connect(broker));
  }

  async outcome(step: Step): Promise<unknown> {
    const signal = /^server ended with (SIG\w+)/.exec(step.step)?.[1];
    if (signal !== undefined) return this.#end(signal as NodeJS.Signals);
    if (step.step.startsWith('first answer')) return this.#createProducer();
    if (step.step.startsWith('pull after')) return this.#pullAgain();
    if (step.step.endsWith('a new connection')) return this.#afterTheEnd();
    if (step.step.startsWith('connect attempts')) return this.#attempts.shift();
    if (step.step.startsWith('15 s after')) {
      const { code } = await this.#broker.ended;
      return `process ${code === 0 ? 'gone' : 'failed'}; connection ${this.#client.isClosed ? 'closed' : 'open'}`;
    }
    if (this.#client.isClosed) return closed;
    const headers = step.headers && headerBlock(step.headers);
    const answer = await this.#client.request(step.subject ?? '', String(step.request), headers);
    return normalised(parsed(answer.payload));
  }

  /** Fills a station, ends the broker while a pull waits, and starts it again. */
  async #end(signal: NodeJS.Signals): Promise<readonly string[]> {
    const station = `rs${signal.slice('SIG'.length).toLowerCase()}`;
    this.#station = station;
    await createStation(this.#client, station);
    await createConsumer(this.#client, station, 'g', {
      connection_id: connectionId,
      max_msg_deliveries: 5,
    });
    for (const number of [1, 2, 3]) {
      const headers = headerBlock({ 'msg-id': `id${number}` });
      await this.#client.request(`${station}$1.final`, `m${number}`, headers);
    }
    pull(this.#client, 'first', { batch: 3 }, `${station}$1.g`);
    const [first] = await this.#client.received('first', 3);
    // With a reply subject, so that it is stored for certain, and with it what was delivered.
    await this.#client.request(first?.reply ?? '', '+ACK');
    pull(this.#client, 'open', { batch: 1, expires: 60e9, idle_heartbeat: 5e8 }, `${station}$1.g`);
    await this.#client.flush();
    const client = this.#client;
    const seen = client.frames.length;
    process.kill(this.#broker.pid, signal);
    await client.closed();
    await this.#broker.ended;
    await this.#startWatched();
    const lines = client.lines.slice(seen).filter((line) => !anytime.test(line));
    return [...lines, closed];
  }
  /** Starts the broker, connecting to it all the while. */
  async #startWatched(): Promise<void> {
    const answers: string[] = [];
    this.#attempts.push(answers);
    const started = this.#broker.start();
    await waitUntil(
      async () => {
        const answer = await firstAnswer(this.#broker);
        if (answer !== answers.at(-1)) answers.push(answer);
        return answer === '+OK';
      },
      { what: 'the broker to let clients in', timeoutMs: 60_000 },
    );
    await started;
    this.#client = await RestartReplay.#connect(this.#broker);
  }

  async #createProducer(): Promise<unknown> {
    const answer = await this.#client.requestJson('$memphis_producer_creations', {
      name: 'p1',
      station_name: this.#station,
      connection_id: connectionId,
      producer_type: 'application',
      req_version: 4,
      username: 'root',
      app_id: connectionId,
      sdk_lang: 'node.js',
    });
    return answer;
  }

  /** What is pending is not there for another pull: its ack timeout runs. */
  async #pullAgain(): Promise<readonly string[]> {
    pull(this.#client, '3', { batch: 10, expires: 1e8 }, `${this.#station}$1.g`);
    const frames = await this.#client.received('3', 1);
    return frames.map(({ line }) => line.replace('_INBOX.3', '_INBOX.<id>'));
  }

  async #afterTheEnd(): Promise<string> {
    process.kill(this.#broker.pid, 'SIGTERM');
    await this.#broker.ended;
    await this.#client.closed();
    return firstAnswer(this.#broker);
  }

  static async #connect(broker: BrokerProcess): Promise<RawClient> {
    const client = await RawClient.dial(broker.clientPort);
    const name = `${connectionId}::root`;
    await client.connect({ user: 'root$1', pass: broker.rootPassword, name });
    return client;
  }
}

/** What a server says first to a client that connects with the right password, or why there is none. */
async function firstAnswer({ clientPort, rootPassword }: BrokerProcess): Promise<string> {
  try {
    const client = await RawClient.dial(clientPort);
    const fields = { user: 'root$1', pass: rootPassword, verbose: true };
    client.send(`CONNECT ${JSON.stringify(fields)}\r\n`);
    await client.until(() => client.isClosed || client.lines.length > 1, 'an answer');
    client.close();
    return client.lines[1] ?? closed;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** What the transcript has of a step, in the form of `outcome`. */
function recordedOutcome({ step, reply, lines, replies, note }: Step): unknown {
  if (lines !== undefined) {
    const withoutTimes = lines.map((line) => line.replace(/^\+\d+ /, '').split(' | ')[0] ?? '');
    return withoutTimes.filter((line) => !anytime.test(line));
  }
  if (replies !== undefined) return replies.map(({ line, answer }) => line ?? answer);
  if (step.startsWith('first answer')) return (reply as { reply: unknown }).reply;
  return reply === undefined ? note : normalised(reply);
}
