import { waitUntil } from '../../support/index.ts';
import { startFront } from './front.ts';
import type { Front } from './front.ts';
import { goldenPulls } from './golden.ts';
import type { GoldenPull } from './golden.ts';
import type { Deviation } from './golden-replay.ts';
import { GoldenTally } from './golden-tally.ts';
import { pull } from './pull-scene.ts';
import type { Frame, RawClient } from './raw-client.ts';
import { createConsumer, createStation, produce } from './stations.ts';

// Goal: a pull is answered with the messages and statuses that the old server answered, in their order.
// Method: the steps of the transcript that pull are sent again, with what was done between them done here by
// name; subjects, ack subjects but for their time, headers and payloads are compared.

type Action = (scene: PullReplay) => Promise<void> | void;

/** What was done before a step, as its words say. */
const before: Readonly<Record<string, Action>> = {
  'JS fetch(5) body, 2 messages there': ({ store }) => store('fa1', 'm1', 'm2'),
  'JS fetch on empty station': ({ settle }) => {
    settle('fa1$1.g.1.1.', '+ACK');
    settle('fa1$1.g.1.2.', '');
  },
  'Python fetch(10), 3 messages: no_wait + expires': ({ store }) => store('fa1', 'm3', 'm4', 'm5'),
  'max_bytes 10, message of 200 bytes': ({ store }) => store('fa1', 'b'.repeat(200)),
  'waiting pulls of a closed socket are dropped; message published afterwards goes to the next pull':
    async ({ client, front, store }) => {
      const doomed = await front.connect();
      for (const name of ['d1', 'd2', 'd3']) pull(doomed, name, { batch: 1 }, 'fa1$1.g');
      await doomed.flush();
      doomed.close();
      const info = '$JS.API.CONSUMER.INFO.fa1$1.g';
      await waitUntil(async () => (await client.requestJson(info))['num_waiting'] === 0, {
        what: 'the pulls of the closed socket to be dropped',
      });
      await store('fa1', 'after-dead');
    },
  'ack time 1 s: first delivery of r1..r4': ({ store }) => store('fa2', 'r1', 'r2', 'r3', 'r4'),
  'r1 nacked: redelivered at once': ({ settle }) => settle('fa2$1.g.1.1.', '-NAK'),
  'r2 nacked with delay 700 ms (pull opened right away; r3 termed, r4 acked)': ({ settle }) => {
    settle('fa2$1.g.2.1.', '+ACK');
    settle('fa2$1.g.1.2.', '-NAK {"delay":700000000}');
    settle('fa2$1.g.1.3.', '+TERM');
    settle('fa2$1.g.1.4.', '+ACK');
  },
  w1: ({ store }) => store('fa2', 'w1'),
  '+WPI sent 0.7 s after delivery: redelivery 1 s after the WPI': ({ settle }) =>
    settle('fa2$1.g.1.5.', '+WPI'),
  'group ga, member 1 (batch 1)': ({ store }) => store('fa3', 'x1', 'x2'),
  'a pull whose inbox nobody subscribes to was waiting; message then published; next pull': async ({
    client,
    store,
  }) => {
    const subject = '$JS.API.CONSUMER.MSG.NEXT.fnobody$1.g';
    client.publish(subject, '{"batch":1,"expires":60000000000}', { reply: '_INBOX.nobody' });
    await store('fnobody', 'n1');
  },
};

/** What was done while a pull waited. */
const meanwhile: Readonly<Record<string, Action>> = {
  'group destroyed 100 ms after the pull': async ({ client }) => {
    const consumer = { name: 'h', station_name: 'fdel', connection_id: 'connection-1' };
    await client.request('$memphis_consumer_destructions', { ...consumer, req_version: 1 });
  },
  'station destroyed 300 ms after the pull': async ({ client }) => {
    await client.request('$memphis_station_destructions', { station_name: 'fdel' });
  },
};

