import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamClient, JetStreamManager, JsMsg } from '@nats-io/jetstream';
import { connect, headers } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { registerRelease } from '../../support/index.ts';
import { rootPassword, startFront } from '../wire/front.ts';
import type { Front } from '../wire/front.ts';
import { createConsumer, createStation } from '../wire/stations.ts';

// The published NATS client for Node, which knows nothing of stations, does with one what it would
// do with a stream.

interface Scene {
  readonly front: Front;
  readonly connection: NatsConnection;
  readonly js: JetStreamClient;
  readonly manager: JetStreamManager;
}

async function scene(station: object = {}): Promise<Scene> {
  const front = await startFront();
  await createStation(await front.connect(), 'orders', station);
  const connection = await connect({
    servers: `127.0.0.1:${front.port}`,
    user: 'root',
    pass: rootPassword,
  });
  registerRelease(() => connection.close());
  const manager = await jetstreamManager(connection);
  return { front, connection, js: jetstream(connection), manager };
}

const stream = 'orders$1';
const subject = 'orders$1.final';

async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('a plain NATS client', () => {
  test('publishes, subscribes in a queue group, asks and is answered', async () => {
    const { connection } = await scene();
    const worker = connection.subscribe('work.*', { queue: 'workers' });
    void (async () => {
      for await (const message of worker) message.respond(`done ${message.string()}`);
    })();
    const answer = await connection.request('work.one', 'this');
    expect(answer.string()).toBe('done this');
    await expect(connection.request('nobody.listens')).rejects.toThrow(/no responders/i);
  });

  test('publishes to a station, and is told of duplicates and broken conditions', async () => {
    const { js } = await scene();
    expect(await js.publish(subject, 'a')).toMatchObject({ stream, seq: 1, duplicate: false });
    const id = headers();
    id.set('msg-id', 'x');
    expect(await js.publish(subject, 'b', { headers: id })).toMatchObject({ seq: 2 });
    expect(await js.publish(subject, 'b', { headers: id })).toMatchObject({
      seq: 2,
      duplicate: true,
    });
    const expected = { expect: { streamName: stream, lastSequence: 1 } };
    await expect(js.publish(subject, 'c', expected)).rejects.toMatchObject({ code: 10071 });
    const right = { expect: { streamName: stream, lastSequence: 2 } };
    expect(await js.publish(subject, 'c', right)).toMatchObject({ seq: 3 });
    await expect(js.publish('orders$1.other', 'd')).rejects.toThrow(/orders\$1\.final/);
  });

  test('makes a durable consumer, fetches, acks, nacks, and goes on where it was', async () => {
    const { js, manager } = await scene();
    for (const payload of ['a', 'b', 'c']) await js.publish(subject, payload);
    await manager.consumers.add(stream, { durable_name: 'readers', ack_policy: 'explicit' });
    const consumer = await js.consumers.get(stream, 'readers');
    const batch = await collected(await consumer.fetch({ max_messages: 2, expires: 1000 }));
    expect(batch.map((message) => message.string())).toEqual(['a', 'b']);
    expect(await batch[0]?.ackAck()).toBe(true);
    batch[1]?.nak();
    const again = await consumer.next({ expires: 5000 });
    expect(again).toMatchObject({ seq: 2, redelivered: true });
    again?.working();
    again?.ack();
    const last = await consumer.next({ expires: 5000 });
    expect(last?.string()).toBe('c');
    expect(await last?.ackAck()).toBe(true);
    expect(await consumer.info()).toMatchObject({ num_pending: 0, ack_floor: { stream_seq: 3 } });
  });

  test('has a consumer whose filter has a wildcard, which its client writes into the subject of the request', async () => {
    const { js, manager } = await scene();
    await js.publish(subject, 'a');
    await manager.consumers.add(stream, {
      durable_name: 'g',
      ack_policy: 'explicit',
      filter_subject: `${stream}.>`,
    });
    const consumer = await js.consumers.get(stream, 'g');
    expect((await consumer.next({ expires: 5000 }))?.string()).toBe('a');
    const ordered = await js.consumers.get(stream, { filter_subjects: `${stream}.*` });
    expect((await ordered.next({ expires: 5000 }))?.string()).toBe('a');
  });

  test('orders a group by a header: what failed holds back what follows with its key, and nothing else', async () => {
    const { js, manager } = await scene();
    const metadata = { 'thebes.key-header': 'customer' };
    await manager.consumers.add(stream, { durable_name: 'g', ack_policy: 'explicit', metadata });
    for (const text of ['ada 1', 'ada 2', 'bob 1', 'ada 3', 'bob 2']) {
      const customer = headers();
      customer.set('customer', text.split(' ')[0] ?? '');
      await js.publish(subject, text, { headers: customer });
    }
    const { config: shown } = await manager.consumers.info(stream, 'g');
    expect(shown.metadata).toEqual({ ...metadata, 'thebes.waiting-for-key': '0' });
    await manager.consumers.update(stream, 'g', shown); // as it was shown, with what is no setting
    const consumer = await js.consumers.get(stream, 'g');
    const messages = await consumer.consume({ max_messages: 10 });
    const texts: string[] = [];
    let failing: JsMsg | undefined;
    for await (const message of messages) {
      const text = message.string();
      texts.push(text);
      if (texts.length === 1) failing = message;
      else message.ack();
      if (text === 'bob 2') failing?.nak();
      if (text === 'ada 3') break;
    }
    expect(texts).toEqual(['ada 1', 'bob 1', 'bob 2', 'ada 1', 'ada 2', 'ada 3']);
  });

  test('cancels a delayed message by the sequence that its publish was answered with', async () => {
    const { js, manager } = await scene();
    const later = headers();
    later.set('delay', '1s');
    const { seq } = await js.publish(subject, 'cancelled', { headers: later });
    await js.publish(subject, 'kept', { headers: later });
    expect(await manager.streams.deleteMessage(stream, seq)).toBe(true);
    await manager.consumers.add(stream, { durable_name: 'g', ack_policy: 'explicit' });
    const consumer = await js.consumers.get(stream, 'g');
    const kept = await consumer.next({ expires: 10_000 });
    expect(kept?.string()).toBe('kept');
    expect(await kept?.ackAck()).toBe(true);
    await expect(manager.streams.deleteMessage(stream, 2, false)).rejects.toMatchObject({
      code: 10057,
    });
    expect(await consumer.info()).toMatchObject({ num_pending: 0, ack_floor: { stream_seq: 2 } });
  });

  test('consumes without end what is published meanwhile', async () => {
    const { js, manager } = await scene();
    await manager.consumers.add(stream, { durable_name: 'g', ack_policy: 'explicit' });
    const consumer = await js.consumers.get(stream, 'g');
    const messages = await consumer.consume({ max_messages: 10 });
    const publishing = (async () => {
      for (let count = 1; count <= 50; count += 1) await js.publish(subject, String(count));
    })();
    const texts: string[] = [];
    for await (const message of messages) {
      texts.push(message.string());
      message.ack();
      if (texts.length === 50) break;
    }
    await publishing;
    expect(texts).toEqual(Array.from({ length: 50 }, (_, index) => String(index + 1)));
  });

  test('looks at a station: lists, information, single messages', async () => {
    const { js, manager } = await scene({ partitions_number: 2 });
    await js.publish(subject, 'a');
    await js.publish(subject, 'b');
    await manager.consumers.add(stream, { durable_name: 'g', ack_policy: 'explicit' });
    expect(await collected(manager.streams.names())).toEqual(['orders$1', 'orders$2']);
    const streams = await collected(manager.streams.list());
    expect(streams.map(({ state }) => state.messages)).toEqual([2, 0]);
    const consumers = await collected(manager.consumers.list(stream));
    expect(consumers).toMatchObject([{ name: 'g', num_pending: 2 }]);
    const info = await manager.streams.info(stream, { subjects_filter: '>' });
    expect(info.state.subjects).toEqual({ [subject]: 2 });
    const message = await manager.streams.getMessage(stream, { last_by_subj: subject });
    expect(message).toMatchObject({ seq: 2, subject });
    expect(message?.string()).toBe('b');
    expect(await manager.streams.getMessage(stream, { seq: 9 })).toBeNull();
    const direct = await manager.direct.getMessage(stream, { seq: 1 });
    expect(direct).toMatchObject({ seq: 1, subject, stream });
    expect(direct?.string()).toBe('a');
    expect(await manager.direct.getMessage(stream, { seq: 9 })).toBeNull();
  });

  test('reads a station in order from where it likes, and leaves no trace', async () => {
    const { front, js } = await scene({ retention_type: 'ack_based' });
    const group = await front.connect();
    await createConsumer(group, 'orders', 'g');
    for (const payload of ['a', 'b', 'c']) await js.publish(subject, payload);
    const ordered = await js.consumers.get(stream, {
      opt_start_seq: 2,
      deliver_policy: 'by_start_sequence',
    });
    const messages = await ordered.consume();
    const texts: string[] = [];
    for await (const message of messages) {
      texts.push(message.string());
      if (texts.length === 2) await js.publish(subject, 'd'); // while it waits at the end
      if (texts.length === 3) break;
    }
    expect(texts).toEqual(['b', 'c', 'd']);
    const { engine, stations } = front.services;
    expect(await engine.groupNames(stations.find('orders')?.id ?? 0)).toEqual(['g']);
  });

  test('purges a station and deletes a consumer', async () => {
    const { js, manager } = await scene();
    for (const payload of ['a', 'b', 'c']) await js.publish(subject, payload);
    await manager.consumers.add(stream, { durable_name: 'g', ack_policy: 'explicit' });
    expect(await manager.streams.purge(stream, { keep: 1 })).toMatchObject({ purged: 2 });
    expect(await manager.streams.purge(stream)).toMatchObject({ success: true, purged: 1 });
    expect(await manager.consumers.delete(stream, 'g')).toBe(true);
    await expect(manager.consumers.info(stream, 'g')).rejects.toThrow(/consumer not found/);
    await expect(manager.streams.info('nothing$1')).rejects.toThrow(/stream not found/);
  });

  test('is told in words what a station can not do', async () => {
    const { js, manager } = await scene();
    await js.publish(subject, 'a');
    await expect(manager.streams.add({ name: 'x', subjects: ['x'] })).rejects.toThrow(/supported/);
    await expect(manager.streams.deleteMessage(stream, 1)).rejects.toThrow(/does not wait/);
    await expect(manager.consumers.add(stream, { ack_policy: 'explicit' })).rejects.toThrow(
      /ephemeral consumers with acks are not supported/,
    );
  });
});
