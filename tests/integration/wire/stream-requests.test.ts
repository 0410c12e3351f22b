import { startFront } from './front.ts';
import type { Front } from './front.ts';
import type { RawClient } from './raw-client.ts';
import { createConsumer, createStation, produce, sdkHeaders } from './stations.ts';

/** What the `nats` command line tool sends, by hand: that tool can not be had in a test. */
async function scene(
  settings: object = {},
): Promise<{ front: Front; client: RawClient; api: Api }> {
  const front = await startFront();
  const client = await front.connect();
  await createStation(client, 'st', settings);
  const api: Api = (request, payload = '') => client.requestJson(`$JS.API.${request}`, payload);
  return { front, client, api };
}

type Api = (request: string, payload?: object | string) => Promise<Record<string, unknown>>;

describe('STREAM.LIST', () => {
  test('describes every partition, and may be filtered by subject', async () => {
    const { client, api } = await scene({ partitions_number: 2 });
    await createStation(client, 'a.b');
    await produce(client, 'st$2', ['one', 'two']);
    const all = await api('STREAM.LIST');
    expect(all).toMatchObject({
      type: 'io.nats.jetstream.api.v1.stream_list_response',
      total: 3,
      offset: 0,
      limit: 256,
    });
    expect(all['streams']).toMatchObject([
      { config: { name: 'a#b$1' } },
      { config: { name: 'st$1' }, state: { messages: 0 } },
      { config: { name: 'st$2' }, state: { messages: 2, last_seq: 2 } },
    ]);
    const some = await api('STREAM.LIST', { subject: 'st$2.*', offset: 0 });
    expect(some['streams']).toMatchObject([{ config: { name: 'st$2' } }]);
    expect(await api('STREAM.LIST', { offset: 2 })).toMatchObject({
      total: 3,
      offset: 2,
      streams: [{ config: { name: 'st$2' } }],
    });
    expect(await api('STREAM.LIST', '{')).toMatchObject({ error: { code: 400, err_code: 10025 } });
  });
});

describe('STREAM.INFO', () => {
  test('counts messages per subject where it is asked to, and takes what else it may be asked', async () => {
    const { client, api } = await scene();
    await produce(client, 'st$1', ['a', 'b']);
    const info = await api('STREAM.INFO.st$1', {
      subjects_filter: '>',
      deleted_details: true,
      offset: 0,
    });
    expect(info).toMatchObject({
      total: 1,
      config: { name: 'st$1', deny_delete: true, deny_purge: false, allow_direct: true },
      state: { messages: 2, subjects: { 'st$1.final': 2 } },
    });
    const other = await api('STREAM.INFO.st$1', { subjects_filter: 'other.>' });
    expect(other).toMatchObject({ total: 0, state: { subjects: {} } });
    expect((await api('STREAM.INFO.st$1'))['state']).not.toHaveProperty('subjects');
    expect(await api('STREAM.INFO.nothing$1')).toMatchObject({ error: { err_code: 10059 } });
  });
});

