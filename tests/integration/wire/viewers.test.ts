import { waitUntil } from '../../support/index.ts';
import { startFront } from './front.ts';
import type { Front } from './front.ts';
import type { Frame, RawClient } from './raw-client.ts';
import { createConsumer, createStation, produce } from './stations.ts';

interface Scene {
  readonly front: Front;
  readonly client: RawClient;
  readonly view: (config?: object, name?: string) => Promise<Record<string, unknown>>;
  /** What a pull has brought when it is over. */
  readonly pull: (request: object, name?: string) => Promise<readonly Frame[]>;
}

async function scene(payloads: readonly string[] = [], settings: object = {}): Promise<Scene> {
  const front = await startFront();
  const client = await front.connect();
  await createStation(client, 'st', settings);
  await produce(client, 'st$1', payloads);
  let count = 0;
  return {
    front,
    client,
    view: (config = {}, name = 'v') =>
      client.requestJson(`$JS.API.CONSUMER.CREATE.st$1.${name}`, {
        config: { ack_policy: 'none', ...config },
      }),
    pull: async (request, name = 'v') => {
      count += 1;
      const sid = `pull-${count}`;
      client.subscribe(`_INBOX.${sid}`, sid);
      client.publish(`$JS.API.CONSUMER.MSG.NEXT.st$1.${name}`, JSON.stringify(request), {
        reply: `_INBOX.${sid}`,
      });
      await client.until(
        () => client.messages(sid).some(({ subject }) => subject.startsWith('_INBOX')),
        'the end of the pull',
      );
      return client.messages(sid);
    },
  };
}

const texts = (frames: readonly Frame[]) =>
  frames.filter(({ subject }) => subject === 'st$1.final').map(({ payload }) => payload);
const statusOf = (frames: readonly Frame[]) => frames.at(-1)?.headers.split('\r\n')[0];

