import type { Consumer, Memphis, Message } from 'memphis-dev';
import { connectMemphis, waitUntil } from '../../support/index.ts';
import { metadataKinds } from '../postgres/postgres-broker.ts';
import type { BrokerProcess } from '../../support/index.ts';

// The published Node SDK (memphis-dev 1.3.2), unmodified, against the built broker as a process.
describe.each(metadataKinds)('memphis-dev (metadata=%s)', (_, prepare) => {
  const start = prepare();
  let broker: BrokerProcess;
  let memphis: Memphis;

  beforeAll(async () => {
    broker = await start();
    memphis = await connectMemphis(broker);
  });

  test('connects, and creates a station; the same one again is no error', async () => {
    expect(memphis.isConnected()).toBe(true);
    const station = await memphis.station({ name: 'Orders.New', partitionsNumber: 2 });
    expect(station).toBeDefined();
    await expect(memphis.station({ name: 'orders.new' })).resolves.toBeDefined();
  });

  test('rejects names and settings with the texts that the SDK shows', async () => {
    await expect(memphis.station({ name: 'a b' })).rejects.toThrow(
      /Only alphanumeric and the '_', '-', '.' characters are allowed in Station/,
    );
    await expect(
      memphis.station({ name: 'late', idempotencyWindowMs: 90_000_000 }),
    ).rejects.toThrow(/idempotency window can not exceed 24 hours/);
  });

  test('rejects a wrong password with Authorization Violation', async () => {
    const attempt = connectMemphis(broker, { password: 'wrong' });
    await expect(attempt).rejects.toThrow(/Authorization Violation/);
    const nobody = connectMemphis(broker, { username: 'nobody' });
    await expect(nobody).rejects.toThrow(/Authorization Violation/);
  });

  test('produces and consumes: payload, headers, sequence and time arrive', async () => {
    const before = Date.now();
    const producer = await memphis.producer({ stationName: 'round-trip', producerName: 'p' });
    const headers = memphis.headers();
    headers.add('colour', 'blue');
    await producer.produce({
      message: Buffer.from([0, 255, 10, 13, 0]),
      headers,
      asyncProduce: false,
    });
    await producer.produce({ message: Buffer.from('second') }); // async, the SDK's default
    const consumer = await group('round-trip', 'g');
    const [first, second] = await fetchUntil(consumer, 2);
    expect([...(first?.getData() ?? [])]).toEqual([0, 255, 10, 13, 0]);
    expect(first?.getHeaders()).toEqual({ colour: 'blue' });
    expect(second?.getData().toString()).toBe('second');
    expect([first?.getSequenceNumber(), second?.getSequenceNumber()]).toEqual([1, 2]);
    const sentAtMs = first?.getTimeSent().getTime() ?? 0;
    expect(sentAtMs).toBeGreaterThanOrEqual(before - 1);
    expect(sentAtMs).toBeLessThanOrEqual(Date.now() + 1);
  });

  test('stores a message once per id', async () => {
    const producer = await memphis.producer({ stationName: 'ids', producerName: 'p' });
    for (const msgId of ['one', 'two', 'one', 'one']) {
      await producer.produce({ message: Buffer.from(msgId), msgId, asyncProduce: false });
    }
    const messages = await fetchUntil(await group('ids', 'g'), 2, { more: true });
    expect(messages.map(textOf)).toEqual(['one', 'two']);
  });

  test('produces to partitions by number and in turn, and consumes from each', async () => {
    await memphis.station({ name: 'parts', partitionsNumber: 3 });
    const producer = await memphis.producer({ stationName: 'parts', producerName: 'p' });
    for (const partition of [1, 2, 3, 3]) {
      const message = Buffer.from(`to ${String(partition)}`);
      await producer.produce({ message, producerPartitionNumber: partition, asyncProduce: false });
    }
    for (let turn = 0; turn < 3; turn += 1) {
      await producer.produce({ message: Buffer.from('in turn'), asyncProduce: false });
    }
    const consumer = await group('parts', 'g');
    for (const [partition, expected] of [
      [1, ['to 1', 'in turn']],
      [2, ['to 2', 'in turn']],
      [3, ['to 3', 'to 3', 'in turn']],
    ] as const) {
      const messages = await consumer.fetch({
        batchSize: expected.length,
        consumerPartitionNumber: partition,
      });
      expect(messages.map(textOf)).toEqual(expected);
    }
  });

  test('gives every group all messages, and the members of a group different ones', async () => {
    const producer = await memphis.producer({ stationName: 'shared', producerName: 'p' });
    const payloads = Array.from({ length: 40 }, (_, index) => `m${String(index)}`);
    await Promise.all(
      payloads.map((text) => producer.produce({ message: Buffer.from(text), asyncProduce: false })),
    );
    const alone = await group('shared', 'alone');
    const members = [await group('shared', 'team', 'm1'), await group('shared', 'team', 'm2')];
    expect((await alone.fetch({ batchSize: 40 })).map(textOf).sort()).toEqual([...payloads].sort());
    const halves = await Promise.all(members.map((member) => member.fetch({ batchSize: 20 })));
    const together = halves.flat().map(textOf);
    expect(together.sort()).toEqual([...payloads].sort());
  });

  test('does not redeliver what was acked; redelivers at once what was nacked, later what was delayed', async () => {
    const producer = await memphis.producer({ stationName: 'again', producerName: 'p' });
    for (const text of ['acked', 'nacked', 'delayed']) {
      await producer.produce({ message: Buffer.from(text), asyncProduce: false });
    }
    const consumer = await group('again', 'g', 'c', { maxMsgDeliveries: 10 });
    const messages = await fetchUntil(consumer, 3);
    const [acked, nacked, delayed] = messages;
    acked?.ack();
    nacked?.nack();
    const delayedAtMs = Date.now();
    delayed?.delay(1_200);
    const first = await consumer.fetch({ batchSize: 1 });
    expect(first.map(textOf)).toEqual(['nacked']);
    first[0]?.ack();
    const second = await fetchUntil(consumer, 1);
    expect(second.map(textOf)).toEqual(['delayed']);
    expect(Date.now() - delayedAtMs).toBeGreaterThanOrEqual(1_200);
    second[0]?.ack();
    expect(await consumer.fetch({ batchSize: 1 })).toEqual([]);
  });

  test('redelivers what nobody settled after the ack timeout, and no more often than allowed', async () => {
    const producer = await memphis.producer({ stationName: 'limited', producerName: 'p' });
    await producer.produce({ message: Buffer.from('stubborn'), asyncProduce: false });
    const consumer = await group('limited', 'g', 'c', { maxAckTimeMs: 500, maxMsgDeliveries: 2 });
    const seen = await fetchUntil(consumer, 2, { more: true });
    expect(seen.map(textOf)).toEqual(['stubborn', 'stubborn']);
    expect(await consumer.fetch({ batchSize: 5 })).toEqual([]);
  });

  test('dead-letters a message that a member gives up: the group does not get it again', async () => {
    const producer = await memphis.producer({ stationName: 'given-up', producerName: 'p' });
    await producer.produce({ message: Buffer.from('bad'), asyncProduce: false });
    const consumer = await group('given-up', 'g', 'c', { maxAckTimeMs: 500 });
    const [message] = await fetchUntil(consumer, 1);
    message?.deadLetter('no such product');
    expect(await consumer.fetch({ batchSize: 5 })).toEqual([]);
    const other = await group('given-up', 'other');
    expect((await fetchUntil(other, 1)).map(textOf)).toEqual(['bad']);
  });

  test('hands messages to on("message") as they come', async () => {
    const producer = await memphis.producer({ stationName: 'pushed', producerName: 'p' });
    const consumer = await group('pushed', 'g');
    const seen: string[] = [];
    consumer.on('message', (message: Message) => {
      seen.push(textOf(message));
      message.ack();
    });
    for (const text of ['a', 'b', 'c']) await producer.produce({ message: Buffer.from(text) });
    await waitUntil(() => seen.length === 3, { what: 'three messages' });
    expect(seen).toEqual(['a', 'b', 'c']);
    consumer.stop();
  });

  test('fails fast when the station has been destroyed', async () => {
    const station = await memphis.station({ name: 'gone' });
    const producer = await memphis.producer({ stationName: 'gone', producerName: 'p' });
    await producer.produce({ message: Buffer.from('x'), asyncProduce: false });
    await station.destroy();
    await expect(
      producer.produce({ message: Buffer.from('y'), asyncProduce: false }),
    ).rejects.toThrow(/check whether Station\/Producer still exist/);
  });

  test('goes on after a kill of the broker without re-creating anything', async () => {
    const own = await start();
    const client = await connectMemphis(own);
    const producer = await client.producer({ stationName: 'survivor', producerName: 'p' });
    const consumer = await client.consumer({
      stationName: 'survivor',
      consumerName: 'c',
      consumerGroup: 'g',
      maxAckTimeMs: 2_000,
      maxMsgDeliveries: 10,
    });
    for (const text of ['acked', 'open', 'unread']) {
      await producer.produce({ message: Buffer.from(text), msgId: text, asyncProduce: false });
    }
    const [acked] = await consumer.fetch({ batchSize: 2 });
    acked?.ack();
    await waitUntil(
      async () => {
        const info = await client.brokerStats.consumers.info('survivor$1', 'g');
        return info.ack_floor.stream_seq === 1;
      },
      { what: 'the ack to have arrived' },
    );
    // What nobody waits for is written with the next commit: this publish is it.
    await producer.produce({ message: Buffer.from('last'), asyncProduce: false });

    await own.kill9();
    await own.start();
    await waitUntil(() => client.isConnected() && !client.brokerManager.isClosed());

    const again = { message: Buffer.from('unread'), msgId: 'unread', asyncProduce: false };
    await waitUntil(() => producer.produce(again).then(() => true), { what: 'a publish to work' });
    await producer.produce({ message: Buffer.from('after'), asyncProduce: false });
    const seen = (await fetchUntil(consumer, 4, { more: true })).map(textOf);
    expect(seen.sort()).toEqual(['after', 'last', 'open', 'unread']);
  }, 60_000);

  test('is told nothing that it does not expect when the broker stops, and reconnects to the next one', async () => {
    const own = await start();
    const client = await connectMemphis(own);
    const producer = await client.producer({ stationName: 'calm', producerName: 'p' });
    await producer.produce({ message: Buffer.from('a'), asyncProduce: false });
    expect(await own.stop()).toEqual({ code: 0, signal: null });
    await own.start();
    // An `-ERR` would have closed this SDK for good (wire-protocol.md 1.5).
    await waitUntil(() =>
      producer.produce({ message: Buffer.from('b'), asyncProduce: false }).then(() => true),
    );
    expect(client.brokerManager.isClosed()).toBe(false);
  }, 60_000);

  function group(
    stationName: string,
    consumerGroup: string,
    consumerName = 'c',
    options: { maxAckTimeMs?: number; maxMsgDeliveries?: number } = {},
  ): Promise<Consumer> {
    // The SDK caches consumers by name: groups of one station need different names.
    const name = `${consumerGroup}-${consumerName}`;
    return memphis.consumer({ stationName, consumerName: name, consumerGroup, ...options });
  }
});

/** Fetches until so many have come; with `more`, one fetch beyond it, which should bring nothing new. */
async function fetchUntil(
  consumer: Consumer,
  count: number,
  { more = false }: { more?: boolean } = {},
): Promise<Message[]> {
  const messages: Message[] = [];
  const fetch = async (batchSize: number): Promise<void> => {
    const fetched = await consumer.fetch({ batchSize });
    // Where more would be wrong, a redelivery must not be taken for it: an ack timeout may be over meanwhile.
    if (more) for (const message of fetched) message.ack();
    messages.push(...fetched);
  };
  await waitUntil(
    async () => {
      await fetch(count - messages.length);
      return messages.length >= count;
    },
    { what: `${String(count)} messages`, timeoutMs: 20_000 },
  );
  if (more) await fetch(1);
  return messages;
}

function textOf(message: Message): string {
  return message.getData().toString();
}
