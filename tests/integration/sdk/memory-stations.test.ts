import type { Consumer, Memphis, Message, Producer } from 'memphis-dev';
import { connectMemphis, startBroker, waitUntil } from '../../support/index.ts';
import type { BrokerProcess } from '../../support/index.ts';

/** What the SDK calls `storageTypes.MEMORY`. */
const memory = 'memory';
const large = Buffer.alloc(1_000_000);
const memoryStationBytesMax = 16 * 1024 * 1024;

// Stations with storage memory, as an application has them: the published Node SDK against the built broker.
describe('A memory station of memphis-dev', () => {
  let broker: BrokerProcess;
  let memphis: Memphis;

  beforeAll(async () => {
    const env = { THEBES_MEMORY_STATION_BYTES_MAX: String(memoryStationBytesMax) };
    broker = await startBroker({ env });
    memphis = await connectMemphis(broker);
  }, 60_000);

  test('loses its messages with the broker; station, settings and group stay, and new messages come', async () => {
    await memphis.station({
      name: 'volatile',
      storageType: memory,
      partitionsNumber: 1,
      idempotencyWindowMs: 60_000,
    });
    let { producer, consumer } = await members();
    for (const text of ['acked', 'lost', 'lost too']) await produce(producer, text, text);
    expect(await taken(consumer)).toEqual(['acked']);
    await waitUntil(async () => (await group()).ack_floor.stream_seq === 1);

    for (const ending of ['stop', 'kill9'] as const) {
      const { last_seq: lastSequence } = (await stream()).state;
      await broker[ending]();
      await broker.start();
      memphis = await connectMemphis(broker);
      const { config, state } = await stream();
      expect(config).toMatchObject({ storage: 'memory', duplicate_window: 60_000_000_000 });
      expect(state).toMatchObject({ messages: 0, last_seq: lastSequence, consumer_count: 1 });
      expect(await group()).toMatchObject({ num_pending: 0, num_ack_pending: 0 });

      ({ producer, consumer } = await members());
      // This id was stored before, but its message is not there any more: it is stored again.
      await produce(producer, `after ${ending}`, 'lost');
      expect(await taken(consumer)).toEqual([`after ${ending}`]);
      expect((await stream()).state.last_seq).toBe(lastSequence + 1);
    }
  }, 60_000);

  test('refuses messages beyond the limit and says why, takes them again when there is room, and leaves file stations alone', async () => {
    const settings = { name: 'small', storageType: memory };
    const station = await memphis.station({
      ...settings,
      retentionType: 'messages',
      retentionValue: 100,
    });
    const producer = await memphis.producer({ stationName: 'small', producerName: 'p' });
    const beside = await memphis.producer({ stationName: 'beside', producerName: 'p' });
    const fitting = Math.floor(memoryStationBytesMax / large.length);
    for (let count = 0; count < fitting; count += 1) await produce(producer, large);
    await expect(produce(producer, large)).rejects.toThrow(
      /insufficient memory resources: the memory stations hold as much as they may together, 16\d{6} of 16777216 bytes/,
    );
    await produce(beside, large);
    await memphis.brokerStats.streams.purge('small$1');
    await produce(producer, large);
    expect((await memphis.brokerStats.streams.info('small$1')).state.messages).toBe(1);
    await station.destroy();
  }, 60_000);

  async function members(): Promise<{ producer: Producer; consumer: Consumer }> {
    const producer = await memphis.producer({ stationName: 'volatile', producerName: 'p' });
    const consumer = await memphis.consumer({ stationName: 'volatile', consumerName: 'g' });
    return { producer, consumer };
  }

  const stream = () => memphis.brokerStats.streams.info('volatile$1');
  const group = () => memphis.brokerStats.consumers.info('volatile$1', 'g');
});

function produce(producer: Producer, message: Buffer | string, msgId?: string): Promise<void> {
  const id = msgId === undefined ? {} : { msgId };
  return producer.produce({ message: Buffer.from(message), ...id, asyncProduce: false });
}

/** Takes the next message there is, and acks it. */
async function taken(consumer: Consumer): Promise<string[]> {
  const messages: Message[] = [];
  await waitUntil(async () => {
    messages.push(...(await consumer.fetch({ batchSize: 1 })));
    return messages.length > 0;
  });
  for (const message of messages) message.ack();
  return messages.map((message) => message.getData().toString());
}
