import { waitUntil } from '../support/index.ts';
import { fetchUntil, texts } from './harness/fetch-until.ts';
import { onEach } from './harness/scene.ts';
import type { Scene } from './harness/scene.ts';
import { SdkProgram } from './harness/sdk-program.ts';

onEach(['node', 'python', 'go'], (scene) => {
  test('45: does not redeliver what was acked', async () => {
    await produceTexts(scene, 'acked', 2);
    await scene.client.consumer('acked', 'g', { ackTimeoutMs: 500, deliveryCountMax: 10 });
    const [first] = await fetchUntil(scene.client, 'acked', 'g', 1);
    await first?.ack();
    await waitUntil(() => scene.tap.published(/^\$JS\.ACK\.acked\$1\.g\./).length === 1);
    const [ack] = scene.tap.published(/^\$JS\.ACK\.acked\$1\.g\./);
    expect(ack?.payload).toBe(scene.sdk.column === 'python' ? '' : '+ACK');
    expect(texts(await fetchUntil(scene.client, 'acked', 'g', 1))).toEqual(['m2']);
    // Left open, the second comes again after the ack timeout, and alone.
    expect(texts(await fetchUntil(scene.client, 'acked', 'g', 1))).toEqual(['m2']);
    expect(await scene.groupInfo('acked$1', 'g')).toMatchObject({
      num_ack_pending: 1,
      ack_floor: { stream_seq: 1 },
    });
  });

  test('46: redelivers what nobody settled, with its sequence and time', async () => {
    await produceTexts(scene, 'again', 1);
    await scene.client.consumer('again', 'g', { ackTimeoutMs: 500, deliveryCountMax: 10 });
    await fetchUntil(scene.client, 'again', 'g', 1);
    await fetchUntil(scene.client, 'again', 'g', 1);
    const [first, second] = deliveries(scene, 'again$1');
    expect(first?.deliveryCount).toBe(1);
    expect(second?.deliveryCount).toBe(2);
    expect(second?.sequence).toBe(first?.sequence);
    expect(second?.storedAtNs).toBe(first?.storedAtNs);
  });

  test('47: redelivers what was nacked at once, and what was delayed not before its time', async () => {
    await produceTexts(scene, 'back', 2);
    await scene.client.consumer('back', 'g', { ackTimeoutMs: 30_000, deliveryCountMax: 10 });
    const [one, two] = await fetchUntil(scene.client, 'back', 'g', 2);
    await one?.nack();
    expect(texts(await fetchUntil(scene.client, 'back', 'g', 1))).toEqual(['m1']);
    await two?.delay(700);
    expect(texts(await fetchUntil(scene.client, 'back', 'g', 1))).toEqual(['m2']);
    const asked = scene.tap
      .published(/^\$JS\.ACK\.back\$1\.g\./)
      .find(({ payload }) => payload.startsWith('-NAK {'));
    expect(JSON.parse(asked?.payload.slice('-NAK '.length) ?? '')).toEqual({ delay: 700e6 });
    const came = deliveries(scene, 'back$1').at(-1);
    expect(came?.deliveryCount).toBe(2);
    expect((came?.atMs ?? 0) - (asked?.atMs ?? 0)).toBeGreaterThanOrEqual(699);
  });

  test('50: gives what a broken connection left open to another member, and forgets its pulls', async () => {
    await produceTexts(scene, 'cut', 1);
    const program = SdkProgram.start(scene.sdk.command);
    const doomed = await scene.connect({}, program);
    await doomed.consumer('cut', 'm1', {
      group: 'team',
      ackTimeoutMs: 1000,
      fetchTimeoutMs: 20_000,
      deliveryCountMax: 10,
    });
    await scene.client.consumer('cut', 'm2', {
      group: 'team',
      ackTimeoutMs: 1000,
      deliveryCountMax: 10,
    });
    expect(texts(await fetchUntil(doomed, 'cut', 'm1', 1))).toEqual(['m1']);
    doomed.fetch('cut', 'm1', 1).catch(() => undefined); // its program is killed
    await waitUntil(async () => (await scene.groupInfo('cut$1', 'team'))?.num_waiting === 1, {
      what: 'the pull to wait',
    });
    await program.stop();
    await waitUntil(async () => (await scene.groupInfo('cut$1', 'team'))?.num_waiting === 0, {
      what: 'the pull of the dead connection to go',
    });
    expect(texts(await fetchUntil(scene.client, 'cut', 'm2', 1))).toEqual(['m1']);
  });

  test('55: drops from an ack-based station what all groups acked', async () => {
    await scene.client.station('acks', { retentionType: 'ack_based' });
    await scene.client.producer('acks');
    await scene.client.produce('acks', 'nobody');
    expect((await scene.streamInfo('acks$1')).state).toMatchObject({ messages: 0, last_seq: 1 });
    await scene.client.consumer('acks', 'g1');
    await scene.client.consumer('acks', 'g2');
    await scene.client.produce('acks', 'both');
    const [one] = await fetchUntil(scene.client, 'acks', 'g1', 1);
    await one?.ack();
    const [two] = await fetchUntil(scene.client, 'acks', 'g2', 1);
    expect((await scene.streamInfo('acks$1')).state.messages).toBe(1);
    await two?.ack();
    await waitUntil(async () => (await scene.streamInfo('acks$1')).state.messages === 0, {
      what: 'the message to go',
    });
  });
});

onEach(['node', 'go'], (scene) => {
  test('49: shows the sequence and the time of the store', async () => {
    await produceTexts(scene, 'placed', 2);
    await scene.client.consumer('placed', 'g');
    const received = await fetchUntil(scene.client, 'placed', 'g', 2);
    const delivered = deliveries(scene, 'placed$1');
    expect(received.map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(received).toHaveLength(delivered.length);
    for (const [index, { storedAtNs }] of delivered.entries()) {
      // Exactly, or as the SDK for Node computes it: in doubles, which may fall short of the millisecond.
      const inDoubles = Math.trunc(Number(storedAtNs) / 1e6);
      expect([Number(storedAtNs / 1_000_000n), inDoubles]).toContain(received[index]?.sentAtMs);
    }
  });
});

interface Delivery {
  readonly deliveryCount: number;
  readonly sequence: number;
  readonly storedAtNs: bigint;
  readonly atMs: number;
}

/** What came of a partition through the tap, read from its ack subjects. */
function deliveries({ tap }: Scene, stream: string): Delivery[] {
  return tap.sockets
    .flatMap(({ received }) => received)
    .filter(({ line }) => line.startsWith(`HMSG ${stream}.final `))
    .map(({ line, atMs }) => {
      const [count, sequence, , storedAtNs] = (line.split(' ')[3] ?? '').split('.').slice(4);
      return {
        deliveryCount: Number(count),
        sequence: Number(sequence),
        storedAtNs: BigInt(storedAtNs ?? '-1'),
        atMs,
      };
    });
}

async function produceTexts(scene: Scene, station: string, count: number): Promise<void> {
  await scene.client.producer(station);
  for (let number = 1; number <= count; number += 1) {
    await scene.client.produce(station, `m${number}`);
  }
}
