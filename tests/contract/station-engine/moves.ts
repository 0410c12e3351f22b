import type { GroupTarget } from '../../../broker/src/core/groups/index.ts';
import { station1 } from './bench.ts';
import type { Bench } from './bench.ts';
import type { ContractSuite } from './behaviour-table.ts';
import { RecordedPull } from './recorded-pull.ts';

export function moves(contract: ContractSuite): void {
  const goesTo = (target: GroupTarget, expected: [number, number][], what: string): void => {
    contract.behaviour(`a group that is moved to ${what}`, async (bench) => {
      await bench.station({ partitionCount: 2, retention: { kind: 'messages', countMax: 4 } });
      await bench.group('g');
      // Partition 1 keeps sequences 3 to 6, a second between two of them; partition 2 has 1 and 2.
      for (let count = 1; count <= 6; count += 1) {
        await bench.store(String(count));
        await bench.advance(1_000);
      }
      await bench.storeAll(['x', 'y'], { partition: 2 });
      await bench.settled();
      for (const sequence of (await bench.take('g', 3)).sequences) await bench.ack('g', sequence);
      expect(await bench.move('g', target)).toEqual(expected);
      const first = await bench.take('g', 10, { partition: 1 });
      expect(first.sequences).toEqual(range(expected[0]?.[1] ?? 0, 6));
      expect(first.deliveries.every(({ deliveryCount }) => deliveryCount === 1)).toBe(true);
      const second = await bench.take('g', 10, { partition: 2 });
      expect(second.sequences).toEqual(range(expected[1]?.[1] ?? 0, 2));
    });
  };
  // It has had 3, 4 and 5 of partition 1, and nothing of partition 2.
  goesTo({ kind: 'first' }, [[6, 3], [1, 1]], 'the first message gets everything that is kept'); // prettier-ignore
  goesTo({ kind: 'new' }, [[6, 7], [1, 3]], 'the end gets nothing of what is there'); // prettier-ignore
  goesTo({ kind: 'sequence', sequence: 4 }, [[6, 4], [1, 3]], 'a sequence goes on from it'); // prettier-ignore
  goesTo({ kind: 'sequence', sequence: 1 }, [[6, 3], [1, 1]], 'a removed sequence begins at the oldest message'); // prettier-ignore
  goesTo({ kind: 'last', count: 1 }, [[6, 6], [1, 2]], 'the last message gets it once more'); // prettier-ignore
  goesTo({ kind: 'unsettled' }, [[6, 6], [1, 1]], 'what it has not settled begins there'); // prettier-ignore

  contract.behaviour(
    'a group that is moved to a time goes on with what was stored then or later',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      const beganAtMs = bench.time.wallMs();
      for (let count = 0; count < 20; count += 1) {
        await bench.store(String(count));
        await bench.advance(1_000);
      }
      const nextAfter = async (ms: number): Promise<number> => {
        await bench.move('g', { kind: 'time', timeMs: beganAtMs + ms });
        return (await bench.groupState('g')).settledSequence + 1;
      };
      expect(await nextAfter(-1)).toBe(1);
      expect(await nextAfter(0)).toBe(1);
      expect(await nextAfter(1)).toBe(2);
      expect(await nextAfter(7_000)).toBe(8);
      expect(await nextAfter(19_000)).toBe(20);
      expect(await nextAfter(19_001)).toBe(21);
    },
  );

  contract.behaviour('a group may also begin at a time', async (bench) => {
    await bench.station();
    await bench.store('before');
    await bench.advance(1_000);
    await bench.store('after');
    await bench.group('g', {}, { kind: 'time', timeMs: bench.time.wallMs() });
    expect((await bench.take('g')).texts).toEqual(['after']);
  });

  contract.behaviour('a move of one partition leaves the others alone', async (bench) => {
    await bench.station({ partitionCount: 2 });
    await bench.group('g');
    await bench.store('a');
    await bench.store('x', { partition: 2 });
    await bench.take('g', 1, { partition: 1 });
    await bench.take('g', 1, { partition: 2 });
    expect(await bench.move('g', { kind: 'first' }, 2)).toEqual([[2, 1]]);
    expect((await bench.take('g', 1, { partition: 1 })).texts).toEqual([]);
    expect((await bench.take('g', 1, { partition: 2 })).texts).toEqual(['x']);
    expect(await bench.groupState('g')).toMatchObject({ pendingCount: 1 });
  });

  contract.behaviour('moving what does not exist resolves with undefined', async (bench) => {
    await bench.station();
    await bench.group('g');
    expect(await bench.move('other', { kind: 'first' })).toBeUndefined();
    expect(await bench.move('g', { kind: 'first' }, 2)).toBeUndefined();
    expect(await bench.engine.moveGroup(9, 'g', { kind: 'first' })).toBeUndefined();
  });

  contract.behaviour(
    'a move ends pending deliveries: no ack timeout, delay or delivery count of theirs goes on',
    async (bench) => {
      await threeDelivered(bench);
      await bench.nack('g', 2, 5_000);
      await bench.move('g', { kind: 'sequence', sequence: 3 });
      expect(await bench.groupState('g')).toMatchObject({
        settledSequence: 2,
        pendingCount: 0,
        redeliveredCount: 0,
        undeliveredCount: 1,
      });
      await bench.advance(120_000);
      const taken = await bench.take('g');
      expect(taken.deliveries).toMatchObject([
        { sequence: 3, deliveryCount: 1, deliverySequence: 4 },
      ]);
      expect(await bench.deadLetterCount(1)).toBe(0);
    },
  );

  contract.behaviour(
    'a late ack changes nothing before its message is pending again, and counts when it is',
    async (bench) => {
      await threeDelivered(bench);
      await bench.move('g', { kind: 'first' });
      await bench.ack('g', 1);
      expect((await bench.take('g', 2)).sequences).toEqual([1, 2]);
      await bench.ack('g', 2);
      await bench.advance(30_000);
      expect((await bench.take('g')).sequences).toEqual([1, 3]);
    },
  );

  contract.behaviour(
    'what fails, is moved to and fails again before any of it is on disk is one dead letter',
    async (bench) => {
      await bench.station();
      await bench.store('a');
      await bench.group('g');
      await bench.take('g');
      bench.faults.hold();
      bench.engine.settle(station1, 'g', 1, { kind: 'term', reason: 'once' });
      await bench.time.settled(); // a commit is on its way
      const moved = bench.move('g', { kind: 'first' });
      expect(bench.pull('g', 1).sequences).toEqual([1]);
      bench.engine.settle(station1, 'g', 1, { kind: 'term', reason: 'twice' });
      bench.faults.release();
      await moved;
      await bench.settled();
      expect(await bench.deadLetters()).toMatchObject([{ id: 1, sequence: 1, reason: 'twice' }]);
      expect(await bench.deadLetterCount()).toBe(1);
    },
    { needs: ['storeFaults'] },
  );

  contract.behaviour('a pull that waits goes on from the new place', async (bench) => {
    await threeDelivered(bench);
    const waiting = bench.pull('g', 10);
    await bench.move('g', { kind: 'sequence', sequence: 2 });
    await bench.settled();
    expect(waiting.sequences).toEqual([2, 3]);
    await bench.store('d');
    await bench.settled();
    expect(waiting.sequences).toEqual([2, 3, 4]);
  });

  contract.behaviour(
    'a member may have its group moved while it is given a message',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['a', 'b', 'c']);
      await bench.group('g');
      const moved: Promise<unknown>[] = [];
      const receiver = new RecordedPull();
      receiver.onDelivery = ({ deliverySequence }) => {
        if (deliverySequence === 3) moved.push(bench.move('g', { kind: 'sequence', sequence: 2 }));
      };
      bench.pull('g', 5, {}, receiver);
      await Promise.all(moved);
      await bench.settled();
      expect(receiver.sequences).toEqual([1, 2, 3, 2, 3]);
    },
  );

  contract.behaviour(
    'dead letters stay, what is held becomes one, and a message that fails again is no second one',
    async (bench) => {
      await threeDelivered(bench);
      await bench.settle('g', 1, { kind: 'term', reason: 'broken' });
      bench.term('g', 2);
      await bench.move('g', { kind: 'first' });
      const letters = await bench.deadLetters();
      expect(letters.map(({ sequence, reason }) => [sequence, reason])).toEqual([
        [1, 'broken'],
        [2, 'terminated, no report'],
      ]);
      expect((await bench.take('g')).sequences).toEqual([1, 2, 3]);
      await bench.settle('g', 1, { kind: 'term', reason: 'broken again' });
      const again = await bench.deadLetters();
      expect(again.map(({ id }) => id)).toEqual(letters.map(({ id }) => id));
    },
  );

  contract.behaviour('a move leaves other groups alone', async (bench) => {
    await threeDelivered(bench);
    await bench.group('h');
    expect((await bench.take('h', 2)).sequences).toEqual([1, 2]);
    await bench.move('g', { kind: 'first' });
    expect(await bench.groupState('h')).toMatchObject({ pendingCount: 2, undeliveredCount: 1 });
  });

  contract.behaviour(
    'a move over what an ack-based station keeps removes it; back goes as far as it is kept',
    async (bench) => {
      await bench.station({ retention: { kind: 'acked' } });
      await bench.group('g');
      await bench.storeAll(['a', 'b', 'c']);
      await bench.move('g', { kind: 'sequence', sequence: 3 });
      await bench.settled();
      expect(await bench.partition()).toMatchObject({ firstSequence: 3, messageCount: 1 });
      expect(await bench.move('g', { kind: 'first' })).toEqual([[3, 3]]);
      expect((await bench.take('g')).texts).toEqual(['c']);
      expect(await bench.groupState('g')).toMatchObject({ missedCount: 0 });
    },
  );

  contract.behaviour(
    'while the store is full a move is not confirmed, and delivery goes on from the new place',
    async (bench) => {
      await threeDelivered(bench);
      bench.faults.refuse('full');
      let isMoved = false;
      const move = bench.move('g', { kind: 'sequence', sequence: 3 }).then(() => (isMoved = true));
      await bench.time.advance(1_000);
      const pull = bench.pull('g', 5);
      expect(pull.sequences).toEqual([3]);
      expect(isMoved).toBe(false);
      bench.faults.accept();
      await bench.time.advance(1_000);
      await move;
      pull.cancel();
    },
    { needs: ['storeFaults'] },
  );

  contract.behaviour(
    'a move that has resolved survives a kill, with nothing of the old place',
    async (bench) => {
      await threeDelivered(bench);
      await bench.ack('g', 2);
      await bench.nack('g', 3, 60_000);
      await bench.move('g', { kind: 'sequence', sequence: 2 });
      await bench.kill();
      expect(await bench.groupState('g')).toMatchObject({ settledSequence: 1, pendingCount: 0 });
      const taken = await bench.take('g');
      expect(taken.deliveries).toMatchObject([
        { sequence: 2, deliveryCount: 1 },
        { sequence: 3, deliveryCount: 1 },
      ]);
    },
    { needs: ['durable'] },
  );
}

/** A station with three messages that group `g` has got once each. */
async function threeDelivered(bench: Bench): Promise<void> {
  await bench.station();
  await bench.storeAll(['a', 'b', 'c']);
  await bench.group('g');
  await bench.take('g', 3);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
}
