import { waitUntil } from '../support/index.ts';
import { onEach } from './harness/scene.ts';

onEach(['node', 'python', 'go'], (scene) => {
  test('12: creates a station, with an empty reply', async () => {
    await scene.client.station('plain');
    expect(scene.tap.answerTo('$memphis_station_creations')).toEqual({ payload: '', count: 1 });
    expect((await scene.streamInfo('plain$1')).state.messages).toBe(0);
  });

  test('13: leaves a station as it is that is created again with other settings', async () => {
    await scene.client.station('twice', { retentionType: 'messages', retentionValue: 5 });
    const { config } = await scene.streamInfo('twice$1');
    await scene.client.station('twice', {
      retentionType: 'bytes',
      retentionValue: 100,
      storageType: 'memory',
      partitions: 2,
    });
    expect(scene.tap.answerTo('$memphis_station_creations').payload).toBe('');
    expect((await scene.streamInfo('twice$1')).config).toEqual(config);
    expect(config).toMatchObject({ max_msgs: 5, storage: 'file' });
    expect(await streamNames(scene.observer, 'twice$2.final')).toEqual([]);
  });

  test('14: stores `My.Station_A` as `my.station_a`', async () => {
    await scene.client.station('My.Station_A', { partitions: 2 });
    expect(await streamNames(scene.observer, 'my#station_a$1.final')).toEqual(['my#station_a$1']);
    expect(await streamNames(scene.observer, 'my#station_a$2.final')).toEqual(['my#station_a$2']);
    await scene.client.producer('my.station_a');
    await scene.client.produce('my.station_a', 'x');
    expect((await scene.streamInfo('my#station_a$1')).state.messages).toBe(1);
  });

  test.each([
    ['', /Station name can not be empty|station name is missing/i],
    ['a'.repeat(129), /Station should be under 128 characters/],
    ['a b', /Only alphanumeric and the '_', '-', '\.' characters are allowed in Station/],
    ['_a', /Station name can not start or end with non alphanumeric character/],
    ['a.', /Station name can not start or end with non alphanumeric character/],
  ])('15: rejects the name %j', async (name, text) => {
    await expect(scene.client.station(name)).rejects.toThrow(text);
  });

  test('16: rejects a dedupe window that is too long, alone or for the retention', async () => {
    await expect(
      scene.client.station('late', { idempotencyWindowMs: 90_000_000, retentionValue: 1e6 }),
    ).rejects.toThrow(/idempotency window can not exceed 24 hours/);
    await expect(
      scene.client.station('later', { idempotencyWindowMs: 20_000, retentionValue: 10 }),
    ).rejects.toThrow(/idempotency window cannot be greater than the station retention/);
  });

  test('17: lists three partitions as 1, 2, 3 to producers and consumers', async () => {
    await scene.client.station('three', { partitions: 3 });
    await scene.client.producer('three');
    await scene.client.consumer('three', 'g');
    for (const subject of ['$memphis_producer_creations', '$memphis_consumer_creations']) {
      expect(JSON.parse(scene.tap.answerTo(subject).payload)).toMatchObject({
        partitions_update: { partitions_list: [1, 2, 3] },
        error: '',
      });
    }
  });

  test('18: rejects a schema that does not exist', async () => {
    await expect(scene.client.station('shaped', { schema: 'nosuch' })).rejects.toThrow(
      /Schema nosuch does not exist/,
    );
    expect(await streamNames(scene.observer, 'shaped$1.final')).toEqual([]);
  });

  test('19: destroys a station, and is content when it is gone already', async () => {
    await scene.client.station('brief');
    await scene.client.destroyStation('brief');
    expect(scene.tap.answerTo('$memphis_station_destructions').payload).toBe('');
    expect(await streamNames(scene.observer, 'brief$1.final')).toEqual([]);
    await expect(scene.client.destroyStation('brief')).resolves.not.toThrow();
    expect(scene.tap.answerTo('$memphis_station_destructions').payload).toMatch(/not exist/);
  });
});

// The SDK for Go has numbers for both, so that nothing wrong can be named.
onEach(['node', 'python'], (scene) => {
  test('16: rejects unknown kinds of retention and storage', async () => {
    await expect(scene.client.station('odd', { retentionType: 'foo' })).rejects.toThrow(
      'retention type can be one of the following message_age_sec/messages/bytes/ack_based',
    );
    await expect(scene.client.station('odder', { storageType: 'foo' })).rejects.toThrow(
      'storage type can be one of the following file/memory',
    );
  });
});

onEach(['node'], (scene) => {
  test('20: ends a fetch that waits when its station is destroyed', async () => {
    await scene.client.station('doomed');
    await scene.client.consumer('doomed', 'g', { fetchTimeoutMs: 20_000 });
    const fetched = scene.client.fetch('doomed', 'g', 1).then(
      () => 'messages',
      (error: Error) => error.message,
    );
    await waitUntil(async () => (await scene.groupInfo('doomed$1', 'g'))?.num_waiting === 1, {
      what: 'the pull to wait',
    });
    await scene.client.destroyStation('doomed');
    expect(await fetched).toMatch(/consumer deleted/i);
  });
});

async function streamNames(
  observer: { requestJson(subject: string, payload: object): Promise<Record<string, unknown>> },
  subject: string,
): Promise<unknown> {
  const { streams } = await observer.requestJson('$JS.API.STREAM.NAMES', { subject });
  return streams ?? [];
}
