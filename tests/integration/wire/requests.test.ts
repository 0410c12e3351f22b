import { startFront } from './front.ts';
import type { RawClient } from './raw-client.ts';
import { createConsumer, createStation } from './stations.ts';

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

const producerRequest = {
  name: 'P1',
  station_name: 'My.Station_A',
  connection_id: 'connection-1',
  producer_type: 'application',
  req_version: 4,
  username: 'root',
  app_id: 'app-1',
  sdk_lang: 'node.js',
};

describe('every $memphis request', () => {
  test.each([...textRequests, ...jsonRequests])(
    'is answered once and never with 503, whatever is in it: %s',
    async (subject) => {
      const front = await startFront();
      const client = await front.connect();
      const isJson = jsonRequests.includes(subject);
      for (const payload of [
        '',
        '{',
        'null',
        '[]',
        '5',
        '"text"',
        '{"name":{}}',
        '\xff\xfe',
        '{}',
      ]) {
        const answer = await client.request(subject, payload);
        expect(answer.headers).toBe('');
        expect(answer.payload).not.toBe('');
        if (isJson) {
          expect(JSON.parse(answer.payload)).toMatchObject({ error: expect.stringMatching(/./) });
        }
      }
      await client.flush();
      const sids = client.messages().map(({ sid }) => sid);
      expect(new Set(sids).size).toBe(sids.length);
    },
  );

  test('may carry headers and be sent without a reply subject', async () => {
    const front = await startFront();
    const client = await front.connect();
    client.publish('$memphis_producer_creations', JSON.stringify(producerRequest), {
      headers: 'NATS/1.0\r\nk: v\r\n\r\n',
    });
    await client.flush();
    expect(await streamNames(client)).toEqual(['my#station_a$1']);
  });

  test('is read in any case, pretty-printed, and with fields that nobody knows', async () => {
    const front = await startFront();
    const client = await front.connect();
    const request = {
      NAME: 'st',
      Partitions_Number: 2,
      DLS_configuration: { POISON: false, schemaverse: true },
      something: { else: 1 },
    };
    const answer = await client.request(
      '$memphis_station_creations',
      JSON.stringify(request, null, 4),
    );
    expect(answer.payload).toBe('');
    expect(front.services.stations.find('st')).toMatchObject({
      partitionCount: 2,
      deadLetters: { undelivered: false, schemaFailures: true },
    });
  });

  test('keeps dead letters where it does not mention them', async () => {
    const front = await startFront();
    const client = await front.connect();
    await client.request('$memphis_station_creations', { name: 'st', partitions_number: 1 });
    expect(front.services.stations.find('st')?.deadLetters).toEqual({
      undelivered: true,
      schemaFailures: true,
    });
  });

  test('acts in the name of the user who is connected, whatever it says', async () => {
    const front = await startFront();
    const { authenticator, stations, producers } = front.services;
    await authenticator.putUser({ name: 'app', kind: 'application', password: 'app-password' });
    const client = await front.connect({ user: 'app$1', pass: 'app-password', name: 'c::app' });
    await client.request('$memphis_producer_creations', producerRequest);
    const station = stations.find('my.station_a');
    expect(station?.createdBy).toBe('app');
    expect(producers.ofStation(station?.id ?? 0)).toMatchObject([{ user: 'app', name: 'p1' }]);
  });

  test('that an SDK sends again leaves one record', async () => {
    const front = await startFront();
    const client = await front.connect();
    const replies = await Promise.all(
      [1, 2, 3].map(() => client.requestJson('$memphis_producer_creations', producerRequest)),
    );
    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
    const station = front.services.stations.find('my.station_a');
    expect(front.services.producers.ofStation(station?.id ?? 0)).toHaveLength(1);
    expect(await streamNames(client)).toEqual(['my#station_a$1']);
  });

  test('that fails inside the broker is answered, logged, and harms nobody', async () => {
    const front = await startFront();
    const client = await front.connect();
    jest.spyOn(front.services.stations, 'create').mockRejectedValue(new TypeError('planted'));
    const answer = await client.request('$memphis_station_creations', {
      name: 'st',
      partitions_number: 1,
    });
    expect(answer.payload).toBe('the broker failed to carry out the request, its log says why');
    expect(front.log.filter(({ level }) => level === 'error')).toMatchObject([
      { fields: { subject: '$memphis_station_creations', err: { message: 'planted' } } },
    ]);
  });
});

