import { waitUntil } from '../support/index.ts';
import { fetchUntil, texts } from './harness/fetch-until.ts';
import { onEach, onWire } from './harness/scene.ts';

// MurmurHash3 (x86, 32 bit, seed 31), as wire-protocol.md 5.10 has them.
const hashes = { a: 3_387_765_255, b: 279_955_767, 'user:42': 2_957_088_052 } as const;

onEach(['node', 'python', 'go'], (scene) => {
  test('21: creates the missing station of a producer with the defaults', async () => {
    await scene.client.producer('missing');
    expect((await scene.streamInfo('missing$1')).config).toMatchObject({
      max_age: 3600e9,
      storage: 'file',
      duplicate_window: 120e9,
    });
    expect(await scene.observer.requestJson('$JS.API.STREAM.INFO.missing$2')).toHaveProperty(
      'error',
    );
  });

  test('23: stores messages with the headers of their producer, under rising sequences', async () => {
    await scene.client.producer('written', 'Writer');
    await scene.client.produce('written', { text: 'one', headers: { colour: 'blue' } }, 'Writer');
    await scene.client.produce('written', 'two', 'Writer');
    expect(scene.tap.pubAcks('written$1')).toEqual([
      { stream: 'written$1', seq: 1 },
      { stream: 'written$1', seq: 2 },
    ]);
    const [one, two] = await scene.stored('written$1');
    expect(one).toMatchObject({ subject: 'written$1.final', payload: 'one' });
    expect(two).toMatchObject({ payload: 'two' });
    expect(one?.headers).toMatch(/^NATS\/1\.0\r\n/);
    expect(one?.headers).toMatch(/\$memphis_connectionId: ?[0-9a-f-]{36}\r\n/);
    expect(one?.headers).toMatch(/\$memphis_producedBy: ?writer\r\n/);
    expect(one?.headers).toMatch(/colour: ?blue\r\n/);
  });

  test('24: stores a message id once inside the window, and again after it', async () => {
    await scene.client.station('ids', { idempotencyWindowMs: 1000 });
    await scene.client.producer('ids');
    const message = { text: 'x', messageId: 'one' };
    await scene.client.produce('ids', message);
    await scene.client.produce('ids', message);
    expect(scene.tap.pubAcks('ids$1')).toEqual([
      { stream: 'ids$1', seq: 1 },
      { stream: 'ids$1', seq: 1, duplicate: true },
    ]);
    await waitUntil(
      async () => {
        await scene.client.produce('ids', message);
        return (await scene.streamInfo('ids$1')).state.last_seq === 2;
      },
      { what: 'the window to close' },
    );
  });

  test('25: stores the same message id once in each partition', async () => {
    await scene.client.station('ids3', { partitions: 3 });
    await scene.client.producer('ids3');
    for (const partition of [1, 2, 1]) {
      await scene.client.produce('ids3', { text: 'x', messageId: 'one', partition });
    }
    expect((await scene.streamInfo('ids3$1')).state.messages).toBe(1);
    expect((await scene.streamInfo('ids3$2')).state.messages).toBe(1);
  });

  test('26: fails a publish to a destroyed station fast', async () => {
    await scene.client.station('gone');
    await scene.client.producer('gone');
    await scene.client.produce('gone', 'x');
    // By somebody else: an SDK forgets the producers of what it destroyed itself.
    await scene.observer.request('$memphis_station_destructions', { station_name: 'gone' });
    await expect(scene.client.produce('gone', 'y')).rejects.toThrow(
      /check whether Station\/Producer still exist|no response from stream|no responders available/,
    );
  });

  test('27: rejects a payload above the limit in the client, and keeps the connection', async () => {
    await scene.client.producer('large');
    const before = scene.tap.sockets.length;
    await expect(scene.client.produce('large', 'x'.repeat(1024 * 1024 + 1))).rejects.toThrow(
      /payload|size|max/i,
    );
    await scene.client.produce('large', 'small');
    expect((await scene.streamInfo('large$1')).state.messages).toBe(1);
    expect(scene.tap.sockets).toHaveLength(before);
  });

  test('28: writes to the partition of that number', async () => {
    await scene.client.station('numbered', { partitions: 3 });
    await scene.client.producer('numbered');
    for (const partition of [1, 2, 2, 3, 3, 3]) {
      await scene.client.produce('numbered', { text: 'x', partition });
    }
    for (const partition of [1, 2, 3]) {
      const { state } = await scene.streamInfo(`numbered$${partition}`);
      expect(state.messages).toBe(partition);
    }
  });

  test('32: keeps the producer of the same name on another connection', async () => {
    const other = await scene.connect();
    await scene.client.producer('same');
    await other.producer('same');
    await scene.client.destroyProducer('same');
    await other.produce('same', 'still here');
    expect((await scene.streamInfo('same$1')).state.messages).toBe(1);
    await other.destroyProducer('same');
    expect(scene.tap.answerTo('$memphis_producer_destructions').payload).toBe('');
  });
});