const gone: Deviation = {
  answer: [expect.objectContaining({ headers: 'NATS/1.0 503\r\n\r\n' })],
  reason: 'the old server was silent; a 503 ends the fetch at once (wire-protocol.md 3.5)',
};
const deviations: Readonly<Record<string, Deviation>> = {
  'unknown group': gone,
  'unknown stream': gone,
  'bad JSON': {
    answer: [
      expect.objectContaining({
        headers: expect.stringMatching(/^NATS\/1\.0 400 Bad Request - /) as string,
      }),
    ],
    reason: 'what is wrong is told in our own words',
  },
};

test('pulls of the transcript fetch-ack are answered as by the old server, but for the steps listed with their reasons', async () => {
  const tally = new GoldenTally('fetch-ack, pulls');
  const replay = await PullReplay.start();
  const steps = goldenPulls('fetch-ack');
  for (const [index, step] of steps.entries()) {
    await before[step.step]?.(replay);
    const name = `pull-${index}`;
    pull(replay.client, name, step.request, step.subject.split('.NEXT.')[1]);
    await replay.client.flush();
    await meanwhile[step.step]?.(replay);
    const listed = deviations[step.step];
    const count = Array.isArray(listed?.answer) ? listed.answer.length : step.replies.length;
    await replay.client.received(name, count);
    replay.client.send(`UNSUB ${name}\r\n`);
    await replay.client.flush();
    const got = replay.client.messages(name).map(shown);
    tally.add(
      `${step.step}: ${JSON.stringify(got)}`,
      matches(got, step.replies.map(recorded)),
      listed && matches(got, listed.answer),
    );
  }
  process.stdout.write(`replay of ${tally.row}\n`);
  expect({ wrong: tally.wrong, stale: tally.stale }).toEqual({ wrong: [], stale: [] });
  const met = steps.map(({ step }) => step);
  const named = [before, meanwhile, deviations].flatMap((table) => Object.keys(table));
  expect(named.filter((step) => !met.includes(step))).toEqual([]);
});

/** A front with the stations of the transcript. */
class PullReplay {
  readonly front: Front;
  readonly client: RawClient;

  private constructor(front: Front, client: RawClient) {
    this.front = front;
    this.client = client;
  }

  static async start(): Promise<PullReplay> {
    const front = await startFront();
    const client = await front.connect({ name: 'connection-1::root' });
    for (const name of ['fa1', 'fa2', 'fa3', 'fdel', 'fnobody']) await createStation(client, name);
    const short = { max_ack_time_ms: 1000, max_msg_deliveries: 3 };
    await createConsumer(client, 'fa1', 'g');
    await createConsumer(client, 'fa2', 'g', short);
    for (const [station, group] of [
      ['fa3', 'ga'],
      ['fa3', 'gb'],
      ['fdel', 'g'],
      ['fdel', 'h'],
      ['fnobody', 'g'],
    ] as const) {
      await createConsumer(client, station, group);
    }
    return new PullReplay(front, client);
  }

  readonly store = (station: string, ...payloads: string[]): Promise<void> =>
    produce(this.client, `${station}$1`, payloads);

  /** Answers the last delivery whose ack subject begins so. */
  readonly settle = (start: string, payload: string): void => {
    const frame = this.client.frames.findLast(({ reply }) => reply?.startsWith(`$JS.ACK.${start}`));
    if (frame?.reply === undefined) throw new Error(`Nothing was delivered as ${start}`);
    this.client.publish(frame.reply, payload);
  };
}

interface Shown {
  readonly subject: string;
  readonly reply: string | undefined;
  readonly headers: string;
  readonly payload: string;
}

function shown({ subject, reply, headers, payload }: Frame): Shown {
  return {
    subject: subject.startsWith('_INBOX.') ? '_INBOX' : subject,
    reply: reply?.replace(/\.\d{15,}\./, '.<time>.'),
    headers: headers.replace('connection-1', '<uuid>'),
    payload,
  };
}

function recorded({ line, headers, payload }: GoldenPull['replies'][number]): Shown {
  const [, subject = '', , ...more] = line.split(' ');
  return {
    subject: subject.startsWith('_INBOX.') ? '_INBOX' : subject,
    reply: more.length === 3 ? more[0] : undefined,
    headers,
    payload,
  };
}

function matches(got: readonly Shown[], expected: unknown): boolean {
  try {
    expect(got).toEqual(expected);
    return true;
  } catch {
    return false;
  }
}
