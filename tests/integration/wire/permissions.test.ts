import { waitUntil } from '../../support/index.ts';
import { startFront } from './front.ts';
import type { RawClient } from './raw-client.ts';
import { createConsumer, createStation, produce } from './stations.ts';

const password = 'limited-password';

/** Stations that a user may consume from (`in.*`), produce to (`out.*`), and neither (`no.1`). */
async function newScene() {
  const front = await startFront();
  const root = await front.connect();
  for (const name of ['in.1', 'out.1', 'no.1']) await createStation(root, name);
  await produce(root, 'in#1$1', ['a', 'b']);
  await produce(root, 'no#1$1', ['secret']);
  const patterns = { allowRead: ['in.*'], allowWrite: ['out.*'] };
  await front.services.authenticator.putUser({
    name: 'lim',
    kind: 'application',
    password,
    ...patterns,
  });
  const lim = await front.connect({ user: 'lim$1', pass: password, name: 'connection-2::lim' });
  return { front, root, lim };
}

/** What comes on the wire to a client that may not: no `-ERR`, and the connection goes on. */
async function expectUnharmed(client: RawClient): Promise<void> {
  await client.flush();
  expect(client.lines.filter((line) => line.startsWith('-ERR'))).toEqual([]);
  expect(client.isClosed).toBe(false);
}

const forbidden = (station: string): string =>
  `user lim is not allowed to access station ${station}`;

const claim = { username: 'root', connection_id: 'connection-2' };
const producer = { ...claim, name: 'p', producer_type: 'application', req_version: 4 };
const consumer = {
  ...claim,
  name: 'c',
  consumer_type: 'application',
  start_consume_from_sequence: 1,
  last_messages: -1,
  req_version: 4,
};

