import {
  bytesAreOfMessages,
  errorsHaveNoPage,
  groupsHaveBothNames,
  messagesHaveNoTenant,
  publishErrorsHaveType,
  streamsAreStations,
  streamsHaveNoLeader,
} from './golden-fields.ts';
import { headerBlock } from './golden.ts';
import type { Deviation, Replay, Speaker } from './golden-replay.ts';

const connectionToken = 'token-of-the-installation';
const looked = 'looked at the state through the management API, which is not there yet';
const managementApi = 'done through the management API, which is not there yet';
const secondConnection: Speaker = {
  steps: /second connection|other connection/,
  connect: (connectionId) => ({ name: `${connectionId}::root` }),
};

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

const noResponders = 'NATS/1.0 503\r\n\r\n';
const noLeak =
  'refused in an answer; an -ERR would end the connection of an SDK (wire-protocol.md 1.5)';
const removal = 'who may not write to a station may not remove it (wire-protocol.md 7.5)';
const ownAccount: Deviation = {
  answer: { memory: 0, storage: 0, streams: 1, consumers: 0, api: { total: 0, errors: 0 } },
  reason: 'sizes and counts of the whole installation are not added up for it',
};

function forbidden(station: string): object {
  return { code: 403, description: `user lim1 is not allowed to access station ${station}` };
}

const noRequest = 'this request is not supported';

function noStreams(
  kind: string,
  description = `${noRequest}; create and remove stations with a Memphis SDK`,
): Deviation {
  return {
    answer: {
      type: `io.nats.jetstream.api.v1.${kind}_response`,
      error: { code: 501, err_code: 10003, description },
    },
    reason: 'streams are partitions of stations; nothing else makes or removes one',
  };
}

function noSuchStream(kind: string): Deviation {
  return {
    answer: {
      type: `io.nats.jetstream.api.v1.${kind}_response`,
      error: { code: 404, err_code: 10059, description: 'stream not found' },
    },
    reason: 'the stream was not made, see above',
  };
}

