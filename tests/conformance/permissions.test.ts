import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RawClient } from '../integration/wire/raw-client.ts';
import { startBroker, tempDir, waitUntil } from '../support/index.ts';
import type { BrokerProcess } from '../support/index.ts';
import { Door } from './door/door.ts';
import { fetchUntil, texts } from './harness/fetch-until.ts';
import { SdkClient } from './harness/sdk-client.ts';
import { SdkProgram } from './harness/sdk-program.ts';
import { sdksOf } from './harness/sdks.ts';
import { WireTap } from './harness/wire-tap.ts';

const user = { name: 'shop', password: 'staple correct horse' };
const ofTheUser = ['mine.*'];

// One operation after the other on one broker, because a user who may not is to change nothing.
for (const { title, column, command } of sdksOf(['node', 'python', 'go'])) {
  describe(`${title}, as a user with permissions`, () => {
    const door = new Door();
    let broker: BrokerProcess;
    let tap: WireTap;
    let sdk: SdkClient;

    beforeAll(async () => {
      broker = await startBroker(door.brokerOptions);
      await door.putUser({ ...user, allowRead: ofTheUser, allowWrite: ofTheUser });
      tap = await WireTap.open(() => broker.clientPort);
      sdk = await SdkClient.connect(SdkProgram.start(command), 'limited', {
        port: tap.port,
        username: user.name,
        password: user.password,
      });
    });

    function errors(): string[] {
      const frames = tap.sockets.flatMap(({ received }) => received);
      return frames.map(({ line }) => line).filter((line) => line.startsWith('-ERR'));
    }

    test('is refused what belongs to others, and does what it may', async () => {
      const refusal = /user shop .*station theirs\.all/;
      await expect(sdk.station('theirs.all')).rejects.toThrow(refusal);
      await expect(sdk.producer('theirs.all')).rejects.toThrow(refusal);
      await expect(sdk.consumer('theirs.all', 'g')).rejects.toThrow(refusal);
      await expect(sdk.enforceSchema('any', 'theirs.all')).rejects.toThrow(refusal);
      await expect(sdk.detachSchema('theirs.all')).rejects.toThrow(refusal);
      await sdk.station('mine.all');
      await sdk.producer('mine.all');
      await sdk.produce('mine.all', 'x');
      await sdk.consumer('mine.all', 'g');
      expect(texts(await fetchUntil(sdk, 'mine.all', 'g', 1))).toEqual(['x']);
      expect(errors()).toEqual([]);
    });

    test('is refused each operation on what it has, once it may not any more', async () => {
      const refusal = /user shop .*station mine\.had/;
      await sdk.station('mine.had');
      await sdk.producer('mine.had');
      await sdk.consumer('mine.had', 'g', { ackTimeoutMs: 600_000 });
      await sdk.produce('mine.had', 'held');
      const [held] = await fetchUntil(sdk, 'mine.had', 'g', 1);
      await sdk.produce('mine.had', 'not fetched');

      // This ends its connection; the SDK comes back by itself, with all that it holds.
      await door.putUser({ ...user, allowRead: ['other.*'], allowWrite: [] });
      await waitUntil(() => isRefused(sdk.produce('mine.had', 'late'), refusal), {
        what: 'the SDK to be back',
        timeoutMs: 30_000,
      });
      await expect(sdk.produce('mine.had', 'late')).rejects.toThrow(refusal);
      if (column === 'go') {
        // The SDK looks for the error of a batch before the answer can be there, and returns an empty one.
        expect(await sdk.fetch('mine.had', 'g', 5)).toEqual([]);
      } else {
        await expect(sdk.fetch('mine.had', 'g', 5)).rejects.toThrow(refusal);
      }
      await expect(sdk.station('mine.had')).rejects.toThrow(refusal);
      await expect(sdk.producer('mine.had', 'second')).rejects.toThrow(refusal);
      await expect(sdk.consumer('mine.had', 'second')).rejects.toThrow(refusal);
      const schema = join(tempDir(), 'schema.json');
      writeFileSync(schema, '{"type":"object"}');
      await expect(sdk.createSchema('shape', 'json', schema)).rejects.toThrow(
        'user shop is not allowed to create schema shape',
      );
      await expect(sdk.enforceSchema('shape', 'mine.had')).rejects.toThrow(refusal);
      await expect(sdk.detachSchema('mine.had')).rejects.toThrow(refusal);

      // Nobody is answered this, so the text stands in the log; the SDK for Python fails before it reports.
      const call = held?.deadLetter('broken');
      if (column === 'python') {
        await expect(call).rejects.toThrow("'Metadata' object is not callable");
      } else {
        await call;
        await waitUntil(() => broker.log.some((line) => refusal.test(JSON.stringify(line))), {
          what: 'the refusal in the log',
        });
      }
      await expect(sdk.destroyProducer('mine.had')).rejects.toThrow(refusal);
      await expect(sdk.destroyConsumer('mine.had', 'g')).rejects.toThrow(refusal);
      await expect(sdk.destroyStation('mine.had')).rejects.toThrow(refusal);

      expect(errors()).toEqual([]);
      const root = await RawClient.dial(broker.clientPort);
      await root.connect({ user: 'root', pass: broker.rootPassword });
      await door.open(root);
      expect(await door.deadLetters('mine.had')).toEqual([]);
      const info = await root.requestJson('$JS.API.CONSUMER.INFO.mine#had$1.g');
      expect(info).toMatchObject({ num_ack_pending: 1, num_pending: 1 });
    });
  });
}

/** Whether it was refused for this reason. Not to be answered is none: the Go SDK waits for ever for what a connection took. */
function isRefused(operation: Promise<void>, refusal: RegExp): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), 5_000);
    void operation
      .then(
        () => resolve(false),
        (error: unknown) => resolve(refusal.test(String(error))),
      )
      .finally(() => clearTimeout(timer));
  });
}
