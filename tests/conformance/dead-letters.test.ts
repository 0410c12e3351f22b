import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempDir, waitUntil } from '../support/index.ts';
import type { KeptDeadLetter } from './door/door.ts';
import { fetchUntil, texts } from './harness/fetch-until.ts';
import { onEach } from './harness/scene.ts';
import type { Scene } from './harness/scene.ts';
import type { SdkReceived } from './harness/sdk-client.ts';

const withDoor = { withDoor: true };
const stubborn = { ackTimeoutMs: 500, deliveryCountMax: 2 };

onEach(
  ['node', 'python', 'go'],
  (scene) => {
    test('48: makes a dead letter of what was delivered as often as allowed', async () => {
      await produceTexts(scene, 'limited', 1);
      await scene.client.consumer('limited', 'G.x', stubborn);
      const received = await fetchUntil(scene.client, 'limited', 'G.x', 2);
      expect(texts(received)).toEqual(['m1', 'm1']);
      const [letter] = await lettersOf(scene, 'limited', 1);
      expect(letter).toMatchObject({ group: 'g.x', cause: 'delivery-limit', deliveryCount: 2 });
      expect(letter).toMatchObject({ partition: 1, sequence: 1, payload: 'm1' });
      expect(await scene.groupInfo('limited$1', 'g#x')).toMatchObject({
        num_ack_pending: 0,
        num_pending: 0,
      });
    });

    test('64: keeps a message that its schema forbids, with what is wrong with it', async () => {
      const path = join(tempDir(), 'strict.json');
      writeFileSync(path, '{"type":"object","required":["name"]}');
      await scene.client.station('strict');
      await scene.client.createSchema('strict', 'json', path);
      await scene.client.enforceSchema('strict', 'strict');
      await scene.client.producer('strict');
      const bad = '{"surname":"a"}';
      await expect(scene.client.produce('strict', bad)).rejects.toThrow();
      const [letter] = await lettersOf(scene, 'strict', 1);
      expect(letter).toMatchObject({ cause: 'schema', payload: bad });
      expect(letter?.reason).toMatch(/name/);
      expect((await scene.streamInfo('strict$1')).state.messages).toBe(0);
    });

    test('56: sends a dead letter on to the group that failed; its ack removes it', async () => {
      await produceTexts(scene, 'resent', 1);
      await scene.client.consumer('resent', 'g', stubborn);
      await fetchUntil(scene.client, 'resent', 'g', 2);
      const [letter] = await lettersOf(scene, 'resent', 1);
      expect(await scene.door.resend('resent', 'first')).toBe(1);
      const [again] = await fetchUntil(scene.client, 'resent', 'g', 1);
      expect(again?.text).toBe('m1');
      const frame = scene.tap.sockets
        .flatMap(({ received }) => received)
        .find(({ line }) => line.startsWith('HMSG $memphis_dls_resent.g '));
      // No reply subject: that is how SDKs know a dead letter.
      expect(frame?.line.split(/ +/)).toHaveLength(5);
      expect(frame?.headers).toMatch(new RegExp(`\\$memphis_pm_id: ?${letter?.id}\r\n`));
      expect(frame?.headers).toMatch(/\$memphis_pm_cg_name: ?g\r\n/);
      expect(frame?.headers).toMatch(/\$memphis_producedBy: ?\$memphis_dls\r\n/);
      await again?.ack();
      await waitUntil(() => scene.tap.published(/^\$memphis_pm_acks$/).length > 0);
      await waitUntil(async () => (await scene.door.deadLetters('resent')).length === 0, {
        what: 'the dead letter to go',
      });
    });

    test('60: copies a dead letter to the station that is named for it', async () => {
      await scene.client.station('watched', { deadLetterStation: 'grave' });
      await produceTexts(scene, 'watched', 1);
      await scene.client.consumer('watched', 'g', stubborn);
      await fetchUntil(scene.client, 'watched', 'g', 2);
      await waitUntil(async () => (await scene.streamInfo('grave$1')).state.messages === 1, {
        what: 'the copy',
      });
      const [copy] = await scene.stored('grave$1');
      expect(copy?.payload).toBe('m1');
      expect(copy?.headers).toMatch(/\r\nstation: ?watched\r\n/);
      expect(copy?.headers).toMatch(/\r\ntype: ?unacked\r\n/);
    });

    test('61: keeps no dead letter where the station wants none', async () => {
      await scene.client.station('careless', { deadLetters: false });
      await produceTexts(scene, 'careless', 1);
      await scene.client.consumer('careless', 'g', stubborn);
      await fetchUntil(scene.client, 'careless', 'g', 2);
      await waitUntil(
        async () => (await scene.groupInfo('careless$1', 'g'))?.num_ack_pending === 0,
        { what: 'the message to be given up' },
      );
      expect(await scene.door.deadLetters('careless')).toEqual([]);
    });

    test('61: makes no dead letter of one that was sent on and not acked', async () => {
      await produceTexts(scene, 'once', 1);
      await scene.client.consumer('once', 'g', stubborn);
      await fetchUntil(scene.client, 'once', 'g', 2);
      const before = await lettersOf(scene, 'once', 1);
      await scene.door.resend('once', 'first');
      await fetchUntil(scene.client, 'once', 'g', 1);
      await produceTexts(scene, 'once', 1);
      await fetchUntil(scene.client, 'once', 'g', 1);
      expect((await scene.door.deadLetters('once')).map(({ id }) => id)).toEqual(
        before.map(({ id }) => id),
      );
    });
  },
  withDoor,
);