describe('a producer', () => {
  test('is answered with every key that some SDK reads', async () => {
    const front = await startFront();
    const client = await front.connect();
    expect(await client.requestJson('$memphis_producer_creations', producerRequest)).toEqual({
      schema_update: {
        schema_name: '',
        active_version: {
          version_number: 0,
          descriptor: '',
          schema_content: '',
          message_struct_name: '',
        },
        type: '',
      },
      partitions_update: { partitions_list: [1] },
      schemaverse_to_dls: true,
      send_notification: false,
      station_version: 2,
      station_partitions_first_functions: {},
      error: '',
    });
  });

  test('of a station with three partitions learns their numbers', async () => {
    const front = await startFront();
    const client = await front.connect();
    await createStation(client, 'My.Station_A', { partitions_number: 3 });
    expect(await client.requestJson('$memphis_producer_creations', producerRequest)).toMatchObject({
      partitions_update: { partitions_list: [1, 2, 3] },
    });
    expect(await streamNames(client)).toEqual([
      'my#station_a$1',
      'my#station_a$2',
      'my#station_a$3',
    ]);
  });

  test('without a connection id and language is put down with those of its connection', async () => {
    const front = await startFront();
    const client = await front.connect({ name: 'own-id::root' });
    const { connection_id, sdk_lang, app_id, ...rest } = producerRequest;
    expect([connection_id, sdk_lang, app_id]).not.toContain('own-id');
    await client.requestJson('$memphis_producer_creations', rest);
    const station = front.services.stations.find('my.station_a');
    expect(front.services.producers.ofStation(station?.id ?? 0)).toMatchObject([
      { connectionId: 'own-id', applicationId: 'own-id', sdkLanguage: 'node.js' },
    ]);
  });
});

describe('a consumer', () => {
  test('finds its group on every partition when the answer is there', async () => {
    const front = await startFront();
    const client = await front.connect();
    await createStation(client, 'st', { partitions_number: 3 });
    await createConsumer(client, 'st', 'CG.Up', { max_ack_time_ms: 5000, max_msg_deliveries: 4 });
    for (const partition of [1, 2, 3]) {
      const info = await client.requestJson(`$JS.API.CONSUMER.INFO.st$${partition}.cg#up`);
      expect(info).toMatchObject({
        type: 'io.nats.jetstream.api.v1.consumer_info_response',
        stream_name: `st$${partition}`,
        name: 'cg#up',
        created: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        config: {
          durable_name: 'cg#up',
          deliver_policy: 'all',
          ack_policy: 'explicit',
          ack_wait: 5_000_000_000,
          max_deliver: 4,
          filter_subject: `st$${partition}.final`,
        },
        delivered: { consumer_seq: 0, stream_seq: 0 },
        num_pending: 0,
      });
      expect(info['config']).not.toHaveProperty('deliver_subject');
    }
  });

  test('that starts elsewhere shows it', async () => {
    const front = await startFront();
    const client = await front.connect();
    await createConsumer(client, 'st', 'new', { last_messages: 0 });
    await createConsumer(client, 'st', 'fifth', { start_consume_from_sequence: 5 });
    const configOf = async (group: string) =>
      (await client.requestJson(`$JS.API.CONSUMER.INFO.st$1.${group}`))['config'];
    expect(await configOf('new')).toMatchObject({ deliver_policy: 'new' });
    expect(await configOf('fifth')).toMatchObject({
      deliver_policy: 'by_start_sequence',
      opt_start_seq: 5,
    });
  });
});

