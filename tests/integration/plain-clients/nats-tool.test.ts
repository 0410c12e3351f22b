import { startFront } from '../wire/front.ts';
import type { RawClient } from '../wire/raw-client.ts';
import { createConsumer, createStation, produce } from '../wire/stations.ts';

// Goal: people look at a station, read it and purge it with the `nats` command line tool, as root. Method: the tool
// can not be had everywhere, so its requests are sent by hand, with the fields and no others that it sends: `offset` in
// everything that comes in pages, the rest only where it is set. What it decodes has to be of the types it expects.

const stream = 'orders$1';
const subject = 'orders$1.final';
const zone = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const time = expect.stringMatching(zone) as string;

const state = { messages: 3, bytes: expect.any(Number) as number, first_seq: 1, last_seq: 3 };
const description = {
  config: {
    name: stream,
    subjects: [`${stream}.>`],
    retention: 'limits',
    storage: 'file',
    discard: 'old',
    num_replicas: 1,
    duplicate_window: 120_000_000_000,
  },
  created: time,
  state: { ...state, first_ts: time, last_ts: time, consumer_count: 1 },
};
const consumer = {
  stream_name: stream,
  name: 'g',
  created: time,
  config: { durable_name: 'g', ack_policy: 'explicit', deliver_policy: 'all', ack_wait: 30e9 },
  delivered: { consumer_seq: 0, stream_seq: 0 },
  ack_floor: { consumer_seq: 0, stream_seq: 0 },
  num_ack_pending: 0,
  num_redelivered: 0,
  num_waiting: 0,
  num_pending: 3,
};

describe('the nats tool as root', () => {
  let client: RawClient;

  beforeEach(async () => {
    client = await (await startFront()).connect({ user: 'root', name: 'NATS CLI Version 0.3.0' });
    await createStation(client, 'orders');
    await createConsumer(client, 'orders', 'g');
    await produce(client, stream, ['a', 'b', 'c']);
  });

  test('lists streams, page by page until it has as many as there are', async () => {
    expect(await ask('STREAM.NAMES', { offset: 0 })).toMatchObject({
      total: 1,
      offset: 0,
      streams: [stream],
    });
    expect(await ask('STREAM.NAMES', { offset: 0, subject })).toMatchObject({ streams: [stream] });
    const list = await ask('STREAM.LIST', { offset: 0 });
    expect(list).toMatchObject({ total: 1, offset: 0, streams: [description] });
    expect(await ask('STREAM.LIST', { offset: 1 })).toMatchObject({ total: 1, streams: [] });
  });

  test('shows a stream, with its subjects, and with what was deleted in it', async () => {
    for (const more of [{}, { deleted_details: true }]) {
      const info = await ask(`STREAM.INFO.${stream}`, { offset: 0, ...more });
      expect(info).toMatchObject(description);
    }
    const info = await ask(`STREAM.INFO.${stream}`, { offset: 0, subjects_filter: '>' });
    expect(info).toMatchObject({ total: 1, state: { subjects: { [subject]: 3 } } });
  });

  test('lists and shows consumers', async () => {
    const names = await ask(`CONSUMER.NAMES.${stream}`, { offset: 0 });
    expect(names).toMatchObject({ total: 1, offset: 0, consumers: ['g'] });
    const list = await ask(`CONSUMER.LIST.${stream}`, { offset: 0 });
    expect(list).toMatchObject({ total: 1, offset: 0, consumers: [consumer] });
    expect(await ask(`CONSUMER.INFO.${stream}.g`)).toMatchObject(consumer);
  });

  test.each([
    [{ seq: 2 }, 2, 'b'],
    [{ last_by_subj: subject }, 3, 'c'],
    [{ seq: 2, next_by_subj: subject }, 2, 'b'],
    [{ next_by_subj: '>' }, 1, 'a'],
  ])('reads a message by %j', async (request, seq, payload) => {
    const { message } = await ask(`STREAM.MSG.GET.${stream}`, request);
    expect(message).toMatchObject({ subject, seq, hdrs: expect.any(String) as string, time });
    const { data } = message as { data: string };
    expect(Buffer.from(data, 'base64').toString()).toBe(payload);
  });

  test.each([
    [undefined, 3],
    [{ seq: 2 }, 1],
    [{ keep: 1 }, 2],
    [{ filter: subject }, 3],
    [{ filter: 'other' }, 0],
    [{ filter: subject, keep: 2 }, 1],
  ])('purges by %j', async (request, purged) => {
    const answer = await ask(`STREAM.PURGE.${stream}`, request);
    expect(answer).toMatchObject({ success: true, purged });
    const info = await ask(`STREAM.INFO.${stream}`, { offset: 0 });
    expect(info).toMatchObject({ state: { messages: 3 - purged } });
  });

  test.each([
    ['STREAM.INFO.none', 404, 10059],
    [`CONSUMER.INFO.${stream}.none`, 404, 10014],
    [`STREAM.DELETE.${stream}`, 501, 10003],
    [`CONSUMER.LEADER.STEPDOWN.${stream}.g`, 501, 10003],
  ])('is told in its own way what %s can not do', async (request, code, err_code) => {
    const { error } = await ask(request);
    expect(error).toEqual({ code, err_code, description: expect.any(String) as string });
  });

  async function ask(request: string, fields?: object): Promise<Record<string, unknown>> {
    const answer = await client.requestJson(`$JS.API.${request}`, fields ?? '');
    expect(answer['type']).toMatch(/^io\.nats\.jetstream\.api\.v1\.\w+_response$/);
    return answer;
  }
});
