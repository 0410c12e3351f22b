import { fetchUntil, texts } from './harness/fetch-until.ts';
import { onEach } from './harness/scene.ts';
import type { SdkConsumer } from './harness/sdk-client.ts';

onEach(['node', 'python', 'go'], (scene) => {
  test('44: starts a group at a sequence, at the end, or some messages before it', async () => {
    await scene.client.producer('starts');
    for (let number = 1; number <= 8; number += 1) {
      await scene.client.produce('starts', `m${number}`);
    }
    const starts: readonly [string, SdkConsumer, number][] = [
      ['from-5', { startSequence: 5 }, 4],
      ['last-0', { lastMessages: 0 }, 0],
      ['last-3', { lastMessages: 3 }, 3],
      ['first', {}, 8],
    ];
    for (const [name, settings, count] of starts) {
      await scene.client.consumer('starts', name, settings);
      expect(await scene.groupInfo('starts$1', name)).toMatchObject({ num_pending: count });
    }
    await scene.client.produce('starts', 'm9');
    for (const [name, text] of [
      ['from-5', 'm5'],
      ['last-0', 'm9'],
      ['last-3', 'm6'],
      ['first', 'm1'],
    ] as const) {
      expect(texts(await fetchUntil(scene.client, 'starts', name, 1))).toEqual([text]);
    }
  });

  test('44: counts the last messages in each partition', async () => {
    await scene.client.station('starts3', { partitions: 3 });
    await scene.client.producer('starts3');
    for (const partition of [1, 1, 1, 1, 2, 2, 2, 2, 3]) {
      await scene.client.produce('starts3', { text: 'x', partition });
    }
    await scene.client.consumer('starts3', 'g', { lastMessages: 3 });
    for (const [partition, count] of [3, 3, 1].entries()) {
      expect(await scene.groupInfo(`starts3$${partition + 1}`, 'g')).toMatchObject({
        num_pending: count,
      });
    }
  });

  test('51: takes another ack time for a group that exists, and keeps its position', async () => {
    await scene.client.producer('renewed');
    for (const text of ['m1', 'm2', 'm3']) await scene.client.produce('renewed', text);
    await scene.client.consumer('renewed', 'c', { group: 'g', ackTimeoutMs: 30_000 });
    const [first] = await fetchUntil(scene.client, 'renewed', 'c', 1);
    await first?.ack();
    const other = await scene.connect();
    await other.consumer('renewed', 'c', { group: 'g', ackTimeoutMs: 60_000, startSequence: 3 });
    expect(await scene.groupInfo('renewed$1', 'g')).toMatchObject({
      config: { ack_wait: 60e9 },
      num_pending: 2,
    });
    expect(texts(await fetchUntil(other, 'renewed', 'c', 1))).toEqual(['m2']);
  });

  test('52: removes a group with its last member, not before', async () => {
    const other = await scene.connect();
    await scene.client.consumer('left', 'c1', { group: 'g' });
    await other.consumer('left', 'c2', { group: 'g' });
    await scene.client.destroyConsumer('left', 'c1');
    expect(await scene.groupInfo('left$1', 'g')).toBeDefined();
    await other.destroyConsumer('left', 'c2');
    expect(await scene.groupInfo('left$1', 'g')).toBeUndefined();
  });
});
