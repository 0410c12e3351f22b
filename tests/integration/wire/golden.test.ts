import type { Answer, RawClient } from './raw-client.ts';
import { startFront } from './front.ts';
import { goldenSteps, headerBlock, normalised, parsed, requestText } from './golden.ts';
import type { GoldenStep } from './golden.ts';

// Goal: every request that an old server was asked is answered by ours as it was by that one.
// Method: each transcript is sent again, in order, to one front; each answer is compared with the
// recorded one. Where we answer differently on purpose, the step is listed here with ours.

/** A transcript, and what has to be known to send it again. */
interface Replay {
  readonly file: string;
  /** Stations that it made in other ways than on the wire. */
  readonly stations?: readonly object[];
  /** Steps that need something done first, as the transcript did beside the wire. */
  readonly before?: Readonly<Record<string, [subject: string, request: object]>>;
  /** Steps that are left out, and why. */
  readonly leftOut?: Readonly<Record<string, string>>;
  /** Steps that we answer in another way on purpose, and how. */
  readonly deviations: Readonly<Record<string, string | RegExp | object>>;
}

const unreadable = /^malformed request: /;

/** What is answered to a publish beside a partition's one subject. */
const onlyFinal = {
  error: {
    code: 400,
    err_code: 10003,
    description: 'bad request: a station stores what is published to pq1$1.final',
  },
};

const replays: readonly Replay[] = [
  {
    file: 'stations',
    deviations: {
      // Our own words for JSON that cannot be read.
      'garbage JSON': unreadable,
      'empty payload': unreadable,
      'JSON array': unreadable,
      'destroy, garbage': unreadable,
      'wrong field type': unreadable,
      // Accepted on one machine, and shown (2.3).
      'replicas 3 on a single node': '',
      'replicas 9': '',
      // The old server answered success and created nothing.
      'unknown schema_name': 'Schema nosuch does not exist',
      // The old server worked for a minute and did not answer.
      'partitions 10001':
        'cannot create station with 10001 partitions (max:10000 min:1): Station -  g3p10001, ',
      // The old server left the name out.
      'destroy g1 again': 'Station g1 does not exist',
    },
  },
  {
    file: 'producers',
    stations: [{ name: 'st3', partitions_number: 3 }],
    deviations: {
      'garbage JSON': { error: expect.stringMatching(unreadable) as string },
      'empty payload': { error: expect.stringMatching(unreadable) as string },
      'destroy garbage': unreadable,
      // The user is the connection's, whatever the request says (2.2).
      'unknown username': { error: '' },
    },
  },
  {
    file: 'consumers',
    stations: [{ name: 'st3', partitions_number: 3 }],
    deviations: {
      garbage: unreadable,
      'empty payload': unreadable,
      'destroy garbage': unreadable,
      'unknown username': { error: '' },
      // The old server counted the second creation of the same consumer as another one.
      'destroy c1 again': 'Consumer c1 at station cg1 does not exist',
      // Made above, where the old server refused it.
      'destroy c1c': '',
      // The start of a group that exists is ignored, never refused (2.7).
      'another member with start 7': { error: '' },
      'no active member: re-create with start 5': { error: '' },
      'no active member: re-create with last_messages 0': { error: '' },
    },
  },
  {
    file: 'produce',
    stations: [
      { name: 'pq1' },
      { name: 'pqw', idempotency_window_in_ms: 1000 },
      { name: 'pq3', partitions_number: 3 },
      { name: 'pqm', retention_type: 'messages', retention_value: 3 },
      { name: 'pqb', retention_type: 'bytes', retention_value: 500 },
    ],
    before: {
      'produce to a destroyed station': ['$memphis_station_destructions', { station_name: 'pqw' }],
    },
    leftOut: {
      'window 1 s: msg-id w after 2.5 s': 'the engine contract has it, under a clock of its own',
    },
    deviations: {
      // The SDK for Node takes the index of a partition key for the partition's number (7.2).
      'partition 0': { stream: 'pq3$3', seq: 1 },
      // Groups would never see what is stored there.
      'other token than final: pq1$1.foo': onlyFinal,
      'pq1$1.functions.3': onlyFinal,
      // Bytes are those of headers and payloads, without what storing them costs.
      'stream state afterwards': { config: { discard: 'old' }, state: { last_seq: 5 } },
      // Two messages less are stored, see above.
      'expected-last-sequence header wrong': {
        error: { code: 400, err_code: 10071, description: 'wrong last sequence: 8' },
        stream: 'pq1$1',
        seq: 0,
      },
    },
  },
];

/** What the transcript did from another connection it says in words only. */
const secondConnection = /second connection|other connection/;

describe.each(replays)('transcript $file', (replay) => {
  const { file, stations = [], before = {}, leftOut = {}, deviations } = replay;

  test('is answered as by the old server, but for the steps named above', async () => {
    const front = await startFront();
    const first = await front.connect({ name: 'connection-1::root' });
    const second = await front.connect({ name: 'connection-2::root' });
    for (const station of stations) {
      const request = { partitions_number: 1, ...station };
      expect((await first.request('$memphis_station_creations', request)).payload).toBe('');
    }
    const met = new Set<string>();
    for (const step of goldenSteps(file)) {
      met.add(step.step);
      if (step.step in leftOut) continue;
      const preparation = before[step.step];
      if (preparation !== undefined) await first.request(...preparation);
      const answer = secondConnection.test(step.step)
        ? await send(second, step, 'connection-2')
        : await send(first, step, 'connection-1');
      compare(step, answer, deviations[step.step]);
    }
    const named = [before, leftOut, deviations].flatMap((table) => Object.keys(table));
    expect(named.filter((step) => !met.has(step))).toEqual([]);
  });
});

function send(client: RawClient, step: GoldenStep, connectionId: string): Promise<Answer> {
  const headers = step.headers === undefined ? undefined : headerBlock(step.headers);
  return client.request(step.subject, requestText(step, connectionId), headers);
}

function compare(
  { step, reply, reply_headers = '' }: GoldenStep,
  answer: Answer,
  deviation: string | RegExp | object | undefined,
): void {
  const expected = deviation ?? normalised(reply);
  const payload = normalised(parsed(answer.payload));
  if (expected instanceof RegExp) {
    expect({ step, payload }).toEqual({ step, payload: expect.stringMatching(expected) });
  } else {
    // Fields that the old server did not send do not disturb a client.
    expect({ step, payload }).toMatchObject({ step, payload: expected });
    if (deviation === undefined) expect(answer.headers).toBe(reply_headers);
  }
}
