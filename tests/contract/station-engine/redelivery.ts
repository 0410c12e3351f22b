import type { Bench } from './bench.ts';
import type { ContractSuite } from './behaviour-table.ts';

export function redelivery(contract: ContractSuite): void {
  contract.behaviour('an acked message is never delivered to the group again', async (bench) => {
    await deliveredOnce(bench, ['a', 'b']);
    await bench.ack('g', 1);
    await bench.advance(120_000);
    expect((await bench.take('g')).sequences).toEqual([2]);
    expect((await bench.groupState('g')).settledSequence).toBe(1);
  });

  contract.behaviour('acks may come in any order', async (bench) => {
    await deliveredOnce(bench, ['a', 'b', 'c', 'd']);
    await bench.ack('g', 3);
    await bench.ack('g', 1);
    expect(await bench.groupState('g')).toMatchObject({ settledSequence: 1, pendingCount: 2 });
    await bench.ack('g', 2);
    expect(await bench.groupState('g')).toMatchObject({ settledSequence: 3, pendingCount: 1 });
    await bench.advance(31_000);
    expect((await bench.take('g')).sequences).toEqual([4]);
  });

  contract.behaviour(
    'a message not settled within the ack timeout is delivered again, not before',
    async (bench) => {
      await deliveredOnce(bench, ['a']);
      const waiting = bench.pull('g', 1);
      await bench.advance(29_999);
      expect(waiting.deliveries).toEqual([]);
      await bench.advance(1);
      expect(waiting.deliveries).toMatchObject([
        { sequence: 1, deliveryCount: 2, deliverySequence: 2, text: 'a' },
      ]);
    },
  );

  contract.behaviour(
    'a redelivery keeps the time at which the message was stored',
    async (bench) => {
      const storedAtMs = bench.time.wallMs();
      await deliveredOnce(bench, ['a']);
      await bench.advance(30_000);
      expect((await bench.take('g')).deliveries).toMatchObject([{ deliveryCount: 2, storedAtMs }]);
    },
  );

  contract.behaviour(
    'the ack timeout runs from each delivery, also for messages delivered at different times',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['a', 'b']);
      await bench.group('g');
      await bench.take('g', 1);
      await bench.advance(10_000);
      await bench.take('g', 1);
      const waiting = bench.pull('g', 5);
      await bench.advance(20_000);
      expect(waiting.sequences).toEqual([1]);
      await bench.advance(10_000);
      expect(waiting.sequences).toEqual([1, 2]);
      waiting.cancel();
    },
  );

  contract.behaviour('a nacked message is delivered again at once', async (bench) => {
    await deliveredOnce(bench, ['a']);
    const waiting = bench.pull('g', 1);
    await bench.nack('g', 1);
    await bench.settled();
    expect(waiting.deliveries).toMatchObject([{ sequence: 1, deliveryCount: 2 }]);
  });

  contract.behaviour(
    'a message nacked with a delay is delivered again after it, not before',
    async (bench) => {
      await deliveredOnce(bench, ['a']);
      const waiting = bench.pull('g', 1);
      await bench.nack('g', 1, 45_000); // longer than the ack timeout, which does not run meanwhile
      await bench.advance(44_999);
      expect(waiting.deliveries).toEqual([]);
      await bench.advance(1);
      expect(waiting.deliveries).toMatchObject([{ sequence: 1, deliveryCount: 2 }]);
    },
  );

  contract.behaviour(
    'a nack with a delay that comes after the ack timeout, before the message is delivered again, still delays it',
    async (bench) => {
      await deliveredOnce(bench, ['a', 'b']);
      await bench.advance(30_000);
      await bench.nack('g', 1, 5_000);
      expect((await bench.take('g')).sequences).toEqual([2]);
      await bench.advance(4_999);
      expect((await bench.take('g')).sequences).toEqual([]);
      await bench.advance(1);
      expect((await bench.take('g')).deliveries).toMatchObject([{ sequence: 1, deliveryCount: 2 }]);
    },
  );

  contract.behaviour('delays of several messages end each at its own time', async (bench) => {
    await deliveredOnce(bench, ['a', 'b', 'c']);
    const waiting = bench.pull('g', 5);
    await bench.nack('g', 1, 3_000);
    await bench.nack('g', 2, 1_000);
    await bench.nack('g', 3, 2_000);
    await bench.advance(5_000);
    expect(waiting.sequences).toEqual([2, 3, 1]);
    waiting.cancel();
  });

  contract.behaviour(
    'progress starts the ack timeout anew and counts no delivery',
    async (bench) => {
      await deliveredOnce(bench, ['a']);
      const waiting = bench.pull('g', 1);
      await bench.advance(20_000);
      await bench.settle('g', 1, { kind: 'progress' });
      await bench.advance(20_000);
      expect(waiting.deliveries).toEqual([]);
      await bench.advance(10_000);
      expect(waiting.deliveries).toMatchObject([{ sequence: 1, deliveryCount: 2 }]);
    },
  );

  contract.behaviour(
    'a terminated message is settled: never delivered to the group again',
    async (bench) => {
      await deliveredOnce(bench, ['a', 'b']);
      await bench.settle('g', 1, { kind: 'term', reason: 'broken' });
      await bench.advance(120_000);
      expect((await bench.take('g')).sequences).toEqual([2]);
      expect((await bench.groupState('g')).settledSequence).toBe(1);
    },
  );

  contract.behaviour(
    'a redelivery goes before anything new, to any pull of the group',
    async (bench) => {
      await deliveredOnce(bench, ['a', 'b']);
      await bench.storeAll(['c', 'd']);
      await bench.nack('g', 2);
      await bench.nack('g', 1);
      const other = await bench.take('g');
      expect(
        other.deliveries
          .slice(0, 2)
          .map((delivery) => delivery.sequence)
          .sort(),
      ).toEqual([1, 2]);
      expect(other.deliveries.slice(2).map((delivery) => delivery.sequence)).toEqual([3, 4]);
      expect(other.deliveries.map((delivery) => delivery.deliveryCount)).toEqual([2, 2, 1, 1]);
      expect(other.deliveries.map((delivery) => delivery.undeliveredCount)).toEqual([2, 2, 1, 0]);
    },
  );

  contract.behaviour('an open pull receives the redelivery of its own message', async (bench) => {
    await bench.station();
    await bench.group('g', { ackTimeoutMs: 1_000 });
    const pull = bench.pull('g', 3);
    await bench.store('a');
    await bench.advance(1_000);
    expect(pull.deliveries.map((delivery) => delivery.deliveryCount)).toEqual([1, 2]);
    pull.cancel();
  });

  contract.behaviour(
    'any member settles any pending message; what is not pending settles to nothing, confirmed',
    async (bench) => {
      await deliveredOnce(bench, ['a', 'b', 'c']);
      await bench.ack('g', 1);
      await bench.ack('g', 1); // settled already
      await bench.nack('g', 1);
      await bench.ack('g', 77); // does not exist
      await bench.store('d');
      await bench.ack('g', 4); // never delivered: it is not pending, so it stays to be delivered
      await bench.ack('g', 0);
      await bench.ack('no-such-group', 1);
      await bench.ack('g', 1, { stationId: 9, partition: 1 });
      await bench.ack('g', 1, { stationId: 1, partition: 9 });
      expect(await bench.groupState('g')).toMatchObject({ settledSequence: 1, pendingCount: 2 });
      expect((await bench.take('g')).sequences).toEqual([4]);
    },
  );

  contract.behaviour(
    'an ack that comes after the ack timeout, before the redelivery, still counts',
    async (bench) => {
      await deliveredOnce(bench, ['a']);
      await bench.advance(30_001);
      await bench.ack('g', 1);
      expect((await bench.take('g')).deliveries).toEqual([]);
      expect(await bench.groupState('g')).toMatchObject({ settledSequence: 1, pendingCount: 0 });
    },
  );

  contract.behaviour('a nack that comes twice causes one redelivery', async (bench) => {
    await deliveredOnce(bench, ['a']);
    await bench.nack('g', 1);
    await bench.nack('g', 1);
    expect((await bench.take('g')).deliveries).toMatchObject([{ sequence: 1, deliveryCount: 2 }]);
  });

  contract.behaviour(
    'the state of a group counts what is pending, repeated and not delivered',
    async (bench) => {
      await deliveredOnce(bench, ['a', 'b', 'c']);
      await bench.storeAll(['d', 'e']);
      await bench.nack('g', 2);
      const waiting = bench.pull('g', 1);
      await bench.settled();
      await bench.ack('g', 1);
      expect(waiting.end).toBe('filled');
      const createdAtMs = bench.time.wallMs();
      expect(await bench.groupState('g')).toEqual({
        settings: {
          name: 'g',
          ackTimeoutMs: 30_000,
          deliveryCountMax: 3,
          backoffMs: [],
          keyHeader: null,
        },
        start: { kind: 'first' },
        createdAtMs,
        settledSequence: 1,
        deliveredSequence: 3,
        deliveryCount: 4,
        pendingCount: 2,
        redeliveredCount: 1,
        undeliveredCount: 2,
        waitingPullCount: 0,
        waitingForKeyCount: 0,
        missedCount: 0,
      });
    },
  );
}

/** A station whose messages group `g` (ack timeout 30 s, 3 deliveries) has got once each. */
async function deliveredOnce(bench: Bench, payloads: readonly string[]): Promise<void> {
  await bench.station();
  await bench.storeAll(payloads);
  await bench.group('g');
  const taken = await bench.take('g', payloads.length);
  expect(taken.texts).toEqual(payloads);
}