describe('a consumer without acks', () => {
  test.each([
    [{}, ['a', 'b', 'c']],
    [{ deliver_policy: 'by_start_sequence', opt_start_seq: 2 }, ['b', 'c']],
    [{ deliver_policy: 'last' }, ['c']],
    [{ deliver_policy: 'new' }, []],
    [{ inactive_threshold: 5e9, mem_storage: true, filter_subject: 'st$1.>' }, ['a', 'b', 'c']],
  ])('starts where %j says', async (config, expected) => {
    const { view, pull } = await scene(['a', 'b', 'c']);
    expect(await view(config)).toMatchObject({
      type: 'io.nats.jetstream.api.v1.consumer_create_response',
      stream_name: 'st$1',
      name: 'v',
      config: { ack_policy: 'none' },
    });
    const frames = await pull({ batch: 10, no_wait: true });
    expect(texts(frames)).toEqual(expected);
    expect(statusOf(frames)).toMatch(expected.length > 0 ? /408/ : /404/);
  });

  test('goes on from pull to pull, counts what is left, and shows everything once', async () => {
    const { view, pull, client } = await scene(['a', 'b', 'c']);
    await view();
    client.subscribe('_INBOX.first', 'first');
    client.publish('$JS.API.CONSUMER.MSG.NEXT.st$1.v', '2', { reply: '_INBOX.first' });
    const first = await client.received('first', 2);
    expect(texts(first)).toEqual(['a', 'b']);
    expect(first[1]?.reply).toMatch(/^\$JS\.ACK\.st\$1\.v\.1\.2\.2\.\d+\.\d+$/);
    expect(await client.requestJson('$JS.API.CONSUMER.INFO.st$1.v')).toMatchObject({
      name: 'v',
      num_pending: 1,
      delivered: { consumer_seq: 2, stream_seq: 2 },
    });
    expect(texts(await pull({ batch: 5, no_wait: true }))).toEqual(['c']);
  });

  test('waits for what is published, with signs of life meanwhile', async () => {
    const { view, client } = await scene();
    await view();
    client.subscribe('_INBOX.wait', 'wait');
    const request = { batch: 2, expires: 60e9, idle_heartbeat: 100e6 };
    client.publish('$JS.API.CONSUMER.MSG.NEXT.st$1.v', JSON.stringify(request), {
      reply: '_INBOX.wait',
    });
    await client.received('wait', 1);
    expect(client.messages('wait')[0]?.headers).toContain('100 Idle Heartbeat');
    await produce(client, 'st$1', ['late', 'later']);
    await client.until(() => texts(client.messages('wait')).length === 2, 'both messages');
    expect(texts(client.messages('wait'))).toEqual(['late', 'later']);
  });

  test('says when its time is over, and leaves what is too large', async () => {
    const { view, pull } = await scene(['x'.repeat(1000)]);
    await view();
    expect(statusOf(await pull({ batch: 1, max_bytes: 500, expires: 60e9 }))).toContain(
      '409 Message Size Exceeds MaxBytes',
    );
    expect(texts(await pull({ batch: 2, expires: 50e6 }))).toHaveLength(1);
  });

  test('passes over what groups have settled, and keeps nothing for itself', async () => {
    const { front, client, view, pull } = await scene([], { retention_type: 'ack_based' });
    await createConsumer(client, 'st', 'g');
    await produce(client, 'st$1', ['a', 'b', 'c']);
    await view();
    const { engine, stations } = front.services;
    const address = { stationId: stations.find('st')?.id ?? 0, partition: 1 };
    client.subscribe('_INBOX.g', 'g');
    client.publish('$JS.API.CONSUMER.MSG.NEXT.st$1.g', '3', { reply: '_INBOX.g' });
    await client.received('g', 3);
    await new Promise<void>((resolve) =>
      engine.settle(address, 'g', 2, { kind: 'ack' }, () => resolve()),
    );
    expect(texts(await pull({ batch: 9, no_wait: true }))).toEqual(['a', 'c']);
    await Promise.all(
      [1, 3].map(
        (sequence) =>
          new Promise<void>((resolve) =>
            engine.settle(address, 'g', sequence, { kind: 'ack' }, () => resolve()),
          ),
      ),
    );
    await waitUntil(async () => (await engine.partitionState(address))?.messageCount === 0, {
      what: 'everything to be removed',
    });
  });

  test('is of its client alone and ends with it, by name, or with its station', async () => {
    const { front, client, view, pull } = await scene(['a']);
    await view({}, 'one');
    await view({}, 'two');
    const other = await front.connect();
    expect(await other.requestJson('$JS.API.CONSUMER.INFO.st$1.one')).toMatchObject({
      error: { err_code: 10014 },
    });
    expect(await client.requestJson('$JS.API.CONSUMER.DELETE.st$1.one')).toMatchObject({
      success: true,
    });
    expect(await client.requestJson('$JS.API.CONSUMER.INFO.st$1.one')).toMatchObject({
      error: { err_code: 10014 },
    });
    const waiting = pull({ batch: 5, expires: 60e9 }, 'two');
    await client.flush();
    await client.request('$memphis_station_destructions', { station_name: 'st' });
    expect(statusOf(await waiting)).toContain('409 Consumer Deleted');
  });

  test('replaced by one of its name begins anew; a pull of the old one ends', async () => {
    const { client, view, pull } = await scene(['a']);
    await view({ deliver_policy: 'new' });
    const waiting = pull({ batch: 5, expires: 60e9 });
    await client.flush();
    await view();
    expect(statusOf(await waiting)).toContain('409 Consumer Deleted');
    expect(texts(await pull({ batch: 5, no_wait: true }))).toEqual(['a']);
  });

  test.each([
    [{ headers_only: true }, 501, /headers_only/],
    [{ replay_policy: 'original' }, 501, /replay_policy/],
    [
      { opt_start_time: '2026-01-31T12:00:00Z', deliver_policy: 'by_start_time' },
      501,
      /can not start by time/,
    ],
    [{ opt_start_time: 'x', deliver_policy: 'by_start_time' }, 400, /by_start_time/],
    [{ deliver_policy: 'by_start_sequence' }, 400, /opt_start_seq/],
    [{ filter_subject: 'other' }, 400, /filter subject/],
    [{ name: 'a.b' }, 501, /without \. \* >/],
  ])('is refused with %j', async (config, code, description) => {
    const { view } = await scene();
    expect(await view(config)).toMatchObject({
      error: { code, description: expect.stringMatching(description) },
    });
  });

  test('is refused when its client has very many, and gets a name where it has none', async () => {
    const { client } = await scene();
    const create = () =>
      client.requestJson('$JS.API.CONSUMER.CREATE.st$1', { config: { ack_policy: 'none' } });
    const made = await Promise.all(Array.from({ length: 257 }, create));
    const names = made.flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
    expect(new Set(names).size).toBe(256);
    expect(made.filter(({ error }) => error !== undefined)).toMatchObject([
      { error: { code: 400, err_code: 10026 } },
    ]);
  });
});