/** The transcripts of requests that are answered once. */
export const replays: readonly Replay[] = [
  {
    file: 'stations',
    leftOut: [
      { steps: /afterwards|became|exist now|was created\?|^dls configuration/, reason: looked },
    ],
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
    speakers: [secondConnection],
    leftOut: [
      { steps: /listed|survives|auto-created station|socket|^reconnected/, reason: looked },
    ],
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
    speakers: [secondConnection],
    fields: [groupsHaveBothNames],
    leftOut: [{ steps: /^groups listed/, reason: looked }],
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
    leftOut: [
      {
        steps: /^window 1 s: msg-id w after 2.5 s$/,
        reason: 'the engine contract has it, under a clock of its own',
      },
      { steps: /^payload of max_payload/, reason: 'recorded by its size; golden-lines has it' },
    ],
    fields: [publishErrorsHaveType, streamsAreStations, streamsHaveNoLeader],
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
    leftOut: [
      {
        steps: /version 2 (active|of sp active)|^schema sj removed|^pushes on/,
        reason: 'golden-pushes has them',
      },
    ],
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
  {
    file: 'users',
    users: [
      {
        name: 'lim1',
        kind: 'application',
        password: 'Lim1-pass!',
        allowRead: ['rd.*'],
        allowWrite: ['wr.*'],
      },
    ],
    speakers: [
      {
        steps: /^limited user/,
        connect: (connectionId) => ({
          name: `${connectionId}::lim1`,
          user: 'lim1$1',
          pass: 'Lim1-pass!',
        }),
      },
    ],
    leftOut: [
      { steps: /^addUser/, reason: managementApi },
      { steps: /^limited user connects$/, reason: 'it does, or nothing below would be answered' },
    ],
    deviations: {
      'limited user: publish to rd.1': {
        answer: { error: forbidden('rd.1'), stream: 'rd#1$1', seq: 0 },
        reason: noLeak,
      },
      'limited user: publish to zz.1': {
        answer: '',
        headers: noResponders,
        reason: 'there is no such station, and whoever asks is told so at once',
      },
      'limited user: destroy station rd.1': {
        answer: 'user lim1 is not allowed to remove station rd.1',
        reason: removal,
      },
      'limited user: destroy station zz.1': {
        answer: 'user lim1 is not allowed to remove station zz.1',
        reason: removal,
      },
      'limited user claims username root in the request: producer on zz.1': {
        answer: { error: 'user lim1 is not allowed to access station zz.2' },
        reason: ownUser,
      },
    },
  },
  {
    file: 'connect-auth',
    area: 'connect-auth, sent',
    speakers: [
      {
        steps: /no_responders:false$/,
        connect: (connectionId) => ({ name: `${connectionId}::root`, no_responders: false }),
      },
      {
        steps: /without headers and no_responders$/,
        connect: (connectionId) => ({
          name: `${connectionId}::root`,
          headers: undefined,
          no_responders: undefined,
        }),
      },
    ],
    leftOut: [
      {
        steps: /^INFO is the first line|^client PING$/,
        reason: 'every test of this folder begins so',
      },
    ],
    deviations: {},
  },
  {
    file: 'connect-auth-token',
    area: 'connect-auth-token, sent',
    connectionToken,
    deviations: { '$JS.API.INFO': ownAccount },
  },
  {
    file: 'plain-nats-jetstream',
    stations: [{ name: 'ss.1' }],
    start: [
      [
        'ss#1$1.final',
        'not json',
        headerBlock({
          $memphis_connectionId: '1fbf966a-b963-49f9-bb26-51e46b378917',
          $memphis_producedBy: 'p1',
        }),
      ],
      [
        '$memphis_consumer_creations',
        {
          name: 'c',
          station_name: 'ss.1',
          connection_id: 'c',
          consumer_type: 'application',
          max_ack_time_ms: 30_000,
          max_msg_deliveries: 2,
          start_consume_from_sequence: 1,
          last_messages: -1,
          req_version: 4,
        },
      ],
    ],
    speakers: [{ steps: /./, connect: () => ({ name: undefined }) }],
    fields: [
      groupsHaveBothNames,
      streamsAreStations,
      streamsHaveNoLeader,
      messagesHaveNoTenant,
      errorsHaveNoPage,
      bytesAreOfMessages,
    ],
    deviations: {
      'plain client: $JS.API.INFO': ownAccount,
      '$JS.API.STREAM.NAMES': {
        answer: { total: 1, offset: 0, limit: 1024, streams: ['ss#1$1'] },
        reason: 'the same shape; the old server had ten thousand streams, many of its own',
      },
      '$JS.API.STREAM.LIST': {
        answer: {
          total: 1,
          offset: 0,
          limit: 256,
          streams: [{ config: { name: 'ss#1$1' }, state: { messages: 1 }, ts: '<time>' }],
        },
        reason: 'the same shape; the old server had ten thousand streams, many of its own',
      },
      '$JS.API.STREAM.CREATE.plain': noStreams('stream_create'),
      '$JS.API.STREAM.UPDATE.plain': noStreams('stream_update'),
      '$JS.API.STREAM.DELETE.plain': noStreams('stream_delete'),
      '$JS.API.STREAM.DELETE.nope': noStreams('stream_delete'),
      '$JS.API.STREAM.CREATE.KV_b': noStreams('stream_create'),
      '$JS.API.STREAM.DELETE.KV_b': noStreams('stream_delete'),
      '$JS.API.STREAM.CREATE.lap': noStreams('stream_create'),
      '$JS.API.STREAM.TEMPLATE.NAMES': noStreams('stream_template_names', noRequest),
      '$JS.API.NOSUCH.CALL': {
        answer: noStreams('error', noRequest).answer,
        reason: 'the old server was silent; what is not supported says so',
      },
      '$JS.API.STREAM.INFO.plain': noSuchStream('stream_info'),
      '$JS.API.CONSUMER.DURABLE.CREATE.plain.d1': noSuchStream('consumer_create'),
      '$JS.API.CONSUMER.CREATE.plain': noSuchStream('consumer_create'),
      '$JS.API.CONSUMER.INFO.plain.d1': noSuchStream('consumer_info'),
      '$JS.API.CONSUMER.DELETE.plain.d1': noSuchStream('consumer_delete'),
      '$JS.API.DIRECT.GET.ss#1$1': {
        answer: 'not json',
        headers: expect.stringMatching(
          /\r\nNats-Stream: ss#1\$1\r\nNats-Subject: ss#1\$1\.final\r\nNats-Sequence: 1\r\nNats-Time-Stamp: \S+Z\r\n\r\n$/,
        ) as string,
        reason: 'the old server was silent; newer NATS clients read so',
      },
      '$JS.API.STREAM.MSG.DELETE.ss#1$1': {
        answer: { error: { code: 400, err_code: 10043, description: 'sequence 1 not found' } },
        reason: 'the old server said so with 500; newer ones say which sequence',
      },
      '$SYS.REQ.USER.INFO': {
        answer: '',
        headers: noResponders,
        reason: 'who is connected is no account of a NATS server; nobody answers for one',
      },
    },
  },
];