onEach(
  ['node', 'go'],
  (scene) => {
    test.each(['message_age_sec', 'ack_based'])(
      '57: ends delivery for the group that gives up, and keeps the reason (retention=%s)',
      async (retentionType) => {
        const station = `given-up-${retentionType.replace('_', '-')}`;
        await scene.client.station(station, { retentionType });
        await scene.client.consumer(station, 'g', { ackTimeoutMs: 500 });
        await scene.client.consumer(station, 'other');
        await produceTexts(scene, station, 1);
        const [message] = await fetchUntil(scene.client, station, 'g', 1);
        await message?.deadLetter('no such product');
        const [letter] = await lettersOf(scene, station, 1);
        expect(letter).toMatchObject({ group: 'g', reason: 'no such product', payload: 'm1' });
        expect(await scene.groupInfo(`${station}$1`, 'g')).toMatchObject({ num_ack_pending: 0 });
        expect(texts(await fetchUntil(scene.client, station, 'other', 1))).toEqual(['m1']);
      },
    );

    test('57: keeps the dead letter of the only group of an ack-based station', async () => {
      await scene.client.station('lonely', { retentionType: 'ack_based' });
      await scene.client.consumer('lonely', 'g');
      await produceTexts(scene, 'lonely', 1);
      const [message] = await fetchUntil(scene.client, 'lonely', 'g', 1);
      await message?.deadLetter('because');
      expect(await lettersOf(scene, 'lonely', 1)).toMatchObject([
        { reason: 'because', payload: 'm1' },
      ]);
      await waitUntil(async () => (await scene.streamInfo('lonely$1')).state.messages === 0, {
        what: 'the message to go',
      });
    });
  },
  withDoor,
);

onEach(
  ['go'],
  (scene) => {
    test('58: knows a group in capitals by its lower-case name', async () => {
      await produceTexts(scene, 'capitals', 1);
      await scene.client.consumer('capitals', 'CG.Go');
      const [message] = await fetchUntil(scene.client, 'capitals', 'CG.Go', 1);
      await message?.deadLetter('go reason');
      expect(await lettersOf(scene, 'capitals', 1)).toMatchObject([
        { group: 'cg.go', reason: 'go reason' },
      ]);
    });
  },
  withDoor,
);

onEach(
  ['python'],
  (scene) => {
    test('59: makes one dead letter of a term whose report never comes', async () => {
      await produceTexts(scene, 'silent', 1);
      await scene.client.consumer('silent', 'g');
      const [message] = await fetchUntil(scene.client, 'silent', 'g', 1);
      // The SDK sends the term, then fails over its own report (wire-protocol.md 7.3).
      await expect(message?.deadLetter('why')).rejects.toThrow();
      expect(await lettersOf(scene, 'silent', 1)).toMatchObject([
        { group: 'g', reason: 'terminated, no report' },
      ]);
    });

    test('71: makes a dead letter of a message whose ack was not awaited', async () => {
      await produceTexts(scene, 'forgotten', 1);
      await scene.client.consumer('forgotten', 'g', stubborn);
      for (const message of await fetchUntil(scene.client, 'forgotten', 'g', 2)) {
        await forgetToAwait(message);
      }
      expect(scene.tap.published(/^\$JS\.ACK\.forgotten/)).toEqual([]);
      expect(await lettersOf(scene, 'forgotten', 1)).toMatchObject([{ cause: 'delivery-limit' }]);
      await scene.client.flush();
    });

    async function forgetToAwait({ handle }: SdkReceived): Promise<void> {
      await scene.client.special('ackWithoutAwait', { handle });
    }
  },
  withDoor,
);

async function lettersOf(
  scene: Scene,
  station: string,
  count: number,
): Promise<readonly KeptDeadLetter[]> {
  return waitUntil(
    async () => {
      const letters = await scene.door.deadLetters(station);
      return letters.length >= count ? letters : undefined;
    },
    { what: `${count} dead letters of ${station}` },
  );
}

async function produceTexts(scene: Scene, station: string, count: number): Promise<void> {
  await scene.client.producer(station);
  for (let number = 1; number <= count; number += 1) {
    await scene.client.produce(station, `m${number}`);
  }
}
