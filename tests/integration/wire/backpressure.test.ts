import type {
  AppendReceipt,
  NewMessage,
  StationEngine,
} from '../../../broker/src/core/ports/index.ts';
import type { PartitionAddress } from '../../../broker/src/core/stations/index.ts';
import { waitUntil } from '../../support/index.ts';
import { startFront } from './front.ts';
import type { RawClient } from './raw-client.ts';
import { createConsumer, createStation } from './stations.ts';

const megabyte = 1024 * 1024;

/** An engine that stores a message only when the test lets it. */
class HeldBack {
  readonly appended: number[] = [];
  readonly #held: (() => void)[] = [];
  #isOpen = false;

  readonly wrap = (engine: StationEngine): StationEngine => {
    const append = (address: PartitionAddress, message: NewMessage, receipt: AppendReceipt) => {
      this.appended.push(message.message.length);
      const copy = { ...message, message: Uint8Array.from(message.message) };
      const go = (): void => engine.append(address, copy, receipt);
      if (this.#isOpen) go();
      else this.#held.push(go);
    };
    return new Proxy(engine, {
      get(target, property) {
        if (property === 'append') return append;
        const value: unknown = Reflect.get(target, property);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };

  release(): void {
    this.#isOpen = true;
    for (const go of this.#held.splice(0)) go();
  }
}

/** Resolves with the value when it has not changed for some looks. */
async function settled(value: () => number | Promise<number>, what: string): Promise<number> {
  let last = -1;
  let sameCount = 0;
  await waitUntil(
    async () => {
      const current = await value();
      sameCount = current === last && current > 0 ? sameCount + 1 : 0;
      last = current;
      return sameCount >= 10;
    },
    { what },
  );
  return last;
}

describe('a client that does not read', () => {
  test('is cut without a word when core messages for it pass the bound, and no other client is', async () => {
    const limits = { deliveryBufferBytesMax: megabyte, writeBufferBytesMax: 3 * megabyte };
    const front = await startFront({ limits });
    const [slow, reading, sender] = [
      await front.connect(),
      await front.connect(),
      await front.connect(),
    ];
    slow.subscribe('flood', '1');
    reading.subscribe('flood', '1');
    await Promise.all([slow.flush(), reading.flush()]);
    slow.socket.pause();

    const isCut = () => front.log.some(({ message }) => message.includes('does not read'));
    let sentCount = 0;
    while (!isCut()) {
      sender.publish('flood', Buffer.alloc(64 * 1024, 'x'));
      await sender.flush();
      sentCount += 1;
      // Ten times what the bound and the system's own buffers for two sockets hold together.
      expect(sentCount).toBeLessThan((200 * megabyte) / (64 * 1024));
    }
    expect(await reading.received('1', sentCount)).toHaveLength(sentCount);
    slow.socket.resume();
    await slow.closed();
    expect(slow.lines.filter((line) => line.startsWith('-ERR'))).toEqual([]);
    expect([reading.isClosed, sender.isClosed]).toEqual([false, false]);
    expect(front.log.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  test('gets no more deliveries than the bound lets through, and all of them when it reads again', async () => {
    const messageCount = 400;
    const front = await startFront({ limits: { deliveryBufferBytesMax: megabyte } });
    const [slow, sender] = [await front.connect(), await front.connect()];
    await createConsumer(sender, 's', 'g');
    const payload = Buffer.alloc(100 * 1024, 'x');
    for (let count = 0; count < messageCount; count++) sender.publish('s$1.final', payload);
    expect(await sender.requestJson('s$1.final', 'last')).toMatchObject({ seq: messageCount + 1 });

    slow.subscribe('_INBOX.slow', '1');
    await slow.flush();
    slow.socket.pause();
    slow.publish('$JS.API.CONSUMER.MSG.NEXT.s$1.g', String(messageCount), { reply: '_INBOX.slow' });
    const delivered = await settled(() => pendingCount(sender), 'deliveries to stop');
    expect(delivered).toBeLessThan(messageCount);
    slow.socket.resume();
    expect(await slow.received('1', messageCount)).toHaveLength(messageCount);
    expect(front.log.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  test('is not read either, so that the answers to it stay few', async () => {
    const front = await startFront({ limits: { deliveryBufferBytesMax: 64 * 1024 } });
    const client = await front.connect();
    client.subscribe('echo', '1');
    await client.flush();
    client.socket.pause();
    // Each message comes back to its sender: what it does not read, it may not add to.
    const payload = Buffer.alloc(32 * 1024, 'x');
    const messageCount = 600;
    for (let count = 0; count < messageCount; count++) client.publish('echo', payload);
    await settled(
      () => client.socket.bytesWritten - client.socket.writableLength,
      'reading to stop',
    );
    expect(client.socket.writableLength).toBeGreaterThan(0);
    client.socket.resume();
    expect(await client.received('1', messageCount)).toHaveLength(messageCount);
  });
});

describe('a client that publishes faster than the store takes', () => {
  test('is not read beyond a count of messages, and loses none', async () => {
    const heldBack = new HeldBack();
    const pendingPublishCountMax = 100;
    const front = await startFront({
      limits: { pendingPublishCountMax },
      wrapEngine: heldBack.wrap,
    });
    const client = await front.connect();
    await createStation(client, 's');
    client.subscribe('_INBOX.acks.*', 'acks');
    const payload = Buffer.alloc(1024, 'x');
    const messageCount = 5000;
    for (let count = 0; count < messageCount; count++) {
      client.publish('s$1.final', payload, { reply: `_INBOX.acks.${count}` });
    }
    const appended = await settled(() => heldBack.appended.length, 'reading to stop');
    // What lies in the chunk that was being read is still taken: 64 KiB at most.
    expect(appended).toBeLessThanOrEqual(pendingPublishCountMax + 64);
    heldBack.release();
    const acks = await client.received('acks', messageCount);
    expect(acks.map(({ payload: ack }) => JSON.parse(ack).seq)).toEqual(
      Array.from({ length: messageCount }, (_, index) => index + 1),
    );
  });

  test('is not read beyond a number of bytes', async () => {
    const heldBack = new HeldBack();
    const front = await startFront({
      limits: { pendingPublishBytesMax: megabyte },
      wrapEngine: heldBack.wrap,
    });
    const client = await front.connect();
    await createStation(client, 's');
    const messageCount = 200;
    for (let count = 0; count < messageCount; count++) {
      client.publish('s$1.final', Buffer.alloc(100 * 1024, 'x'));
    }
    const sum = () => heldBack.appended.reduce((bytes, next) => bytes + next, 0);
    expect(await settled(sum, 'reading to stop')).toBeLessThanOrEqual(megabyte + 2 * 100 * 1024);
    heldBack.release();
    expect(await client.requestJson('s$1.final', 'last')).toMatchObject({ seq: messageCount + 1 });
  });

  test('does not slow another one', async () => {
    const heldBack = new HeldBack();
    const limits = { pendingPublishCountMax: 10 };
    const front = await startFront({ limits, wrapEngine: heldBack.wrap });
    const [busy, other] = [await front.connect(), await front.connect()];
    await createStation(other, 's');
    for (let count = 0; count < 1000; count++) busy.publish('s$1.final', Buffer.alloc(1024));
    await settled(() => heldBack.appended.length, 'reading to stop');
    await other.flush();
    expect(await other.requestJson('$JS.API.STREAM.INFO.s$1')).toMatchObject({
      state: { messages: 0 },
    });
    heldBack.release();
  });
});

describe('a draining listener', () => {
  test('answers the publishes that are on their way before it closes their sockets', async () => {
    const heldBack = new HeldBack();
    const front = await startFront({ wrapEngine: heldBack.wrap });
    const client = await front.connect();
    await createStation(client, 's');
    client.subscribe('_INBOX.acks.*', 'acks');
    for (let count = 0; count < 10; count++) {
      client.publish('s$1.final', 'x', { reply: `_INBOX.acks.${count}` });
    }
    await client.flush();
    const drained = front.listener.drain();
    heldBack.release();
    await drained;
    await client.closed();
    expect(client.messages('acks')).toHaveLength(10);
    expect(client.lines.at(-1)).toMatch(/^MSG _INBOX\.acks\.9 /);
  });
});

async function pendingCount(client: RawClient): Promise<number> {
  const info = await client.requestJson('$JS.API.CONSUMER.INFO.s$1.g');
  return Number(info['num_ack_pending']);
}
