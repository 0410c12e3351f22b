import type { GroupStart } from '../../../broker/src/core/groups/index.ts';
import type { ContractSuite } from './behaviour-table.ts';

export function groups(contract: ContractSuite): void {
  const startsAt = (start: GroupStart, expected: string[], sentence: string): void => {
    contract.behaviour(sentence, async (bench) => {
      await bench.station({ partitionCount: 2, retention: { kind: 'messages', countMax: 4 } });
      // Partition 1 keeps sequences 3 to 6 of six, partition 2 the two it ever had.
      for (const payload of ['1', '2', '3', '4', '5', '6']) await bench.store(payload);
      await bench.storeAll(['x', 'y'], { partition: 2 });
      await bench.settled();
      await bench.group('g', {}, start);
      await bench.store('later');
      await bench.store('later', { partition: 2 });
      const first = await bench.take('g', 10, { partition: 1 });
      const second = await bench.take('g', 10, { partition: 2 });
      expect([first.texts.join(' '), second.texts.join(' ')]).toEqual(expected);
    });
  };
  // The publish of `later` pushes `3` out of partition 1, which keeps four.
  startsAt(
    { kind: 'first' },
    ['4 5 6 later', 'x y later'],
    'a group that starts at first gets everything that is kept',
  );
  startsAt(
    { kind: 'new' },
    ['later', 'later'],
    'a group that starts at new gets what is stored after its creation',
  );
  startsAt(
    { kind: 'sequence', sequence: 5 },
    ['5 6 later', 'later'],
    'a start sequence counts on each partition and is clamped to its end',
  );
  startsAt(
    { kind: 'sequence', sequence: 1 },
    ['4 5 6 later', 'x y later'],
    'a start sequence below the oldest message is clamped to it',
  );
  startsAt(
    { kind: 'last', count: 1 },
    ['6 later', 'y later'],
    'a group that starts at the last message gets that of each partition',
  );
  startsAt(
    { kind: 'last', count: 3 },
    ['4 5 6 later', 'x y later'],
    'a group that starts at the last 3 messages gets as many as there are',
  );

  contract.behaviour(
    'a group starting at new on an empty partition gets its first message',
    async (bench) => {
      await bench.station();
      await bench.group('g', {}, { kind: 'new' });
      await bench.store('a');
      expect((await bench.take('g')).texts).toEqual(['a']);
    },
  );

  contract.behaviour('the state of a new group counts what it will get', async (bench) => {
    await bench.station();
    await bench.storeAll(['a', 'b', 'c']);
    await bench.group('first');
    await bench.group('new', {}, { kind: 'new' });
    await bench.group('third', {}, { kind: 'sequence', sequence: 3 });
    expect(await bench.groupState('first')).toMatchObject({
      settledSequence: 0,
      undeliveredCount: 3,
    });
    expect(await bench.groupState('new')).toMatchObject({
      settledSequence: 3,
      undeliveredCount: 0,
    });
    expect(await bench.groupState('third')).toMatchObject({
      settledSequence: 2,
      undeliveredCount: 1,
    });
  });

  contract.behaviour(
    'groups get every message each, and settle for themselves only',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['a', 'b']);
      await bench.group('g');
      await bench.group('h');
      expect((await bench.take('g')).texts).toEqual(['a', 'b']);
      await bench.ack('g', 1);
      await bench.ack('g', 2);
      expect((await bench.take('h')).texts).toEqual(['a', 'b']);
      expect((await bench.groupState('h')).pendingCount).toBe(2);
      expect((await bench.groupState('g')).pendingCount).toBe(0);
    },
  );

  contract.behaviour(
    'groupNames lists the groups of the station; of an unknown one, none',
    async (bench) => {
      await bench.station();
      await bench.group('b');
      await bench.group('a#x');
      await bench.group('ab');
      expect([...(await bench.engine.groupNames(1))].sort()).toEqual(['a#x', 'ab', 'b']);
      expect(await bench.engine.groupNames(9)).toEqual([]);
    },
  );

  contract.behaviour(
    'putting a group again takes over ack timeout and limit, keeps its position, ignores the start',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['a', 'b', 'c']);
      await bench.group('g', { ackTimeoutMs: 30_000, deliveryCountMax: 3 });
      await bench.take('g', 1);
      await bench.ack('g', 1);
      await bench.group('g', { ackTimeoutMs: 1_000, deliveryCountMax: 2 }, { kind: 'new' });
      expect(await bench.groupState('g')).toMatchObject({
        settings: { name: 'g', ackTimeoutMs: 1_000, deliveryCountMax: 2 },
        start: { kind: 'first' },
        settledSequence: 1,
      });
      expect((await bench.take('g', 1)).texts).toEqual(['b']);
      await bench.advance(1_000);
      expect((await bench.take('g', 1)).deliveries).toMatchObject([
        { sequence: 2, deliveryCount: 2 },
      ]);
      await bench.advance(1_000);
      expect((await bench.take('g')).texts).toEqual(['c']);
      expect(await bench.deadLetterCount(1)).toBe(1);
    },
  );

  contract.behaviour(
    'putting a group on an unknown station rejects with STATION_NOT_FOUND',
    async (bench) => {
      await expect(bench.group('g')).rejects.toMatchObject({ code: 'STATION_NOT_FOUND' });
    },
  );

  contract.behaviour(
    'a pull that waits when its group is put again keeps waiting',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      const pull = bench.pull('g', 1);
      await bench.group('g', { ackTimeoutMs: 5_000 });
      await bench.store('a');
      await bench.settled();
      expect(pull.texts).toEqual(['a']);
    },
  );

  contract.behaviour(
    'deleting a group ends its waiting pulls on every partition, and says whether there was one',
    async (bench) => {
      await bench.station({ partitionCount: 2 });
      await bench.group('g');
      await bench.group('other');
      const pulls = [bench.pull('g', 1), bench.pull('g', 1, { partition: 2 })];
      const other = bench.pull('other', 1);
      expect(await bench.engine.deleteGroup(1, 'g')).toBe(true);
      expect(pulls.map((pull) => pull.end)).toEqual(['group-deleted', 'group-deleted']);
      expect(other.end).toBeUndefined();
      other.cancel();
      expect(await bench.engine.deleteGroup(1, 'g')).toBe(false);
      expect(await bench.engine.deleteGroup(9, 'g')).toBe(false);
      expect(await bench.engine.groupNames(1)).toEqual(['other']);
      expect(await bench.engine.groupState({ stationId: 1, partition: 1 }, 'g')).toBeUndefined();
      expect(bench.pull('g', 1).end).toBe('no-such-group');
    },
  );

  contract.behaviour(
    'a group created anew after its deletion knows nothing of the old one',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['a', 'b']);
      await bench.group('g');
      await bench.take('g');
      await bench.ack('g', 1);
      await bench.engine.deleteGroup(1, 'g');
      await bench.group('g');
      const taken = await bench.take('g');
      expect(taken.deliveries).toMatchObject([
        { sequence: 1, deliveryCount: 1, deliverySequence: 1 },
        { sequence: 2, deliveryCount: 1, deliverySequence: 2 },
      ]);
      await bench.advance(29_999);
      expect((await bench.take('g')).deliveries).toEqual([]);
    },
  );

  contract.behaviour(
    'a group that nobody has used for a year goes on where it was',
    async (bench) => {
      await bench.station({ retention: { kind: 'messages', countMax: 100 } });
      await bench.group('g');
      await bench.storeAll(['a', 'b']);
      await bench.take('g', 1);
      await bench.ack('g', 1);
      await bench.advance(366 * 24 * 3_600_000);
      await bench.restart();
      expect((await bench.take('g')).deliveries).toMatchObject([{ sequence: 2, deliveryCount: 1 }]);
    },
    { needs: ['durable'] },
  );

  contract.behaviour(
    'removing a station ends its pulls, forgets all of it, and may be repeated',
    async (bench) => {
      await bench.station({ partitionCount: 2 });
      await bench.storeAll(['a', 'b']);
      await bench.group('g', { deliveryCountMax: 1 });
      await bench.take('g', 1);
      await bench.settle('g', 1, { kind: 'term', reason: 'no' });
      const pull = bench.pull('g', 5, { partition: 2 });
      await bench.removeStation(1);
      await bench.removeStation(1);
      expect(pull.end).toBe('station-deleted');
      expect(await bench.engine.partitionState({ stationId: 1, partition: 1 })).toBeUndefined();
      expect(await bench.engine.message({ stationId: 1, partition: 1 }, 2)).toBeUndefined();
      expect(await bench.engine.groupNames(1)).toEqual([]);
      expect([await bench.deadLetters(1), await bench.deadLetterCount(1)]).toEqual([[], 0]);
      const outcome = await bench.append('c').arrived;
      expect(outcome).toMatchObject({ kind: 'refused', error: { code: 'STATION_NOT_FOUND' } });
      await bench.settle('g', 2, { kind: 'ack' }); // confirmed: there is nothing to settle
    },
  );

  contract.behaviour('a station of the same name with a new id is empty', async (bench) => {
    await bench.station({ id: 1, name: 'orders' });
    await bench.store('old', { id: 'x' });
    await bench.group('g');
    await bench.removeStation(1);
    await bench.station({ id: 2, name: 'orders' });
    const address = { stationId: 2, partition: 1 };
    expect(await bench.partition(address)).toMatchObject({
      messageCount: 0,
      lastSequence: 0,
      groupCount: 0,
    });
    const outcome = await bench.append('new', { stationId: 2, id: 'x' }).arrived;
    expect(outcome).toEqual({ kind: 'stored', sequence: 1, duplicate: false });
    expect(await bench.engine.groupNames(2)).toEqual([]);
  });

  contract.behaviour(
    'an append that is on its way while its station is removed gets its one answer',
    async (bench) => {
      await bench.station();
      const receipts = Array.from({ length: 50 }, (_, index) => bench.append(String(index)));
      const removed = bench.removeStation(1);
      const late = bench.append('late');
      await removed;
      await Promise.all([...receipts, late].map((receipt) => receipt.arrived));
      expect(await bench.engine.partitionState({ stationId: 1, partition: 1 })).toBeUndefined();
    },
  );
}