describe('a user who may not', () => {
  test.each([
    [
      '$memphis_station_creations',
      { name: 'No.9', partitions_number: 1 },
      'user lim is not allowed to create station no.9',
    ],
    [
      '$memphis_station_creations',
      { name: 'no.1', partitions_number: 1 },
      'user lim is not allowed to create station no.1',
    ],
    [
      '$memphis_station_creations',
      { name: 'out.9', partitions_number: 1, dls_station: 'no.1' },
      'user lim is not allowed to create station no.1',
    ],
    [
      '$memphis_station_destructions',
      { station_name: 'in.1' },
      'user lim is not allowed to remove station in.1',
    ],
    [
      '$memphis_station_destructions',
      { station_name: 'no.7' },
      'user lim is not allowed to remove station no.7',
    ],
    ['$memphis_consumer_creations', { ...consumer, station_name: 'out.1' }, forbidden('out.1')],
    ['$memphis_consumer_creations', { ...consumer, station_name: 'No.8' }, forbidden('no.8')],
    [
      '$memphis_consumer_destructions',
      { ...claim, name: 'c', station_name: 'no.1' },
      forbidden('no.1'),
    ],
    [
      '$memphis_producer_destructions',
      { ...claim, name: 'p', station_name: 'no.1' },
      forbidden('no.1'),
    ],
    ['$memphis_schema_attachments', { name: 'shape', station_name: 'in.1' }, forbidden('in.1')],
    ['$memphis_schema_detachments', { station_name: 'in.1' }, forbidden('in.1')],
  ])(
    'is refused at %s with %j, whatever user the request names',
    async (subject, request, text) => {
      const { front, lim } = await newScene();
      const before = front.services.stations.list();
      expect((await lim.request(subject, { ...claim, ...request })).payload).toBe(text);
      await expectUnharmed(lim);
      expect(front.services.stations.list()).toEqual(before);
    },
  );

  test.each(['in.1', 'no.1', 'no.8'])(
    'produce is refused a producer on %s, in JSON',
    async (station) => {
      const { front, lim } = await newScene();
      const before = front.services.stations.list();
      const reply = await lim.requestJson('$memphis_producer_creations', {
        ...producer,
        station_name: station,
      });
      expect(reply).toMatchObject({
        error: forbidden(station),
        partitions_update: { partitions_list: null },
      });
      expect(front.services.stations.list()).toEqual(before);
    },
  );

  test('produce anywhere is refused a schema', async () => {
    const { front } = await newScene();
    const patterns = { allowRead: ['*'], allowWrite: [] };
    const user = { name: 'reader', kind: 'application', password, ...patterns } as const;
    await front.services.authenticator.putUser(user);
    const reader = await front.connect({ user: 'reader', pass: password });
    const request = { name: 'shape', type: 'json', schema_content: '{}' };
    expect(await reader.requestJson('$memphis_schema_creations', request)).toEqual({
      error: 'user reader is not allowed to create schema shape',
    });
    expect(front.services.schemas.list()).toEqual([]);
  });

  test('produce is answered a publish with an error that names user and station, and nothing is stored', async () => {
    const { root, lim } = await newScene();
    expect(await lim.requestJson('in#1$1.final', 'x')).toEqual({
      type: 'io.nats.jetstream.api.v1.pub_ack_response',
      error: { code: 403, err_code: 10003, description: forbidden('in.1') },
      stream: 'in#1$1',
      seq: 0,
    });
    lim.publish('in#1$1.final', 'without a reply');
    await expectUnharmed(lim);
    expect(await root.requestJson('in#1$1.final', 'next')).toMatchObject({ seq: 3 });
  });

  test('consume is answered a pull with a status that ends the fetch, and gets no message', async () => {
    const { root, lim } = await newScene();
    await createConsumer(root, 'no.1', 'g');
    lim.subscribe('inbox', 'pull');
    lim.publish('$JS.API.CONSUMER.MSG.NEXT.no#1$1.g', '{"batch":1}', { reply: 'inbox' });
    const [status, ...more] = await lim.received('pull', 1);
    expect(status?.headers).toBe(`NATS/1.0 400 Bad Request - ${forbidden('no.1')}\r\n\r\n`);
    await expectUnharmed(lim);
    expect(more).toEqual([]);
  });

  test('see a station is told so by $JS.API, and does not find its name in lists', async () => {
    const { root, lim } = await newScene();
    await createConsumer(root, 'no.1', 'g');
    const error = { code: 403, err_code: 10003, description: forbidden('no.1') };
    expect(await lim.requestJson('$JS.API.CONSUMER.INFO.no#1$1.g')).toMatchObject({ error });
    expect(await lim.requestJson('$JS.API.STREAM.INFO.no#1$1')).toMatchObject({ error });
    expect(await lim.requestJson('$JS.API.STREAM.NAMES')).toMatchObject({
      total: 2,
      streams: ['in#1$1', 'out#1$1'],
    });
    expect(
      await lim.requestJson('$JS.API.STREAM.NAMES', { subject: 'no#1$1.final' }),
    ).toMatchObject({ streams: null });
  });

  test.each([
    ['STREAM.MSG.GET.no#1$1', { seq: 1 }],
    ['STREAM.PURGE.no#1$1', {}],
    ['STREAM.PURGE.in#1$1', {}],
    ['CONSUMER.LIST.no#1$1', {}],
    ['CONSUMER.NAMES.no#1$1', {}],
    ['CONSUMER.DELETE.no#1$1.g', {}],
    ['CONSUMER.CREATE.no#1$1.g2', { config: { durable_name: 'g2', ack_policy: 'explicit' } }],
    ['CONSUMER.CREATE.out#1$1.g2', { config: { durable_name: 'g2', ack_policy: 'explicit' } }],
  ])('do it is refused $JS.API.%s', async (call, request) => {
    const { front, root, lim } = await newScene();
    await createConsumer(root, 'no.1', 'g');
    const station = /(in|out|no)#1/.exec(call)?.[0].replace('#', '.') ?? '';
    expect(await lim.requestJson(`$JS.API.${call}`, request)).toMatchObject({
      error: { code: 403, err_code: 10003, description: forbidden(station) },
    });
    const { id } = front.services.stations.find('no.1')!;
    expect(await front.services.engine.groupNames(id)).toEqual(['g']);
    expect(await root.requestJson('$JS.API.STREAM.INFO.in#1$1')).toMatchObject({
      state: { messages: 2 },
    });
  });

  test('consume gets no message by $JS.API.DIRECT.GET, and no line in STREAM.LIST', async () => {
    const { lim } = await newScene();
    const direct = await lim.request('$JS.API.DIRECT.GET.no#1$1', { seq: 1 });
    expect(direct).toMatchObject({
      payload: '',
      headers: `NATS/1.0 400 Bad Request - ${forbidden('no.1')}\r\n\r\n`,
    });
    const list = await lim.requestJson('$JS.API.STREAM.LIST');
    expect(list).toMatchObject({
      total: 2,
      streams: [{ config: { name: 'in#1$1' } }, { config: { name: 'out#1$1' } }],
    });
  });

  test('consume or produce has no say in dead letters', async () => {
    const { front, root, lim } = await newScene();
    await createConsumer(root, 'no.1', 'g');
    const { id: stationId } = front.services.stations.find('no.1')!;
    const letters = () => front.services.engine.deadLetters(stationId, { afterId: 0, countMax: 9 });
    const failure = { station_name: 'no#1', message: { data: '00', headers: {} } };
    lim.publish('$memphis_schemaverse_dls', JSON.stringify(failure));
    await lim.flush();
    root.subscribe('inbox', 'pull');
    root.publish('$JS.API.CONSUMER.MSG.NEXT.no#1$1.g', '{"batch":1}', { reply: 'inbox' });
    await root.received('pull', 1);
    const call = { station_name: 'no#1', error: 'x', partition: 1, cg_name: 'g', seq: 1 };
    lim.publish('$memphis_nacked_dls', JSON.stringify(call));
    await lim.flush();
    expect(await letters()).toEqual([]);
    root.publish('$memphis_nacked_dls', JSON.stringify(call));
    await waitUntil(async () => (await letters()).length === 1);
    const [letter] = await letters();
    lim.publish('$memphis_pm_acks', JSON.stringify({ id: letter?.id, cg_name: 'g' }));
    await expectUnharmed(lim);
    await root.request('$memphis_station_creations', { name: 'no.1', partitions_number: 1 });
    expect(await letters()).toHaveLength(1);
    root.publish('$memphis_pm_acks', JSON.stringify({ id: letter?.id, cg_name: 'g' }));
    await waitUntil(async () => (await letters()).length === 0);
    const reasons = front.log.map(({ fields }) => (fields['err'] as Error | undefined)?.message);
    const refusals = reasons.filter((reason) => reason?.startsWith(forbidden('no.1')));
    expect(refusals).toHaveLength(3);
  });

  test('consume settles nothing, and is confirmed nothing', async () => {
    const { root, lim } = await newScene();
    await createConsumer(root, 'no.1', 'g');
    root.subscribe('inbox', 'pull');
    root.publish('$JS.API.CONSUMER.MSG.NEXT.no#1$1.g', '{"batch":1}', { reply: 'inbox' });
    const [message] = await root.received('pull', 1);
    lim.subscribe('confirmation', 'confirmed');
    lim.publish(message?.reply ?? '', '+ACK', { reply: 'confirmation' });
    await expectUnharmed(lim);
    expect(lim.messages('confirmed')).toEqual([]);
    expect(await root.requestJson('$JS.API.CONSUMER.INFO.no#1$1.g')).toMatchObject({
      num_ack_pending: 1,
    });
  });

  test.each([
    '$memphis_dls_no#1.g',
    '$memphis_dls_no#1.*',
    '>',
    '*.g',
    '$memphis_schema_updates_no#1',
  ])('see a station hears nothing of it on %s, with a queue or without', async (pattern) => {
    const { front, lim, root } = await newScene();
    lim.subscribe(pattern, 'alone');
    lim.subscribe(pattern, 'shared', '$memphis_dls_no#1.g');
    root.subscribe(pattern, 'rightful', '$memphis_dls_no#1.g');
    await Promise.all([lim.flush(), root.flush()]);
    const subjects = ['$memphis_dls_no#1.g', '$memphis_schema_updates_no#1'];
    for (let turn = 0; turn < 10; turn += 1) {
      for (const subject of subjects) {
        const message = Buffer.from('secret');
        front.services.bus.publish({ subject, reply: undefined, message, headerBytes: 0 });
      }
    }
    await Promise.all([lim.flush(), root.flush()]);
    expect(lim.messages()).toEqual([]);
    // None was lost on a member of the queue who may not have it.
    expect(root.messages('rightful').length % 10).toBe(0);
    expect(root.messages('rightful').length).toBeGreaterThanOrEqual(10);
    await expectUnharmed(lim);
  });
});

