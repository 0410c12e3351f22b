import { startFront } from './front.ts';
import type { Front } from './front.ts';
import type { RawClient } from './raw-client.ts';
import { createConsumer, createStation, produce } from './stations.ts';

type Api = (request: string, payload?: object | string) => Promise<Record<string, unknown>>;

async function scene(): Promise<{ front: Front; client: RawClient; api: Api }> {
  const front = await startFront();
  const client = await front.connect();
  await createStation(client, 'st', { partitions_number: 2 });
  const api: Api = (request, payload = '') => client.requestJson(`$JS.API.${request}`, payload);
  return { front, client, api };
}

const config = { durable_name: 'g', ack_policy: 'explicit' };

describe('a pull consumer of a plain client', () => {
  test.each(['CONSUMER.CREATE.st$1.g', 'CONSUMER.DURABLE.CREATE.st$1.g'])(
    'is a group of the station, created by %s',
    async (subject) => {
      const { front, client, api } = await scene();
      await produce(client, 'st$1', ['1', '2', '3']);
      const created = await api(subject, {
        stream_name: 'st$1',
        config: {
          ...config,
          deliver_policy: 'by_start_sequence',
          opt_start_seq: 2,
          ack_wait: 5_000_000_000,
          max_deliver: 4,
          filter_subject: 'st$1.final',
          max_ack_pending: 1000,
        },
      });
      expect(created).toMatchObject({
        type: 'io.nats.jetstream.api.v1.consumer_create_response',
        stream_name: 'st$1',
        name: 'g',
        config: { ack_wait: 5_000_000_000, max_deliver: 4, opt_start_seq: 2 },
        num_pending: 2,
      });
      const { engine, stations } = front.services;
      const stationId = stations.find('st')?.id ?? 0;
      expect(await engine.groupState({ stationId, partition: 2 }, 'g')).toBeDefined();
    },
  );

  test('gets the waits and limits of a group where it names none', async () => {
    const { api } = await scene();
    const created = await api('CONSUMER.CREATE.st$1.g.st$1.final', { config });
    expect(created['config']).toMatchObject({ ack_wait: 30_000_000_000, max_deliver: 10 });
  });

  test('keeps its place when it is created again, and takes over new settings', async () => {
    const { client, api } = await scene();
    await produce(client, 'st$1', ['1', '2']);
    await api('CONSUMER.CREATE.st$1.g', { config });
    client.subscribe('_INBOX.pull', 'pull');
    client.publish('$JS.API.CONSUMER.MSG.NEXT.st$1.g', '1', { reply: '_INBOX.pull' });
    await client.received('pull', 1);
    const changed = { ...config, max_deliver: 2, deliver_policy: 'new' };
    const again = await api('CONSUMER.CREATE.st$1.g', { config: changed });
    expect(again).toMatchObject({
      config: { max_deliver: 2, deliver_policy: 'all' },
      num_pending: 1,
      num_ack_pending: 1,
    });
  });

  test('is updated with what its information says, where an SDK let it begin at the last messages', async () => {
    const { client, api } = await scene();
    await produce(client, 'st$1', ['1', '2', '3']);
    await createConsumer(client, 'st', 'g', { last_messages: 2 });
    const { config: known } = await api('CONSUMER.INFO.st$1.g');
    expect(known).toMatchObject({ deliver_policy: 'by_start_sequence', opt_start_seq: 2 });
    const change = { ...(known as object), max_deliver: 5 };
    expect(await api('CONSUMER.CREATE.st$1.g', { action: 'update', config: change })).toMatchObject(
      { config: { max_deliver: 5 }, num_pending: 2 },
    );
  });

  test('has the back-off list that it asks for, and with it an ack timeout', async () => {
    const { client, api } = await scene();
    const backoff = [500_000_000, 2_000_000_000];
    const created = await api('CONSUMER.CREATE.st$1.g', { config: { ...config, backoff } });
    expect(created['config']).toMatchObject({ backoff, ack_wait: 500_000_000, max_deliver: 10 });
    // A Memphis SDK has no word for the list; the group keeps it.
    await createConsumer(client, 'st', 'g');
    const info = await api('CONSUMER.INFO.st$2.g');
    expect(info['config']).toMatchObject({ backoff, ack_wait: 30_000_000_000 });
    const without = await api('CONSUMER.CREATE.st$1.g', { config: { ...config, ack_wait: 1e9 } });
    expect(without['config']).not.toHaveProperty('backoff');
  });

  test('is ordered by the header that its metadata names, and shows it', async () => {
    const { client, api } = await scene();
    const metadata = { 'thebes.key-header': 'customer' };
    const ordered = { ...config, metadata: { ...metadata, owner: 'me' } };
    const created = await api('CONSUMER.CREATE.st$1.g', { config: ordered });
    const shown = { ...metadata, 'thebes.waiting-for-key': '0' };
    expect(created['config']).toMatchObject({ metadata: shown });
    // A Memphis SDK has no word for it; the group keeps it, on every partition.
    await createConsumer(client, 'st', 'g');
    const info = await api('CONSUMER.INFO.st$2.g');
    expect((info['config'] as Record<string, unknown>)['metadata']).toEqual(shown);
    const create = { action: 'create', config: { ...config, max_deliver: 3 } };
    expect(await api('CONSUMER.CREATE.st$1.g', create)).toMatchObject({
      error: { err_code: 10148 },
    });
    const without = await api('CONSUMER.CREATE.st$1.g', { config });
    expect(without['config']).not.toHaveProperty('metadata');
  });

  test('shows how many messages wait for their key, and takes no notice when that comes back', async () => {
    const { client, api } = await scene();
    const keyHeader = { 'thebes.key-header': 'Customer' };
    await api('CONSUMER.CREATE.st$1.g', { config: { ...config, metadata: keyHeader } });
    const headers = 'NATS/1.0\r\ncustomer: ada\r\n\r\n';
    for (const text of ['1', '2', '3']) await client.request('st$1.final', text, headers);
    client.subscribe('_INBOX.pull', 'pull');
    client.publish('$JS.API.CONSUMER.MSG.NEXT.st$1.g', '10', { reply: '_INBOX.pull' });
    await client.received('pull', 1);
    const waiting = { ...keyHeader, 'thebes.waiting-for-key': '2' };
    const { config: before } = await api('CONSUMER.INFO.st$1.g');
    expect(before).toMatchObject({ metadata: waiting });
    const again = { ...(before as object), max_deliver: 5, metadata: { ...waiting } };
    again.metadata['thebes.waiting-for-key'] = '77';
    const updated = await api('CONSUMER.CREATE.st$1.g', { action: 'update', config: again });
    expect(updated['config']).toMatchObject({ max_deliver: 5, metadata: waiting });
    // The count alone is not the setting.
    const bare = { ...again, metadata: { 'thebes.waiting-for-key': '2' } };
    const unordered = await api('CONSUMER.CREATE.st$1.g', { config: bare });
    expect(unordered['config']).not.toHaveProperty('metadata');
  });

  test('shows how many messages retention removed before it had them, and goes on behind them', async () => {
    const { client, api } = await scene();
    await createStation(client, 'short', { retention_type: 'messages', retention_value: 2 });
    await api('CONSUMER.CREATE.short$1.g', { config });
    const produceAll = (texts: string[]) => produce(client, 'short$1', texts);
    await produceAll(['1', '2']);
    const { config: before } = await api('CONSUMER.INFO.short$1.g');
    expect(before).not.toHaveProperty('metadata');
    await produceAll(['3', '4', '5']);
    const { config: after } = await api('CONSUMER.INFO.short$1.g');
    expect(after).toMatchObject({ metadata: { 'thebes.missed': '3' } });
    const change = { ...(after as object), max_deliver: 5, metadata: { 'thebes.missed': '77' } };
    const updated = await api('CONSUMER.CREATE.short$1.g', { action: 'update', config: change });
    expect(updated['config']).toMatchObject({ metadata: { 'thebes.missed': '3' } });
    expect(updated).toMatchObject({ num_pending: 2 });
  });

  test('is created or updated only, where the action says so', async () => {
    const { api } = await scene();
    const send = (action: string, more: object = {}) =>
      api('CONSUMER.CREATE.st$1.g', { action, config: { ...config, ...more } });
    expect(await send('update')).toMatchObject({ error: { code: 400, err_code: 10149 } });
    expect(await send('create')).toMatchObject({ name: 'g' });
    expect(await send('create')).toMatchObject({ name: 'g' });
    expect(await send('create', { max_deliver: 3 })).toMatchObject({
      error: { code: 400, err_code: 10148 },
    });
    expect(await send('update', { max_deliver: 3 })).toMatchObject({ config: { max_deliver: 3 } });
    expect(await send('other')).toMatchObject({ error: { code: 400, err_code: 10003 } });
  });

  test.each([
    ['with acks and without a durable name', { durable_name: '' }, 501, /ephemeral/],
    ['that is pushed to', { deliver_subject: 'x' }, 501, /push/],
    ['with acks for all before', { ack_policy: 'all' }, 501, /ack_policy all/],
    ['without payloads', { headers_only: true }, 501, /headers_only/],
    ['pushed, without a name', { deliver_subject: 'd', durable_name: '' }, 501, /push consumers/],
    [
      'pushed and without acks, as ordered ones are in nats-py',
      { deliver_subject: 'd', durable_name: '', ack_policy: 'none' },
      501,
      /push consumers/,
    ],
    ['with priority groups', { priority_groups: ['a'] }, 501, /priority groups/],
    [
      'with a back-off list without room',
      { backoff: [1], max_deliver: 1 },
      400,
      /length of backoff/,
    ],
    ['with a back-off of nothing', { backoff: [1_000_000, 0] }, 400, /out of range/],
    ['with a back-off in words', { backoff: ['1s'] }, 400, /a list of whole numbers/],
    [
      'that is ordered by what is no header',
      { metadata: { 'thebes.key-header': 'my key' } },
      400,
      /"my key"/,
    ],
    ['that is ordered by a number', { metadata: { 'thebes.key-header': 1 } }, 400, /a text/],
    [
      'with a slip of the pen in its metadata',
      { metadata: { 'thebes.key_header': 'x' } },
      400,
      /thebes\.key_header is not known/,
    ],
    ['with metadata that is none', { metadata: 'x' }, 400, /metadata has to be an object/],
    ['that replays in original time', { replay_policy: 'original' }, 501, /replay_policy/],
    ['that goes away by itself', { inactive_threshold: 1e9 }, 501, /inactive_threshold/],
    [
      'from no time',
      { deliver_policy: 'by_start_time', opt_start_time: 'x' },
      400,
      /opt_start_time/,
    ],
    ['from no sequence', { deliver_policy: 'by_start_sequence' }, 400, /opt_start_seq/],
    ['with a policy nobody knows', { deliver_policy: 'some' }, 400, /deliver_policy/],
    ['of another subject', { filter_subject: 'st$1.other' }, 400, /filter subject/],
    ['of other subjects', { filter_subjects: ['st$1.final', 'x'] }, 400, /filter subject/],
    ['of another name', { durable_name: 'h' }, 400, /does not match durable name/],
    ['with fields of the wrong type', { ack_wait: 'long' }, 400, /ack_wait/],
  ])('%s is refused, and no group is there', async (_case, change, code, description) => {
    const { front, api } = await scene();
    const answer = await api('CONSUMER.CREATE.st$1.g', { config: { ...config, ...change } });
    expect(answer).toMatchObject({
      type: 'io.nats.jetstream.api.v1.consumer_create_response',
      error: { code, description: expect.stringMatching(description) },
    });
    const stationId = front.services.stations.find('st')?.id ?? 0;
    expect(await front.services.engine.groupNames(stationId)).toEqual([]);
  });

  test.each([
    ['CONSUMER.CREATE.st$1.G', { config: { ...config, durable_name: 'G' } }, /lower case/],
    ['CONSUMER.CREATE.st$1.g!', { config: { ...config, durable_name: 'g!' } }, /bad request/],
    ['CONSUMER.CREATE.st$1.g', { stream_name: 'st$2', config }, /different streams/],
    ['CONSUMER.CREATE.nothing$1.g', { config }, /stream not found/],
    ['CONSUMER.CREATE.st$1.g', '', /empty/],
  ])('is refused where its request is wrong: %s %j', async (subject, payload, description) => {
    const { api } = await scene();
    expect(await api(subject, payload)).toMatchObject({
      error: { description: expect.stringMatching(description) },
    });
  });

  test('is deleted on all partitions, with the pulls that wait for it', async () => {
    const { front, client, api } = await scene();
    await createConsumer(client, 'st', 'g');
    client.subscribe('_INBOX.pull', 'pull');
    client.publish('$JS.API.CONSUMER.MSG.NEXT.st$2.g', '{"batch":1,"expires":60000000000}', {
      reply: '_INBOX.pull',
    });
    await client.flush();
    expect(await api('CONSUMER.DELETE.st$1.g')).toEqual({
      type: 'io.nats.jetstream.api.v1.consumer_delete_response',
      success: true,
    });
    const [status] = await client.received('pull', 1);
    expect(status?.headers).toContain('409 Consumer Deleted');
    const { membership, stations } = front.services;
    expect(membership.ofStation(stations.find('st')?.id ?? 0)).toEqual([]);
    expect(await api('CONSUMER.DELETE.st$1.g')).toMatchObject({ error: { err_code: 10014 } });
    expect(await api('CONSUMER.DELETE.nothing$1.g')).toMatchObject({ error: { err_code: 10059 } });
  });
});