describe('STREAM.MSG.GET', () => {
  test('finds by sequence, the last on a subject, and the next on a subject', async () => {
    const { client, api } = await scene();
    await produce(client, 'st$1', ['one', 'two', 'three']);
    const bySequence = await api('STREAM.MSG.GET.st$1', { seq: 2 });
    expect(bySequence).toEqual({
      type: 'io.nats.jetstream.api.v1.stream_msg_get_response',
      message: {
        subject: 'st$1.final',
        seq: 2,
        hdrs: Buffer.from(sdkHeaders).toString('base64'),
        data: Buffer.from('two').toString('base64'),
        time: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    });
    const last = await api('STREAM.MSG.GET.st$1', { last_by_subj: 'st$1.*' });
    expect(last).toMatchObject({ message: { seq: 3 } });
    const next = await api('STREAM.MSG.GET.st$1', { next_by_subj: '>', seq: 2 });
    expect(next).toMatchObject({ message: { seq: 2 } });
    expect(await api('STREAM.MSG.GET.st$1', { next_by_subj: '>' })).toMatchObject({
      message: { seq: 1 },
    });
  });

  test('passes over messages that every group has settled', async () => {
    const { front, client, api } = await scene({ retention_type: 'ack_based' });
    await createConsumer(client, 'st', 'g');
    await produce(client, 'st$1', ['one', 'two', 'three']);
    const { engine, stations } = front.services;
    const address = { stationId: stations.find('st')?.id ?? 0, partition: 1 };
    client.subscribe('_INBOX.pull', 'pull');
    client.publish('$JS.API.CONSUMER.MSG.NEXT.st$1.g', '{"batch":3,"no_wait":true}', {
      reply: '_INBOX.pull',
    });
    await client.received('pull', 3);
    await Promise.all(
      [2, 3].map(
        (sequence) =>
          new Promise<void>((resolve) =>
            engine.settle(address, 'g', sequence, { kind: 'ack' }, () => resolve()),
          ),
      ),
    );
    const last = await api('STREAM.MSG.GET.st$1', { last_by_subj: '>' });
    expect(last).toMatchObject({ message: { seq: 1 } });
  });

  test.each([
    ['nothing is asked for', {}, { code: 400, err_code: 10003 }],
    ['two things are', { seq: 1, last_by_subj: '>' }, { code: 400, err_code: 10003 }],
    ['it is not JSON', '[', { code: 400, err_code: 10025 }],
    ['no message has the sequence', { seq: 9 }, { code: 404, err_code: 10037 }],
    ['no message is on the subject', { last_by_subj: 'x.>' }, { code: 404, err_code: 10037 }],
    ['no message follows', { next_by_subj: '>', seq: 2 }, { code: 404, err_code: 10037 }],
  ])('refuses in the words of the protocol when %s', async (_case, request, error) => {
    const { client, api } = await scene();
    await produce(client, 'st$1', ['one']);
    expect(await api('STREAM.MSG.GET.st$1', request)).toMatchObject({ error });
  });
});

describe('DIRECT.GET', () => {
  test('answers with the message itself and its place in headers', async () => {
    const { client } = await scene();
    await produce(client, 'st$1', ['one', 'two']);
    for (const [subject, payload] of [
      ['$JS.API.DIRECT.GET.st$1', '{"seq":2}'],
      ['$JS.API.DIRECT.GET.st$1', '{"last_by_subj":"st$1.final"}'],
      ['$JS.API.DIRECT.GET.st$1.st$1.final', ''],
    ] as const) {
      const answer = await client.request(subject, payload);
      expect(answer.payload).toBe('two');
      expect(answer.headers).toMatch(
        /^NATS\/1\.0\r\n\$memphis_connectionId: connection-1\r\n\$memphis_producedBy: p1\r\nNats-Stream: st\$1\r\nNats-Subject: st\$1\.final\r\nNats-Sequence: 2\r\nNats-Time-Stamp: \S+Z\r\n\r\n$/,
      );
    }
  });

  test('is refused by status, which no client takes for a message', async () => {
    const { client } = await scene();
    const statusOf = async (subject: string, payload: string) =>
      (await client.request(`$JS.API.DIRECT.GET.${subject}`, payload)).headers.trim();
    expect(await statusOf('st$1', '{"seq":1}')).toBe('NATS/1.0 404 Message Not Found');
    expect(await statusOf('st$1', '')).toBe('NATS/1.0 408 Empty Request');
    expect(await statusOf('st$1', '{"seq":')).toBe('NATS/1.0 408 Bad Request');
    expect(await statusOf('st$1', '{}')).toBe('NATS/1.0 408 Bad Request');
    expect(await statusOf('st$1', '{"seq":1,"batch":5}')).toBe('NATS/1.0 408 Bad Request');
    expect(await statusOf('st$1', '{"multi_last":["st$1.final"]}')).toBe(
      'NATS/1.0 408 Bad Request',
    );
    expect(await statusOf('nothing$1', '{"seq":1}')).toBe('NATS/1.0 503');
  });
});

describe('STREAM.PURGE', () => {
  test('removes all, up to a sequence, or all but the newest', async () => {
    const { client, api } = await scene();
    await produce(client, 'st$1', ['1', '2', '3', '4', '5', '6']);
    const success = { type: 'io.nats.jetstream.api.v1.stream_purge_response', success: true };
    expect(await api('STREAM.PURGE.st$1', { seq: 3 })).toEqual({ ...success, purged: 2 });
    expect(await api('STREAM.PURGE.st$1', { keep: 3 })).toEqual({ ...success, purged: 1 });
    expect(await api('STREAM.PURGE.st$1', { keep: 30 })).toEqual({ ...success, purged: 0 });
    expect(await api('STREAM.PURGE.st$1', { filter: 'other' })).toEqual({ ...success, purged: 0 });
    expect(await api('STREAM.INFO.st$1')).toMatchObject({ state: { messages: 3, first_seq: 4 } });
    expect(await api('STREAM.PURGE.st$1')).toEqual({ ...success, purged: 3 });
    expect(await api('STREAM.INFO.st$1')).toMatchObject({
      state: { messages: 0, first_seq: 7, last_seq: 6 },
    });
  });

  test.each([
    [
      { seq: 2, keep: 1 },
      { code: 400, err_code: 10003 },
    ],
    [{ keep: -1 }, { code: 400, err_code: 10003 }],
    ['nonsense', { code: 400, err_code: 10025 }],
  ])('removes nothing when it is asked %j', async (request, error) => {
    const { client, api } = await scene();
    await produce(client, 'st$1', ['1', '2']);
    expect(await api('STREAM.PURGE.st$1', request)).toMatchObject({ error });
    expect(await api('STREAM.PURGE.nothing$1')).toMatchObject({ error: { err_code: 10059 } });
    expect(await api('STREAM.INFO.st$1')).toMatchObject({ state: { messages: 2 } });
  });

  test('is for those who may write to the station', async () => {
    const { front, client, api } = await scene();
    await produce(client, 'st$1', ['1']);
    await front.services.authenticator.putUser({
      name: 'app',
      kind: 'application',
      password: 'app-password',
      allowWrite: ['other'],
    });
    const app = await front.connect({ user: 'app', pass: 'app-password' });
    expect(await app.requestJson('$JS.API.STREAM.PURGE.st$1')).toMatchObject({
      error: { code: 403, description: 'user app is not allowed to access station st' },
    });
    expect(await api('STREAM.INFO.st$1')).toMatchObject({ state: { messages: 1 } });
  });
});
