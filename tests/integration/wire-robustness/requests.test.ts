import { RawClient } from '../wire/raw-client.ts';
import type { Frame } from '../wire/raw-client.ts';
import { createConsumer, createStation } from '../wire/stations.ts';
import { startWatchedBroker } from './watched-broker.ts';
import type { WatchedBroker } from './watched-broker.ts';

// What answers a request that makes no sense (wire-protocol.md 2.2, 2.13 to 2.16, 3.1, 3.5, 3.8), on
// every subject that the broker itself listens to: from the real process, beside a witness.

jest.setTimeout(60_000); // a busy machine takes its time over a broker's start

let watched: WatchedBroker;
let client: RawClient;

beforeAll(async () => {
  watched = await startWatchedBroker();
  client = await openClient();
  await createStation(client, 'robust');
  await createConsumer(client, 'robust', 'group');
});

async function openClient(fields: object = {}): Promise<RawClient> {
  const opened = await RawClient.dial(watched.broker.clientPort);
  await opened.connect({ user: 'root$1', pass: watched.broker.rootPassword, ...fields });
  expect(opened.lines.slice(1)).toEqual(['PONG']);
  return opened;
}

type Payload = string | Uint8Array;

/** Sends all with reply subjects of their own; each sid stands for one of them. */
function ask(subject: string, payloads: readonly Payload[], headers?: string): string[] {
  return payloads.map((payload, index) => {
    const sid = `answer-${client.frames.length}-${index}`;
    client.subscribe(`_INBOX.robust.${sid}`, sid);
    client.publish(subject, payload, {
      reply: `_INBOX.robust.${sid}`,
      ...(headers === undefined ? {} : { headers }),
    });
    return sid;
  });
}

/** The one answer to each payload, once they have all come and none has come twice. */
async function answers(subject: string, payloads: readonly Payload[]): Promise<Frame[]> {
  const sids = ask(subject, payloads);
  for (const sid of sids) await client.received(sid, 1);
  await client.flush();
  return sids.map((sid) => {
    const [answer, ...more] = client.messages(sid);
    expect(more).toEqual([]);
    return answer!;
  });
}

/** That nothing comes back, and the connection is none the worse for it. */
async function expectSilence(subject: string, payloads: readonly Payload[]): Promise<void> {
  const sids = ask(subject, payloads);
  // A request behind them all: what is answered at all is answered before it, or not at once.
  await client.request('$JS.API.INFO');
  await client.flush();
  expect(sids.flatMap((sid) => client.messages(sid))).toEqual([]);
}

const noObjects: Payload[] = [
  ...['', '{', '[]', '5', '"text"', 'true', 'NaN', '{"name":"a"}x', "{'name':'a'}", '\0'],
  Buffer.from([0xff, 0xfe, 0x00, 0x7b]),
  '['.repeat(200_000),
  `${'{"name":'.repeat(100_000)}1`,
];
const oddValues = ['{}', '[]', '5', '-1', '1e999', 'true', 'null', '""', '"a b"', '"_a"'];
const oddFields = [
  ...['name', 'station_name', 'connection_id', 'req_version', 'retention_value', 'id', 'seq'],
  ...['partitions_number', 'dls_configuration', 'consumers_group', 'message', 'headers'],
].flatMap((field) =>
  [...oddValues, `"${'x'.repeat(300)}"`, '"größe"', '"__proto__"'].map(
    (value) =>
      `{"name":"odd","station_name":"odd","producer_type":"application","${field}":${value}}`,
  ),
);

const textRequests = [
  '$memphis_station_creations',
  '$memphis_station_destructions',
  '$memphis_producer_destructions',
  '$memphis_consumer_creations',
  '$memphis_consumer_destructions',
  '$memphis_schema_attachments',
  '$memphis_schema_detachments',
];
const jsonRequests = ['$memphis_producer_creations', '$memphis_schema_creations'];