describe('a user who may', () => {
  test('consume does, and acks', async () => {
    const { lim } = await newScene();
    await createConsumer(lim, 'in.1', 'g');
    lim.subscribe('inbox', 'pull');
    lim.publish('$JS.API.CONSUMER.MSG.NEXT.in#1$1.g', '{"batch":2}', { reply: 'inbox' });
    const messages = await lim.received('pull', 2);
    expect(messages.map(({ payload }) => payload)).toEqual(['a', 'b']);
    for (const { reply } of messages)
      expect((await lim.request(reply ?? '', '+ACK')).payload).toBe('');
    expect(await lim.requestJson('$JS.API.CONSUMER.INFO.in#1$1.g')).toMatchObject({
      num_ack_pending: 0,
    });
  });

  test('produce does, creates and removes the station, and attaches its schema', async () => {
    const { lim } = await newScene();
    await createStation(lim, 'out.9');
    expect(
      await lim.requestJson('$memphis_producer_creations', { ...producer, station_name: 'out.9' }),
    ).toMatchObject({ error: '' });
    await produce(lim, 'out#9$1', ['x']);
    const schema = { name: 'shape', type: 'json', schema_content: '{}' };
    expect(await lim.requestJson('$memphis_schema_creations', schema)).toEqual({ error: '' });
    lim.subscribe('$memphis_schema_updates_out#9', 'updates');
    const attachment = { name: 'shape', station_name: 'out.9' };
    expect((await lim.request('$memphis_schema_attachments', attachment)).payload).toBe('');
    expect(lim.messages('updates')).toHaveLength(1);
    const removal = await lim.request('$memphis_station_destructions', { station_name: 'out.9' });
    expect(removal.payload).toBe('');
  });

  test('hear of the dead letters of its stations hears them', async () => {
    const { front, lim } = await newScene();
    lim.subscribe('$memphis_dls_in#1.g', 'resent', '$memphis_dls_in#1.g');
    await lim.flush();
    const message = Buffer.from('resent');
    const subject = '$memphis_dls_in#1.g';
    expect(front.services.bus.publish({ subject, reply: undefined, message, headerBytes: 0 })).toBe(
      true,
    );
    expect(await lim.received('resent', 1)).toMatchObject([{ payload: 'resent' }]);
  });
});