describe('CONSUMER.NAMES and CONSUMER.LIST', () => {
  test('show the groups of a partition', async () => {
    const { client, api } = await scene();
    await createConsumer(client, 'st', 'b.c');
    await createConsumer(client, 'st', 'a');
    expect(await api('CONSUMER.NAMES.st$1')).toEqual({
      type: 'io.nats.jetstream.api.v1.consumer_names_response',
      total: 2,
      offset: 0,
      limit: 1024,
      consumers: ['a', 'b#c'],
    });
    expect(await api('CONSUMER.LIST.st$2', { offset: 1 })).toMatchObject({
      type: 'io.nats.jetstream.api.v1.consumer_list_response',
      total: 2,
      offset: 1,
      limit: 256,
      consumers: [{ stream_name: 'st$2', name: 'b#c', config: { durable_name: 'b#c' } }],
    });
    expect(await api('CONSUMER.LIST.nothing$1')).toMatchObject({ error: { err_code: 10059 } });
  });
});

describe('a publish on condition', () => {
  const block = (...lines: string[]) => `NATS/1.0\r\n${lines.join('\r\n')}\r\n\r\n`;

  test('is stored when the newest message is the expected one, and refused when not', async () => {
    const { client } = await scene();
    const send = (...lines: string[]) => client.requestJson('st$1.final', 'x', block(...lines));
    expect(await send('Nats-Expected-Last-Sequence: 0')).toMatchObject({ seq: 1 });
    expect(await send('Nats-Expected-Last-Sequence: 0')).toMatchObject({
      error: { code: 400, err_code: 10071, description: 'wrong last sequence: 1' },
    });
    expect(
      await send('Nats-Expected-Stream: st$1', 'Nats-Expected-Last-Subject-Sequence: 1'),
    ).toMatchObject({ seq: 2 });
    expect(
      await send('Nats-Expected-Last-Sequence: 2', 'Nats-Expected-Stream: other'),
    ).toMatchObject({ error: { code: 400, err_code: 10060 } });
    await client.requestJson('$JS.API.STREAM.PURGE.st$1');
    expect(await send('Nats-Expected-Last-Subject-Sequence: 0')).toMatchObject({ seq: 3 });
  });

  test.each([
    ['Nats-Expected-Last-Sequence: many'],
    ['Nats-Expected-Last-Msg-Id: x'],
    ['Nats-Rollup: all'],
    ['Nats-TTL: 5s', 10166],
    ['Nats-Incr: +1', 10168],
    ['Nats-Batch-Id: x', 10174],
    ['Nats-Schedule: @at 2030-01-01T00:00:00Z', 10188],
  ])('that can not be kept is refused: %s', async (line, errorCode = 10003) => {
    const { client } = await scene();
    expect(await client.requestJson('st$1.final', 'x', block(line))).toMatchObject({
      error: { code: 400, err_code: errorCode },
      seq: 0,
    });
    expect(await client.requestJson('$JS.API.STREAM.INFO.st$1')).toMatchObject({
      state: { messages: 0 },
    });
  });

  test('on another subject of the stream, which nobody listens to, is refused', async () => {
    const { client } = await scene();
    expect(await client.requestJson('st$1.other', 'x')).toMatchObject({
      error: { code: 400, err_code: 10003, description: expect.stringContaining('st$1.final') },
    });
    client.subscribe('st$1.other', 'core');
    client.publish('st$1.other', 'heard');
    expect(await client.received('core', 1)).toMatchObject([{ payload: 'heard' }]);
  });
});
