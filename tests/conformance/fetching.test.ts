import { waitUntil } from '../support/index.ts';
import { fetchUntil, texts } from './harness/fetch-until.ts';
import { onEach } from './harness/scene.ts';
import type { Scene } from './harness/scene.ts';

onEach(['node', 'python', 'go'], (scene) => {
  test('34: creates the missing station of a consumer, and its group on it, before the answer', async () => {
    await scene.client.consumer('unmade', 'g');
    expect(JSON.parse(scene.tap.answerTo('$memphis_consumer_creations').payload)).toMatchObject({
      partitions_update: { partitions_list: [1] },
      error: '',
    });
    expect(await scene.groupInfo('unmade$1', 'g')).toMatchObject({ num_pending: 0 });
  });

  test('34: creates the group on every partition', async () => {
    await scene.client.station('wide', { partitions: 3 });
    await scene.client.consumer('wide', 'g.x');
    for (const partition of [1, 2, 3]) {
      expect(await scene.groupInfo(`wide$${partition}`, 'g#x')).toBeDefined();
    }
  });

  test('36: shows the text of a refusal', async () => {
    await expect(scene.client.consumer('any', 'a b')).rejects.toThrow(
      /Only alphanumeric and the '_', '-', '\.' characters are allowed in Consumer/,
    );
    expect(scene.tap.answerTo('$memphis_consumer_creations')).toMatchObject({ count: 1 });
    expect(scene.tap.answerTo('$memphis_consumer_creations').payload).not.toMatch(/^\{/);
  });

  test('43: gives each message to one member of a group, and all messages to each group', async () => {
    const other = await scene.connect();
    await scene.client.consumer('shared', 'm1', { group: 'team' });
    await other.consumer('shared', 'm2', { group: 'team' });
    await scene.client.consumer('shared', 'alone');
    const all = await produceTexts(scene, 'shared', 20);
    const halves = await Promise.all([
      fetchUntil(scene.client, 'shared', 'm1', 10),
      fetchUntil(other, 'shared', 'm2', 10),
    ]);
    expect(halves.flatMap(texts).sort()).toEqual(all);
    expect(texts(await fetchUntil(scene.client, 'shared', 'alone', 20)).sort()).toEqual(all);
  });
});

onEach(['node'], (scene) => {
  test('37: fetches the two that are there of five, and is sent nothing later', async () => {
    await produceTexts(scene, 'few', 2);
    await scene.client.consumer('few', 'g');
    const fetched = await scene.client.fetch('few', 'g', 5);
    expect(fetched).toHaveLength(2);
    for (const message of fetched) await message.ack();
    const { received } = lastSocket(scene);
    expect(
      received.filter(({ headers }) => /^NATS\/1\.0 408 Request Timeout/.test(headers)),
    ).toEqual([
      expect.objectContaining({
        headers:
          'NATS/1.0 408 Request Timeout\r\nNats-Pending-Messages: 3\r\nNats-Pending-Bytes: 0\r\n\r\n',
      }),
    ]);
    const [pull] = scene.tap.published(/^\$JS\.API\.CONSUMER\.MSG\.NEXT\.few\$1/);
    const inbox = pull?.line.split(' ')[2] ?? '';
    const sub = scene.tap.sentLines().find((line) => line.startsWith(`SUB ${inbox} `));
    const sid = sub?.split(/ +/).at(-1) ?? '';
    expect(scene.tap.sentLines()).toContain(`UNSUB ${sid}`);
    await scene.client.produce('few', 'later');
    expect(await scene.groupInfo('few$1', 'g')).toMatchObject({
      num_ack_pending: 0,
      num_pending: 1,
    });
    expect(texts(await fetchUntil(scene.client, 'few', 'g', 1))).toEqual(['later']);
  });

  test('38: fetches nothing with one CONSUMER.INFO and one pull, and heartbeats between', async () => {
    await scene.client.consumer('empty', 'g');
    expect(await scene.client.fetch('empty', 'g', 5)).toEqual([]);
    expect(scene.tap.published(/^\$JS\.API\.CONSUMER\.INFO\.empty/)).toHaveLength(1);
    const pulls = scene.tap.published(/^\$JS\.API\.CONSUMER\.MSG\.NEXT\.empty/);
    expect(pulls.map(({ payload }) => JSON.parse(payload) as unknown)).toEqual([
      { batch: 5, max_bytes: 0, idle_heartbeat: 500_000_000, expires: 1_000_000_000 },
    ]);
    const inbox = pulls[0]?.line.split(' ')[2] ?? '<none>';
    const statuses = lastSocket(scene)
      .received.filter(({ line }) => line.split(' ')[1] === inbox)
      .map(({ headers }) => headers.split('\r\n')[0]);
    expect(statuses[0]).toBe('NATS/1.0 100 Idle Heartbeat');
  });

  test('54: fetches from a station in capitals that it has no producer for', async () => {
    await scene.client.station('Upper.Case');
    await scene.client.consumer('Upper.Case', 'g');
    await scene.observer.request('upper#case$1.final', 'x', 'NATS/1.0\r\na: b\r\n\r\n');
    expect(texts(await fetchUntil(scene.client, 'Upper.Case', 'g', 1))).toEqual(['x']);
    expect(scene.tap.published(/^\$JS\.API\.CONSUMER\.INFO\.upper#case\.g$/)).not.toEqual([]);
  });
});

onEach(['python'], (scene) => {
  test('35: names an empty group like the consumer', async () => {
    await scene.client.consumer('nameless', 'Solo', { group: '' });
    expect(await scene.groupInfo('nameless$1', 'solo')).toBeDefined();
  });

  test('39: fetches the three that are there of ten with one pull that does not wait', async () => {
    await produceTexts(scene, 'three', 3);
    await scene.client.consumer('three', 'g');
    expect(await scene.client.fetch('three', 'g', 10)).toHaveLength(3);
    const pulls = scene.tap.published(/^\$JS\.API\.CONSUMER\.MSG\.NEXT\.three/);
    expect(pulls.map(({ payload }) => JSON.parse(payload) as unknown)).toEqual([
      { batch: 10, expires: expect.any(Number) as number, no_wait: true },
    ]);
    const inbox = pulls[0]?.line.split(/ +/)[2] ?? '<none>';
    const status = lastSocket(scene).received.find(({ line }) => line.split(/ +/)[1] === inbox);
    expect(status?.headers).toMatch(/^NATS\/1\.0 408 Request Timeout\r\nNats-Pending-Messages: 7/);
  });

  test('41: fetches one with a batch of one and its own time', async () => {
    await produceTexts(scene, 'one', 1);
    await scene.client.consumer('one', 'g');
    expect(await scene.client.fetch('one', 'g', 1)).toHaveLength(1);
    const [pull] = scene.tap.published(/^\$JS\.API\.CONSUMER\.MSG\.NEXT\.one/);
    expect(pull?.payload).toBe('{"batch": 1, "expires": 4999900000}');
  });
});

onEach(['go'], (scene) => {
  test('41: fetches a few with a batch and its time', async () => {
    await produceTexts(scene, 'one', 2);
    await scene.client.consumer('one', 'g');
    expect(await scene.client.fetch('one', 'g', 2)).toHaveLength(2);
    const [pull] = scene.tap.published(/^\$JS\.API\.CONSUMER\.MSG\.NEXT\.one/);
    const request = JSON.parse(pull?.payload ?? '') as { batch: number; expires: number };
    expect(request).toEqual({ batch: 2, expires: expect.any(Number) as number });
  });

  test('42: waits twelve seconds with heartbeats, and takes what comes then', async () => {
    await scene.client.consumer('slow', 'g', { fetchTimeoutMs: 12_000 });
    const fetched = scene.client.fetch('slow', 'g', 1);
    await waitUntil(() => heartbeats(scene) >= 2, { what: 'two heartbeats', timeoutMs: 15_000 });
    await scene.client.producer('slow');
    await scene.client.produce('slow', 'at last');
    expect(texts(await fetched)).toEqual(['at last']);
  });
});

function heartbeats(scene: Scene): number {
  return lastSocket(scene).received.filter(({ headers }) =>
    headers.startsWith('NATS/1.0 100 Idle Heartbeat'),
  ).length;
}

/** The socket of the scene's own client: its first connection's second one. */
function lastSocket({ tap }: Scene): Scene['tap']['sockets'][number] {
  const socket = tap.sockets[1];
  if (socket === undefined) throw new Error('The SDK opened one socket only');
  return socket;
}

/** Produces so many messages in turn; resolves with their payloads, sorted. */
async function produceTexts(scene: Scene, station: string, count: number): Promise<string[]> {
  await scene.client.producer(station);
  const payloads = Array.from({ length: count }, (_, index) => `m${index + 1}`);
  for (const text of payloads) await scene.client.produce(station, text);
  return payloads.sort();
}