describe('a user with limits', () => {
  test.each(['_INBOX.>', '_INBOX.*.*', '*.>', '>'])(
    'does not hear the answers to others by %s, but all that is said to it',
    async (pattern) => {
      const { root, lim } = await newScene();
      lim.subscribe(pattern, 'all');
      lim.subscribe(pattern, 'shared', 'queue');
      lim.subscribe('_INBOX.of-lim.*', 'own');
      await lim.flush();
      const got = await root.request('$JS.API.STREAM.MSG.GET.no#1$1', { seq: 1 });
      expect(got.payload).toContain(Buffer.from('secret').toString('base64'));
      root.publish('_INBOX.of-lim.1', 'for lim');
      await root.flush();
      await lim.flush();
      expect(await lim.received('own', 1)).toMatchObject([{ payload: 'for lim' }]);
      const overheard = [...(await lim.received('all', 0)), ...(await lim.received('shared', 0))];
      expect(overheard).toEqual([]);
      await expectUnharmed(lim);
    },
  );
});

describe('a user who is changed or removed', () => {
  test.each(['changed', 'removed'])(
    'has its connections ended without -ERR when %s',
    async (how) => {
      const { front, root, lim } = await newScene();
      const { authenticator } = front.services;
      if (how === 'removed') await authenticator.deleteUser('lim');
      else
        await authenticator.putUser({ name: 'lim', kind: 'application', password, allowRead: [] });
      await lim.closed();
      expect(lim.lines.filter((line) => line.startsWith('-ERR'))).toEqual([]);
      await root.flush();
      expect(root.isClosed).toBe(false);
    },
  );

  test('has the new permissions when it comes back, in both directions', async () => {
    const { front, lim } = await newScene();
    const { authenticator } = front.services;
    await authenticator.putUser({
      name: 'lim',
      kind: 'application',
      password,
      allowRead: [],
      allowWrite: ['in.*'],
    });
    await lim.closed();
    const back = await front.connect({ user: 'lim', pass: password });
    expect(await back.requestJson('in#1$1.final', 'x')).toMatchObject({ seq: 3 });
    expect(await back.requestJson('out#1$1.final', 'x')).toMatchObject({ error: { code: 403 } });
  });

  test('is not let in by a check that was right when it began', async () => {
    const { front } = await newScene();
    const { authenticator } = front.services;
    const known = authenticator.find('lim');
    jest.spyOn(authenticator, 'authenticate').mockImplementation(async () => {
      await authenticator.deleteUser('lim');
      return known!;
    });
    const late = await front.dial();
    await late.connect({ user: 'lim', pass: password });
    await late.closed();
    expect(late.lines.filter((line) => /^(PONG|-ERR)/.test(line))).toEqual([]);
  });
});
