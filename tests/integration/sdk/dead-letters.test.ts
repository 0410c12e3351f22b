import type { Consumer, Memphis, Message } from 'memphis-dev';
import type { DeadLetter, ResendProgress } from '../../../broker/src/core/dead-letters/index.ts';
import { connectMemphis, waitUntil } from '../../support/index.ts';
import { rootPassword, startFront } from '../wire/front.ts';
import type { Front } from '../wire/front.ts';

// The published Node SDK, unmodified, against a front of this process: what became of its messages is in reach.
describe('Dead letters of memphis-dev', () => {
  let front: Front;
  let memphis: Memphis;

  beforeAll(async () => {
    front = await startFront();
    memphis = await connectMemphis({ clientPort: front.port, rootPassword });
  });

  test('a message that a member gives up is one, with the reason it gave', async () => {
    const messages = await delivered('given.up', 'CG.x', ['bad', 'good']);
    messages[0]?.deadLetter('no such product');
    messages[1]?.ack();
    expect(await deadLetters('given.up', 1)).toMatchObject([
      { group: 'cg.x', sequence: 1, cause: 'terminated', reason: 'no such product' },
    ]);
  });

  test('a message that a member gives up is one in a station that keeps messages until they are acked', async () => {
    const settings = { name: 'acked', retentionType: 'ack_based' };
    await memphis.station(settings);
    const consumer = await memphis.consumer({ stationName: 'acked', consumerName: 'g' });
    const producer = await memphis.producer({ stationName: 'acked', producerName: 'p' });
    await producer.produce({ message: Buffer.from('bad'), asyncProduce: false });
    const [message] = await consumer.fetch({ batchSize: 1 });
    message?.deadLetter('because');
    const [letter] = await deadLetters('acked', 1);
    expect(letter?.reason).toBe('because');
    expect(payloadOf(letter)).toBe('bad');
  });

  test('a message read by a partition key and given up is found, though the SDK names partition 0', async () => {
    await memphis.station({ name: 'keyed', partitionsNumber: 2 });
    const producer = await memphis.producer({ stationName: 'keyed', producerName: 'p' });
    const consumer = await memphis.consumer({ stationName: 'keyed', consumerName: 'g' });
    // wire-protocol.md 5.10: of 2 partitions, `key-2` has index 0 and `key1` index 1.
    for (const key of ['key-2', 'key1']) {
      await producer.produce({
        message: Buffer.from(key),
        producerPartitionKey: key,
        asyncProduce: false,
      });
      const [message] = await consumer.fetch({ batchSize: 1, consumerPartitionKey: key });
      expect(message?.getData().toString()).toBe(key);
      message?.deadLetter(`bad ${key}`);
    }
    const letters = await deadLetters('keyed', 2);
    expect(letters.map((letter) => [letter.partition, letter.reason])).toEqual([
      [2, 'bad key-2'],
      [1, 'bad key1'],
    ]);
  });

  test('a message delivered as often as allowed is one; sent on, it comes with the next fetch and is gone after its ack', async () => {
    const settings = { maxAckTimeMs: 300, maxMsgDeliveries: 1 };
    const consumer = await group('sent.on', 'CG.y', settings);
    const other = await group('sent.on', 'other');
    await produce('sent.on', ['late']);
    expect((await consumer.fetch({ batchSize: 1 })).map(textOf)).toEqual(['late']);
    const [letter] = await deadLetters('sent.on', 1);
    expect(letter).toMatchObject({ group: 'cg.y', cause: 'delivery-limit', deliveryCount: 1 });
    expect((await other.fetch({ batchSize: 1 })).map(textOf)).toEqual(['late']);

    expect(await resend('sent.on', 'r1')).toMatchObject({ sentCount: 1, unheardCount: 0 });
    const [again, ...more] = await fetched(consumer);
    expect(again?.getData().toString()).toBe('late');
    expect(again?.getHeaders()).toEqual({ colour: 'blue' });
    expect(more).toEqual([]);
    expect(await other.fetch({ batchSize: 5 })).toEqual([]);
    again?.nack(); // no-ops of the SDK for what is sent on
    again?.deadLetter('no');
    expect(await deadLetters('sent.on', 1)).toMatchObject([
      { id: letter?.id, resend: { operation: 'r1', count: 1 } },
    ]);

    again?.ack();
    await gone('sent.on');
    expect(await resend('sent.on', 'r2')).toMatchObject({ sentCount: 0, unheardCount: 0 });
  });

  test('a message sent on and left alone stays one, and does not become another', async () => {
    const consumer = await group('left', 'g', { maxAckTimeMs: 300 });
    await produce('left', ['bad']);
    const [message] = await consumer.fetch({ batchSize: 1 });
    message?.deadLetter('no');
    const [before] = await deadLetters('left', 1);
    await resend('left', 'r');
    expect((await fetched(consumer)).map(textOf)).toEqual(['bad']);
    expect(await consumer.fetch({ batchSize: 1 })).toEqual([]); // a second, and the ack time with it
    const after = await deadLetters('left', 1);
    expect(after.map(({ id }) => id)).toEqual([before?.id]);
  });

  test('a message that does not fit its schema is one when its producer reports it', async () => {
    await memphis.station({ name: 'shaped' });
    const { id } = front.services.stations.find('shaped') ?? { id: 0 };
    // As memphis-dev sends it: without padding, so that the line break is one digit.
    const data = Buffer.from('{"n":1}\n').toString('hex').replace(/0a$/, 'a');
    memphis.brokerManager.publish(
      '$memphis_schemaverse_dls',
      Buffer.from(
        JSON.stringify({
          station_name: 'shaped',
          producer: { name: 'shop', connection_id: memphis.connectionId },
          message: { data, headers: { $memphis_producedBy: 'shop', colour: 'red' } },
          validation_error: 'n has to be a text',
        }),
      ),
    );
    const [letter] = await deadLetters('shaped', 1);
    expect(letter).toMatchObject({
      stationId: id,
      partition: 0,
      sequence: 0,
      group: null,
      cause: 'schema',
      reason: 'n has to be a text',
    });
    expect(payloadOf(letter)).toBe('{"n":1}\n');
    expect(headersOf(letter)).toContain('$memphis_producedBy: shop\r\ncolour: red\r\n');
    expect(await resend('shaped', 'r')).toMatchObject({ sentCount: 0, skippedCount: 1 });
  });

  function group(
    stationName: string,
    consumerGroup: string,
    options: { maxAckTimeMs?: number; maxMsgDeliveries?: number } = {},
  ): Promise<Consumer> {
    const consumerName = `${consumerGroup}-c`; // the SDK caches consumers by name
    return memphis.consumer({ stationName, consumerName, consumerGroup, ...options });
  }

  async function produce(stationName: string, payloads: readonly string[]): Promise<void> {
    const producer = await memphis.producer({ stationName, producerName: 'p' });
    const headers = memphis.headers();
    headers.add('colour', 'blue');
    for (const text of payloads) {
      await producer.produce({ message: Buffer.from(text), headers, asyncProduce: false });
    }
  }

  function resend(stationName: string, operation: string): Promise<ResendProgress> {
    const station = front.services.stations.find(stationName);
    if (station === undefined) throw new Error(`There is no station ${stationName}`);
    const request = { operation, station, ids: undefined, throughId: undefined };
    return front.services.deadLetters.resend({ ...request, countPerSecond: 1_000 }).done;
  }

  /** Resolves when the station has no dead letter left. */
  async function gone(stationName: string): Promise<void> {
    const isGone = async (): Promise<boolean> => (await list(stationName)).length === 0;
    await waitUntil(isGone, { what: 'the dead letters to be gone' });
  }

  /** Messages of a station as its group's one member has them. */
  async function delivered(
    stationName: string,
    consumerGroup: string,
    payloads: readonly string[],
  ): Promise<Message[]> {
    await produce(stationName, payloads);
    const consumer = await group(stationName, consumerGroup);
    return consumer.fetch({ batchSize: payloads.length });
  }

  /** The station's dead letters, when there are so many. */
  async function deadLetters(name: string, count: number): Promise<readonly DeadLetter[]> {
    const areThere = async (): Promise<boolean> => (await list(name)).length >= count;
    await waitUntil(areThere, { what: `${String(count)} dead letters` });
    return list(name);
  }

  async function list(name: string): Promise<readonly DeadLetter[]> {
    const station = front.services.stations.find(name);
    if (station === undefined) throw new Error(`There is no station ${name}`);
    return front.services.deadLetters.list(station, { afterId: 0, countMax: 100 });
  }
});

/** What the first fetch brings that brings anything: what is sent on may be on its way during the one before. */
async function fetched(consumer: Consumer): Promise<Message[]> {
  const messages: Message[] = [];
  await waitUntil(async () => messages.push(...(await consumer.fetch({ batchSize: 5 }))) > 0, {
    what: 'a message',
    timeoutMs: 20_000,
  });
  return messages;
}

function payloadOf(letter: DeadLetter | undefined): string {
  return Buffer.from(letter?.message.subarray(letter.headerBytes) ?? []).toString();
}

function headersOf(letter: DeadLetter | undefined): string {
  return Buffer.from(letter?.message.subarray(0, letter.headerBytes) ?? []).toString();
}

function textOf(message: Message): string {
  return message.getData().toString();
}
