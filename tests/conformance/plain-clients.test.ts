import { startBroker, waitUntil } from '../support/index.ts';
import type { BrokerProcess } from '../support/index.ts';
import { RawClient } from '../integration/wire/raw-client.ts';
import { createStation } from '../integration/wire/stations.ts';
import { SdkProgram } from './harness/sdk-program.ts';
import { sdksOf } from './harness/sdks.ts';

// Goal: the published NATS clients for Python and Go, which know nothing of stations, speak to each other and work
// with a station as with a stream. The one for Node has tests/integration/plain-clients. This fills no cell of the table.

interface Heard {
  readonly subject: string;
  readonly text: string;
}

interface Fetched {
  readonly handle: number;
  readonly text: string;
}

for (const { title, command } of sdksOf(['nats-go', 'nats-py'])) {
  describe(title, () => {
    let broker: BrokerProcess;
    let program: SdkProgram;
    let observer: RawClient;

    beforeAll(async () => {
      program = SdkProgram.start(command);
      broker = await startBroker();
      const address = { host: '127.0.0.1', port: broker.clientPort };
      const user = { username: 'root', password: broker.rootPassword };
      await program.call('connect', { ...address, ...user, name: 'plain' });
      observer = await RawClient.dial(broker.clientPort);
      await observer.connect({ user: 'root', pass: broker.rootPassword });
    });

    test('publishes and subscribes, to one subject and by wildcards', async () => {
      const one = await subscribe('news.sport');
      const word = await subscribe('news.*');
      const rest = await subscribe('news.>');
      for (const subject of ['news.sport', 'news.art', 'news.art.old', 'other']) {
        await program.call('publish', { subject, text: subject });
      }
      const texts = async (handle: number, count: number): Promise<string[]> =>
        (await received(handle, count)).map(({ text }) => text);
      expect(await texts(rest, 3)).toEqual(['news.sport', 'news.art', 'news.art.old']);
      expect(await texts(word, 2)).toEqual(['news.sport', 'news.art']);
      expect(await texts(one, 1)).toEqual(['news.sport']);
    });

    test('shares messages in a queue group, beside one that gets them all', async () => {
      const members = [await subscribe('work', 'workers'), await subscribe('work', 'workers')];
      const all = await subscribe('work');
      for (let count = 1; count <= 40; count += 1) {
        await program.call('publish', { subject: 'work', text: String(count) });
      }
      expect(await received(all, 40)).toHaveLength(40);
      const shares: readonly Heard[][] = members.map(() => []);
      await waitUntil(
        async () => {
          for (const [index, handle] of members.entries()) {
            shares[index]?.push(...(await received(handle, 0)));
          }
          return shares.flat().length >= 40;
        },
        { what: 'the members to have it all', timeoutMs: 30_000 },
      );
      const texts = shares.flat().map(({ text }) => Number(text));
      expect(texts.sort((one, other) => one - other)).toEqual(
        Array.from({ length: 40 }, (_, index) => index + 1),
      );
      expect(shares.every(({ length }) => length > 0)).toBe(true);
    });

    test('asks and is answered, and is told at once when nobody listens', async () => {
      await program.call('subscribe', { subject: 'ask.*', text: 'answer to ' });
      expect(await program.call('request', { subject: 'ask.me', text: 'this' })).toBe(
        'answer to this',
      );
      await expect(program.call('request', { subject: 'nobody', text: '' })).rejects.toThrow(
        /no ?responders/i,
      );
    });

    test('stores in a station, is told of duplicates and of a station that is not there', async () => {
      await createStation(observer, 'stored');
      const subject = 'stored$1.final';
      const first = { stream: 'stored$1', seq: 1, duplicate: false };
      const message = { subject, text: 'a', messageId: 'x' };
      expect(await program.call('store', message)).toEqual(first);
      expect(await program.call('store', message)).toEqual({ ...first, duplicate: true });
      expect(await program.call('store', { subject, text: 'b' })).toEqual({ ...first, seq: 2 });
      const state = { messages: 2, lastSequence: 2 };
      expect(await program.call('streamInfo', { stream: 'stored$1' })).toEqual(state);
      await expect(program.call('store', { subject: 'none$1.final', text: '' })).rejects.toThrow(
        /no response from stream/,
      );
      await expect(program.call('streamInfo', { stream: 'none$1' })).rejects.toThrow(
        /stream not found/,
      );
    });

    test('makes a consumer, fetches, acks, nacks, and goes on where it was', async () => {
      await createStation(observer, 'read');
      for (const text of ['a', 'b', 'c']) {
        await program.call('store', { subject: 'read$1.final', text });
      }
      const group = { stream: 'read$1', group: 'readers' };
      expect(await program.call('createGroup', group)).toBe('readers');
      const [a, b, ...more] = await fetched({ ...group, batch: 2 });
      expect([a?.text, b?.text, more]).toEqual(['a', 'b', []]);
      await program.call('ack', { handle: a?.handle });
      await program.call('nack', { handle: b?.handle });
      const rest = await fetched({ ...group, batch: 2 });
      expect(rest.map(({ text }) => text)).toEqual(['b', 'c']);
      for (const { handle } of rest) await program.call('ack', { handle });
      const info = '$JS.API.CONSUMER.INFO.read$1.readers';
      await waitUntil(async () => (await observer.requestJson(info))['num_ack_pending'] === 0, {
        what: 'the acks to arrive',
        timeoutMs: 30_000,
      });
      expect(await observer.requestJson(info)).toMatchObject({
        num_pending: 0,
        ack_floor: { stream_seq: 3 },
        delivered: { consumer_seq: 4, stream_seq: 3 },
      });
    });

    async function subscribe(subject: string, group = ''): Promise<number> {
      return (await program.call('subscribe', { subject, group })) as number;
    }

    async function received(handle: number, count: number): Promise<readonly Heard[]> {
      return (await program.call('received', { handle, count })) as readonly Heard[];
    }

    async function fetched(what: object): Promise<readonly Fetched[]> {
      return (await program.call('fetch', { waitMs: 5000, ...what })) as readonly Fetched[];
    }
  });
}