describe('$JS.API', () => {
  test('INFO is an account without an error', async () => {
    const front = await startFront();
    const client = await front.connect();
    const info = await client.requestJson('$JS.API.INFO');
    expect(info).toMatchObject({
      type: 'io.nats.jetstream.api.v1.account_info_response',
      streams: 0,
      limits: { max_streams: -1 },
    });
    expect(info).not.toHaveProperty('error');
  });

  test('STREAM.NAMES finds the stream of a subject, of a pattern, and none', async () => {
    const front = await startFront();
    const client = await front.connect();
    await createStation(client, 'a.b', { partitions_number: 2 });
    await createStation(client, 'c');
    expect(await streamNames(client)).toEqual(['a#b$1', 'a#b$2', 'c$1']);
    expect(await streamNames(client, 'a#b$2.final')).toEqual(['a#b$2']);
    expect(await streamNames(client, '*.final')).toEqual(['a#b$1', 'a#b$2', 'c$1']);
    expect(await streamNames(client, 'nothing.here')).toBeNull();
    expect(await streamNames(client, 'a.b$1.final')).toBeNull();
  });

  test.each([
    ['STREAM.INFO.nope$1', 'stream_info', 10059, 'stream not found'],
    ['STREAM.INFO.s', 'stream_info', 10059, 'stream not found'],
    ['CONSUMER.INFO.nope$1.g', 'consumer_info', 10059, 'stream not found'],
    ['CONSUMER.INFO.s$2.g', 'consumer_info', 10059, 'stream not found'],
    ['CONSUMER.INFO.nope.g', 'consumer_info', 10059, 'stream not found'],
    ['CONSUMER.INFO.s$1.nope', 'consumer_info', 10014, 'consumer not found'],
    ['CONSUMER.INFO.s$1', 'consumer_info', 10014, 'consumer not found'],
    ['CONSUMER.INFO.s$1.g.more', 'consumer_info', 10014, 'consumer not found'],
  ])('%s says what is missing', async (request, kind, err_code, description) => {
    const front = await startFront();
    const client = await front.connect();
    await createConsumer(client, 's', 'g');
    expect(await client.requestJson(`$JS.API.${request}`)).toEqual({
      type: `io.nats.jetstream.api.v1.${kind}_response`,
      error: { code: 404, err_code, description },
    });
  });

  test.each([
    ['STREAM.CREATE.x', 'stream_create', 'with a Memphis SDK'],
    ['STREAM.UPDATE.x', 'stream_update', 'with a Memphis SDK'],
    ['STREAM.DELETE.x', 'stream_delete', 'with a Memphis SDK'],
    ['STREAM.SNAPSHOT.x', 'stream_snapshot', 'not supported'],
    ['STREAM.LEADER.STEPDOWN.x', 'stream_leader_stepdown', 'one server'],
    ['CONSUMER.PAUSE.s$1.g', 'consumer_pause', 'stop its members'],
    ['CONSUMER.UNPIN.s$1.g', 'consumer_unpin', 'not supported'],
    ['NOSUCH.CALL', 'error', 'not supported'],
  ])('%s, which is not supported, says so instead of nothing', async (request, kind, words) => {
    const front = await startFront();
    const client = await front.connect();
    expect(await client.requestJson(`$JS.API.${request}`, '{}')).toEqual({
      type: `io.nats.jetstream.api.v1.${kind}_response`,
      error: { code: 501, err_code: 10003, description: expect.stringContaining(words) },
    });
  });

  test('errors carry three keys and no other: nats-py passes them on by name', async () => {
    const front = await startFront();
    const client = await front.connect();
    const { error } = await client.requestJson('$JS.API.STREAM.INFO.nope');
    expect(Object.keys(error as object)).toEqual(['code', 'err_code', 'description']);
  });
});

async function streamNames(client: RawClient, subject?: string): Promise<unknown> {
  const request = subject === undefined ? '' : JSON.stringify({ subject });
  return (await client.requestJson('$JS.API.STREAM.NAMES', request))['streams'];
}