describe('a request of an SDK', () => {
  test.each(textRequests)(
    'that is no JSON object is answered in plain text: %s',
    async (subject) => {
      for (const { headers, payload } of await answers(subject, noObjects)) {
        expect([headers, payload]).toEqual(['', expect.stringMatching(/^[^{]/)]);
      }
    },
  );

  test.each(jsonRequests)('that is no JSON object is answered in JSON: %s', async (subject) => {
    for (const { headers, payload } of await answers(subject, noObjects)) {
      expect(headers).toBe('');
      expect(JSON.parse(payload)).toMatchObject({ error: expect.stringMatching(/./) });
    }
  });

  test.each([...textRequests, ...jsonRequests])(
    'with odd fields is answered once, and never with 503: %s',
    async (subject) => {
      for (const { headers, payload } of await answers(subject, oddFields)) {
        expect(headers).toBe('');
        // A consumer that could be made is told so in JSON; else these are texts, most of them empty.
        if (jsonRequests.includes(subject) || payload.startsWith('{')) {
          expect(JSON.parse(payload)).toMatchObject({ error: expect.any(String) });
        }
      }
    },
  );

  test.each([...textRequests, ...jsonRequests])(
    'without a reply subject is taken, or not, in silence: %s',
    async (subject) => {
      const before = client.messages().length;
      for (const payload of [...noObjects, ...oddFields]) client.publish(subject, payload);
      await client.request('$JS.API.INFO');
      expect(client.messages().length).toBe(before + 1);
    },
  );

  test.each([
    '$memphis_pm_acks',
    '$memphis_nacked_dls',
    '$memphis_schemaverse_dls',
    '$memphis_notifications',
  ])('that is never answered is not answered when it is wrong: %s', async (subject) => {
    await expectSilence(subject, [
      ...noObjects,
      ...oddFields,
      '{"id":null,"cg_name":"cg.x"}',
      '{"station_name":"robust","error":"e","partition":0,"cg_name":"CG#x","seq":99}',
      '{"station_name":"robust","message":{"data":"abc","headers":{},"size":0}}',
      '{"station_name":"robust","message":{"data":"zz"},"validation_error":5}',
    ]);
  });
});

describe('a request to $JS.API', () => {
  const notFound = expect.objectContaining({ code: 404 });
  test.each([
    ['STREAM.INFO.nothing', notFound],
    ['STREAM.INFO.robust$2', notFound],
    ['STREAM.INFO.robust$1.more', notFound],
    ['CONSUMER.INFO.nothing$1.group', notFound],
    ['CONSUMER.INFO.robust$1.nobody', notFound],
    ['CONSUMER.INFO.robust$1', notFound],
    ['CONSUMER.INFO.robust$1.group.more', notFound],
    ['STREAM.CREATE.robust$1', expect.objectContaining({ code: 501 })],
    ['STREAM.PURGE.nothing', notFound],
    ['STREAM.MSG.DELETE.robust$1', expect.objectContaining({ code: 400 })],
    ['CONSUMER.DELETE.robust$1.nobody', notFound],
    ['NOTHING.OF.THE.KIND', expect.objectContaining({ code: 501 })],
  ])('that makes no sense is answered with an error of three keys: %s', async (request, error) => {
    const payloads = [...noObjects, '{"subject":5}'];
    for (const { headers, payload } of await answers(`$JS.API.${request}`, payloads)) {
      expect(headers).toBe('');
      const answer = JSON.parse(payload) as { type: string; error: object };
      expect(answer.error).toEqual(error);
      expect(Object.keys(answer.error).sort()).toEqual(['code', 'description', 'err_code']);
      expect(answer.type).toMatch(/^io\.nats\.jetstream\.api\.v1\./);
    }
  });

  test.each([
    'INFO',
    'STREAM.NAMES',
    'STREAM.LIST',
    'STREAM.INFO.robust$1',
    'STREAM.MSG.GET.robust$1',
    'CONSUMER.INFO.robust$1.group',
    'CONSUMER.NAMES.robust$1',
    'CONSUMER.LIST.robust$1',
    'CONSUMER.CREATE.robust$1.odd',
    'CONSUMER.DURABLE.CREATE.robust$1.odd',
  ])('is answered in JSON whatever comes with it: %s', async (request) => {
    for (const { payload } of await answers(`$JS.API.${request}`, [...noObjects, ...oddFields])) {
      expect(JSON.parse(payload)).toMatchObject({ type: expect.stringContaining('io.nats') });
    }
  });

  test('for messages says why it is refused', async () => {
    const wrong = ['{', '[]', '"5"', '1.5', '{"batch":"5"}', '{"expires":-1}', '{"no_wait":1}'];
    const subject = '$JS.API.CONSUMER.MSG.NEXT.robust$1.group';
    const tooLong = '['.repeat(200_000);
    for (const { headers } of await answers(subject, [...wrong, tooLong])) {
      expect(headers).toMatch(/^NATS\/1\.0 400 Bad Request - .+\r\n\r\n$/);
    }
    const [heartbeat] = await answers(subject, ['{"expires":1000,"idle_heartbeat":501}']);
    expect(heartbeat?.headers).toContain('400 Bad Request - heartbeat value too large');
    const [nothing] = await answers(subject, ['{"batch":-3,"expires":1000000}']);
    expect(nothing?.headers).toContain('408 Request Timeout\r\nNats-Pending-Messages: -3\r\n');
  });

  test.each(['nothing$1.group', 'robust$2.group', 'robust$1.nobody', 'robust$1', 'robust$1.a.b'])(
    'for messages that nobody keeps ends at once: %s',
    async (place) => {
      const [answer] = await answers(`$JS.API.CONSUMER.MSG.NEXT.${place}`, ['{"expires":9e9}']);
      expect(answer?.headers).toBe('NATS/1.0 503\r\n\r\n');
    },
  );
});

describe('an ack', () => {
  test.each([
    '$JS.ACK.a',
    '$JS.ACK.robust$1.group.1.1.1.1',
    '$JS.ACK.robust$1.group.1.x.1.1.1',
    '$JS.ACK.robust$1.group.1.99999999999999999999.1.1.1',
    '$JS.ACK.nothing$1.group.1.1.1.1.1',
    '$JS.ACK.robust$9.group.1.1.1.1.1',
    '$JS.ACK.a.b.c.d.e.f.g.h.i.j.k.l.m.n',
  ])('that nobody can read is ignored: %s', async (subject) => {
    await expectSilence(subject, [
      '',
      '+ACK',
      '-NAK',
      '-NAK {"delay":1e300}',
      '+TERM',
      ...noObjects,
    ]);
  });

  test('with a payload that is none is ignored', async () => {
    const subject = '$JS.ACK.robust$1.group.1.1.1.1000000.0';
    await expectSilence(subject, [
      'ACK',
      '-NAK {',
      '-NAK {"delay":"x"}',
      '+NOPE',
      ...noObjects.slice(1),
    ]);
  });
});

describe('a message to a subject that nobody listens to', () => {
  const subjects = [
    'nobody.here',
    'robust$2.final',
    'robust.final',
    '$memphis_nothing',
    '$x',
    '日本',
  ];

  test.each(subjects)('is answered with 503: %s', async (subject) => {
    for (const { headers, payload } of await answers(subject, ['', ...noObjects])) {
      expect([headers, payload]).toEqual(['NATS/1.0 503\r\n\r\n', '']);
    }
  });

  test('is met with silence where the client has not asked for 503', async () => {
    const silent = await openClient({ no_responders: false });
    silent.subscribe('_INBOX.silent', '1');
    for (const subject of subjects) silent.publish(subject, 'x', { reply: '_INBOX.silent' });
    await silent.flush();
    expect(silent.messages()).toEqual([]);
  });
});

describe('a message to a station', () => {
  test.each([
    'NATS/1.1\r\n\r\n',
    'NATS/1.0\r\na b: c\r\n\r\n',
    'NATS/1.0\r\n: c\r\n\r\n',
    'NATS/1.0\r\na: b\r\n....',
    'NATS/1.0 503\r\n\r\n',
    '\0\0\0\0\0\0\0\0\0\0\0\0',
  ])('is not stored with headers that no client can read: %j', async (headers) => {
    const [sid] = ask('robust$1.final', ['x'], headers);
    const [answer] = await client.received(sid!, 1);
    expect(JSON.parse(answer!.payload)).toMatchObject({ error: { code: 400 }, seq: 0 });
    const info = await client.requestJson('$JS.API.STREAM.INFO.robust$1');
    expect(info).toMatchObject({ state: { messages: 0 } });
  });
});

test('none of this harmed the process, or another client', async () => {
  expect(client.isClosed).toBe(false);
  await watched.expectUnharmed();
});