onEach(['node'], (scene) => {
  test('31: destroys a producer twice without an error', async () => {
    await scene.client.producer('short');
    await scene.client.destroyProducer('short');
    await expect(scene.client.destroyProducer('short')).resolves.not.toThrow();
    expect(scene.tap.answerTo('$memphis_producer_destructions').payload).toMatch(/^$|not exist/);
  });
});

onEach(['python', 'go'], (scene) => {
  // These SDKs fail the second time by themselves; a retry after a lost answer asks the broker twice.
  test('31: is answered the same when a destroyed producer is destroyed once more', async () => {
    await scene.client.producer('short');
    await scene.client.destroyProducer('short');
    expect(scene.tap.answerTo('$memphis_producer_destructions').payload).toBe('');
    const [request] = scene.tap.published(/^\$memphis_producer_destructions$/);
    const again = await scene.observer.request(
      '$memphis_producer_destructions',
      request?.payload ?? '',
    );
    expect(again.payload).toMatch(/^$|not exist/);
  });
});

onEach(['python', 'go'], (scene) => {
  test('28: writes to the partition that the hash of a key says', async () => {
    await scene.client.station('keyed', { partitions: 2 });
    await scene.client.producer('keyed');
    for (const [key, hash] of Object.entries(hashes)) {
      const stream = `keyed$${(hash % 2) + 1}`;
      const { messages } = (await scene.streamInfo(stream)).state;
      await scene.client.produce('keyed', { text: key, key });
      expect((await scene.streamInfo(stream)).state.messages).toBe(messages + 1);
    }
  });
});

onEach(['node'], (scene) => {
  test('29: accepts a key of index 0, and returns its message to a fetch by that key', async () => {
    await scene.client.station('zero', { partitions: 2 });
    await scene.client.producer('zero');
    await scene.client.consumer('zero', 'g');
    const key = Object.entries(hashes).find(([, hash]) => hash % 2 === 0)?.[0] ?? '';
    await scene.client.produce('zero', { text: 'by key', key });
    expect(scene.tap.published(/^zero\$0\.final$/)).toHaveLength(1);
    expect((await scene.streamInfo('zero$2')).state.messages).toBe(1);
    const received = await scene.client.fetch('zero', 'g', 1, { key });
    expect(texts(received)).toEqual(['by key']);
  });

  test('33: accepts what a destroyed producer that its SDK still holds goes on to produce', async () => {
    await scene.client.producer('zombie');
    await scene.client.destroyProducer('zombie');
    await scene.client.produce('zombie', 'still here');
    await scene.client.consumer('zombie', 'g');
    expect(texts(await fetchUntil(scene.client, 'zombie', 'g', 1))).toEqual(['still here']);
  });
});

onEach(['go'], (scene) => {
  test('30: acknowledges more publishes than may be in flight', async () => {
    await scene.client.producer('flood');
    await scene.client.produceMany('flood', 6000);
    // The driver waits for the answer to one more behind them.
    expect((await scene.streamInfo('flood$1')).state.messages).toBe(6001);
  });
});

onWire((scene) => {
  test('22: answers a producer with every key that some SDK needs', async () => {
    const reply = await scene.observer.requestJson('$memphis_producer_creations', {
      name: 'P1',
      station_name: 'whole',
      connection_id: 'connection-1',
      producer_type: 'application',
      req_version: 4,
      username: 'root',
      app_id: 'app-1',
      sdk_lang: 'go',
    });
    const noSchema = { version_number: 0, descriptor: '', schema_content: '' };
    expect(reply).toEqual({
      schema_update: {
        schema_name: '',
        active_version: { ...noSchema, message_struct_name: '' },
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
});
