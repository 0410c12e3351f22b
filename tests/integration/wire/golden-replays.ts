/** How we answer a recorded step in another way, and why. */
export interface Deviation {
  readonly answer: unknown;
  readonly reason: string;
}

/** A transcript of requests, and what has to be known to send it again. */
export interface Replay {
  readonly file: string;
  /** Stations that it made in other ways than on the wire. */
  readonly stations?: readonly object[];
  /** Steps that need something done first, as the transcript did beside the wire. */
  readonly before?: Readonly<Record<string, [subject: string, request: object]>>;
  /** Steps that are left out, and why. */
  readonly leftOut?: Readonly<Record<string, string>>;
  /** Steps that we answer in another way on purpose. */
  readonly deviations: Readonly<Record<string, Deviation>>;
}

const unreadable = expect.stringMatching(/^malformed request: /) as string;
const ownWords = 'JSON that cannot be read is told in our own words, not in those of a decoder';
const ownUser =
  'the user is that of the connection, whatever the request says (wire-protocol.md 2.2)';
const keptStart =
  'the start of a group that exists is ignored, never refused (wire-protocol.md 2.7)';
const onlyFinal: Deviation = {
  answer: {
    error: {
      code: 400,
      err_code: 10003,
      description: 'bad request: a station stores what is published to pq1$1.final',
    },
  },
  reason: 'groups would never see what is stored there',
};

const firstProblem = 'the same beginning, then the first problem as our libraries name it';
const uncheckedName = 'the old server checked no names of schemas';

function saying(text: RegExp, reason: string): Deviation {
  return { answer: { error: expect.stringMatching(text) as string }, reason };
}

/** The transcripts of requests that are answered once. */
export const replays: readonly Replay[] = [
  {
    file: 'stations',
    deviations: {
      'garbage JSON': { answer: unreadable, reason: ownWords },
      'empty payload': { answer: unreadable, reason: ownWords },
      'JSON array': { answer: unreadable, reason: ownWords },
      'destroy, garbage': { answer: unreadable, reason: ownWords },
      'wrong field type': { answer: unreadable, reason: ownWords },
      'replicas 3 on a single node': {
        answer: '',
        reason: 'accepted on one machine, and shown (wire-protocol.md 2.3)',
      },
      'replicas 9': {
        answer: '',
        reason: 'accepted on one machine, and shown (wire-protocol.md 2.3)',
      },
      'unknown schema_name': {
        answer: 'Schema nosuch does not exist',
        reason: 'the old server answered success and created nothing',
      },
      'partitions 10001': {
        answer:
          'cannot create station with 10001 partitions (max:10000 min:1): Station -  g3p10001, ',
        reason: 'the old server worked for a minute and did not answer',
      },
      'destroy g1 again': {
        answer: 'Station g1 does not exist',
        reason: 'the old server left the name out',
      },
    },
  },
  {
    file: 'producers',
    stations: [{ name: 'st3', partitions_number: 3 }],
    deviations: {
      'garbage JSON': { answer: { error: unreadable }, reason: ownWords },
      'empty payload': { answer: { error: unreadable }, reason: ownWords },
      'destroy garbage': { answer: unreadable, reason: ownWords },
      'unknown username': { answer: { error: '' }, reason: ownUser },
    },
  },
  {
    file: 'consumers',
    stations: [{ name: 'st3', partitions_number: 3 }],
    deviations: {
      garbage: { answer: unreadable, reason: ownWords },
      'empty payload': { answer: unreadable, reason: ownWords },
      'destroy garbage': { answer: unreadable, reason: ownWords },
      'unknown username': { answer: { error: '' }, reason: ownUser },
      'destroy c1 again': {
        answer: 'Consumer c1 at station cg1 does not exist',
        reason: 'the old server counted the second creation of the same consumer as another one',
      },
      'destroy c1c': { answer: '', reason: 'it was made above, where the old server refused it' },
      'another member with start 7': { answer: { error: '' }, reason: keptStart },
      'no active member: re-create with start 5': { answer: { error: '' }, reason: keptStart },
      'no active member: re-create with last_messages 0': {
        answer: { error: '' },
        reason: keptStart,
      },
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
      'partition 0': {
        answer: { stream: 'pq3$3', seq: 1 },
        reason:
          'the Node SDK takes the index of a partition key for the partition number (wire-protocol.md 7.2)',
      },
      'other token than final: pq1$1.foo': onlyFinal,
      'pq1$1.functions.3': onlyFinal,
      'stream state afterwards': {
        answer: { config: { discard: 'old' }, state: { last_seq: 5 } },
        reason: 'bytes are those of headers and payloads, without what storing them costs',
      },
      'expected-last-sequence header wrong': {
        answer: {
          error: { code: 400, err_code: 10071, description: 'wrong last sequence: 8' },
          stream: 'pq1$1',
          seq: 0,
        },
        reason: 'two messages less are stored, see above',
      },
    },
  },
  {
    file: 'schemas',
    leftOut: {
      'attach sp, version 2 active': 'made active by an API that is not there yet',
    },
    deviations: {
      'bad json schema': saying(/^your json schema is invalid: /, firstProblem),
      'json but no schema (type: 5)': saying(/^your json schema is invalid: /, firstProblem),
      'bad avro': saying(/^your Avro file is invalid: .*nope/, firstProblem),
      'bad graphql': saying(/^your GraphQL schema is invalid: Syntax Error/, firstProblem),
      'bad protobuf': saying(/^your Proto file is invalid: /, firstProblem),
      'type foo': saying(/^schema type can be one of the following/, 'the words of a database'),
      'name with blank': saying(/are allowed in Schema$/, uncheckedName),
      'name empty': saying(/^Schema name can not be empty$/, uncheckedName),
      garbage: { answer: { error: unreadable }, reason: ownWords },
      empty: { answer: { error: unreadable }, reason: ownWords },
      'attach garbage': {
        answer: expect.stringMatching(/^failed attaching schema : malformed request: /) as string,
        reason: ownWords,
      },
      'detach garbage': { answer: unreadable, reason: ownWords },
    },
  },
];
