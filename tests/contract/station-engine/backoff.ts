import type { Bench } from './bench.ts';
import type { ContractSuite } from './behaviour-table.ts';

export function backoff(contract: ContractSuite): void {
  contract.behaviour(
    'a nacked message waits as its group’s back-off list says; the last delay counts for all that follow',
    async (bench) => {
      await delivered(bench, ['a'], [1_000, 5_000]);
      const pull = bench.pull('g', 10);
      for (const [count, delayMs] of [1_000, 5_000, 5_000].entries()) {
        await bench.nack('g', 1);
        await bench.advance(delayMs - 1);
        expect(pull.deliveries).toHaveLength(count);
        await bench.advance(1);
        expect(pull.deliveries.at(-1)).toMatchObject({ sequence: 1, deliveryCount: count + 2 });
      }
      pull.cancel();
    },
  );

  contract.behaviour(
    'a message not settled in time waits from its delivery on, its ack timeout in any case',
    async (bench) => {
      await delivered(bench, ['a'], [4_000, 12_000]); // the ack timeout is 10 s
      const pull = bench.pull('g', 10);
      await bench.advance(9_999);
      expect(pull.deliveries).toHaveLength(0);
      await bench.advance(1);
      expect(pull.deliveries).toHaveLength(1);
      await bench.advance(11_999);
      expect(pull.deliveries).toHaveLength(1);
      await bench.advance(1);
      expect(pull.deliveries.at(-1)).toMatchObject({ sequence: 1, deliveryCount: 3 });
      pull.cancel();
    },
  );

  contract.behaviour('a nack that has a delay of its own takes that', async (bench) => {
    await delivered(bench, ['a'], [1_000]);
    const pull = bench.pull('g', 10);
    await bench.nack('g', 1, 3_000);
    await bench.advance(2_999);
    expect(pull.deliveries).toHaveLength(0);
    await bench.advance(1);
    expect(pull.deliveries).toHaveLength(1);
    pull.cancel();
  });

  contract.behaviour(
    'a message in its back-off holds nothing else back, and a late ack settles it',
    async (bench) => {
      await delivered(bench, ['a', 'b'], [60_000]);
      await bench.nack('g', 1);
      await bench.nack('g', 2);
      await bench.store('c');
      expect((await bench.take('g')).texts).toEqual(['c']);
      await bench.ack('g', 1);
      await bench.ack('g', 3);
      await bench.advance(60_000);
      expect((await bench.take('g')).texts).toEqual(['b']);
    },
  );

  contract.behaviour('the delivery limit holds with a back-off list too', async (bench) => {
    await delivered(bench, ['a'], [1_000], 2);
    await bench.nack('g', 1);
    await bench.advance(1_000);
    expect((await bench.take('g')).deliveries).toMatchObject([{ deliveryCount: 2 }]);
    await bench.nack('g', 1);
    await bench.settled();
    expect(await bench.deadLetters()).toMatchObject([{ sequence: 1, deliveryCount: 2 }]);
  });

  contract.behaviour(
    'putting a group again without a word of its back-off list keeps it, and takes over another',
    async (bench) => {
      await delivered(bench, ['a'], [1_000]);
      await bench.group('g', { ackTimeoutMs: 20_000 });
      const { settings } = await bench.groupState('g');
      expect(settings).toMatchObject({ ackTimeoutMs: 20_000, backoffMs: [1_000] });
      await bench.group('g', { backoffMs: [2_000, 3_000] });
      await bench.nack('g', 1);
      await bench.advance(1_999);
      expect((await bench.take('g')).deliveries).toEqual([]);
      await bench.advance(1);
      expect((await bench.take('g')).deliveries).toHaveLength(1);
      await bench.group('g', { backoffMs: [] });
      expect((await bench.groupState('g')).settings.backoffMs).toEqual([]);
    },
  );

  contract.behaviour(
    'the back-off list and the rest of a running back-off survive a kill',
    async (bench) => {
      await delivered(bench, ['a'], [10_000, 20_000]);
      await bench.nack('g', 1);
      await bench.advance(4_000);
      await bench.kill();
      expect((await bench.groupState('g')).settings.backoffMs).toEqual([10_000, 20_000]);
      const pull = bench.pull('g', 5);
      await bench.advance(5_999);
      expect(pull.deliveries).toHaveLength(0);
      await bench.advance(1);
      expect(pull.deliveries).toMatchObject([{ sequence: 1, deliveryCount: 2 }]);
      pull.cancel();
    },
    { needs: ['durable'] },
  );
}

/** Messages that group `g` (ack timeout 10 s, this back-off list) has got once each. */
async function delivered(
  bench: Bench,
  payloads: readonly string[],
  backoffMs: readonly number[],
  deliveryCountMax = 5,
): Promise<void> {
  await bench.station();
  await bench.storeAll(payloads);
  await bench.group('g', { ackTimeoutMs: 10_000, deliveryCountMax, backoffMs });
  await bench.take('g', payloads.length);
}
