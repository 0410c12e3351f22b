import type { GroupSettings } from '../../../broker/src/core/groups/index.ts';
import type { ContractSuite } from './behaviour-table.ts';
import type { Bench } from './bench.ts';
import { station1 } from './bench.ts';

const headers = Buffer.from('NATS/1.0\r\n$memphis_producedBy: shop\r\n\r\n');

export function deadLetters(contract: ContractSuite): void {
  contract.behaviour(
    'a message is delivered as often as the group allows, then it is a dead letter, once',
    async (bench) => {
      await bench.station();
      const storedAtMs = bench.time.wallMs();
      await bench.store('spoiled', { headers });
      await bench.group('g', { ackTimeoutMs: 1_000, deliveryCountMax: 3 });
      const pull = bench.pull('g', 10);
      await bench.advance(2_999);
      expect(pull.deliveries.map((delivery) => delivery.deliveryCount)).toEqual([1, 2, 3]);
      expect(await bench.deadLetters()).toEqual([]);
      await bench.advance(1);
      await bench.advance(60_000);
      expect(pull.deliveries).toHaveLength(3);
      pull.cancel();
      const [letter, ...more] = await bench.deadLetters();
      expect(more).toEqual([]);
      expect(letter).toMatchObject({
        stationId: 1,
        partition: 1,
        sequence: 1,
        group: 'g',
        cause: 'delivery-limit',
        deliveryCount: 3,
        storedAtMs,
        firstFailedAtMs: storedAtMs + 1_000,
        lastFailedAtMs: storedAtMs + 3_000,
        headerBytes: headers.length,
      });
      expect(letter?.reason).not.toBe('');
      expect(Buffer.from(letter?.message ?? [])).toEqual(
        Buffer.concat([headers, Buffer.from('spoiled')]),
      );
      expect(await bench.groupState('g')).toMatchObject({ settledSequence: 1, pendingCount: 0 });
      expect(await bench.deadLetterCount(1)).toBe(1);
    },
  );

  contract.behaviour('a nack of the last delivery allowed makes the dead letter', async (bench) => {
    await bench.station();
    await bench.store('a');
    await bench.group('g', { deliveryCountMax: 2 });
    await bench.take('g');
    await bench.nack('g', 1);
    await bench.take('g');
    await bench.nack('g', 1);
    expect((await bench.take('g')).deliveries).toEqual([]);
    expect(await bench.deadLetters()).toMatchObject([
      { sequence: 1, cause: 'delivery-limit', deliveryCount: 2 },
    ]);
  });

  contract.behaviour(
    'nobody needs to pull for a message to become a dead letter',
    async (bench) => {
      await bench.station();
      await bench.store('a');
      await bench.group('g', { ackTimeoutMs: 1_000, deliveryCountMax: 1 });
      await bench.take('g');
      await bench.advance(1_000);
      expect(await bench.deadLetterCount(1)).toBe(1);
    },
  );

  contract.behaviour(
    'a terminated message is a dead letter with the reason that was given',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['a', 'b']);
      await bench.group('g');
      await bench.take('g');
      await bench.settle('g', 2, { kind: 'term', reason: 'prix négatif' });
      await bench.settle('g', 2, { kind: 'term', reason: 'again' });
      expect(await bench.deadLetters()).toMatchObject([
        { sequence: 2, group: 'g', cause: 'terminated', reason: 'prix négatif', deliveryCount: 1 },
      ]);
    },
  );

  contract.behaviour(
    'a message terminated without a reason is held for it: not delivered, not settled, its ack timeout stopped',
    async (bench) => {
      await held(bench, { deliveryCountMax: 1 });
      const waiting = bench.pull('g', 5);
      await bench.advance(999);
      expect(waiting.deliveries).toEqual([]);
      expect(await bench.groupState('g')).toMatchObject({ settledSequence: 0, pendingCount: 1 });
      expect(await bench.deadLetters()).toEqual([]);
      await bench.settle('g', 1, { kind: 'term', reason: 'at last' });
      await bench.advance(60_000);
      expect(waiting.deliveries).toEqual([]);
      expect(await bench.groupState('g')).toMatchObject({ settledSequence: 1, pendingCount: 0 });
      expect(await bench.deadLetters()).toMatchObject([
        { sequence: 1, cause: 'terminated', reason: 'at last', deliveryCount: 1 },
      ]);
      waiting.cancel();
    },
  );

  contract.behaviour(
    'a message held for a reason that does not come is a dead letter after the wait, once',
    async (bench) => {
      await held(bench);
      await bench.advance(500);
      bench.term('g', 1); // does not begin the wait anew
      await bench.advance(500);
      await bench.settle('g', 1, { kind: 'term', reason: 'too late' });
      await bench.advance(60_000);
      expect(await bench.deadLetters()).toMatchObject([
        { sequence: 1, cause: 'terminated', reason: 'terminated, no report' },
      ]);
      expect((await bench.take('g')).deliveries).toEqual([]);
    },
  );

  contract.behaviour('nothing but an ack ends the wait for a reason early', async (bench) => {
    await held(bench);
    const waiting = bench.pull('g', 5);
    bench.engine.settle(station1, 'g', 1, { kind: 'nack', delayMs: 0 });
    bench.engine.settle(station1, 'g', 1, { kind: 'progress' });
    await bench.settled();
    expect(waiting.deliveries).toEqual([]);
    await bench.ack('g', 1); // another member, which had it before or after, is done with it
    await bench.advance(60_000);
    expect(await bench.deadLetters()).toEqual([]);
    expect(await bench.groupState('g')).toMatchObject({ settledSequence: 1, pendingCount: 0 });
    waiting.cancel();
  });

  contract.behaviour('a message that waits for its redelivery can be held too', async (bench) => {
    await bench.station();
    await bench.storeAll(['a', 'b']);
    await bench.group('g');
    await bench.take('g');
    await bench.nack('g', 1);
    await bench.nack('g', 2, 500);
    bench.term('g', 1);
    bench.term('g', 2);
    const waiting = bench.pull('g', 5);
    await bench.advance(1_000);
    expect(waiting.deliveries).toEqual([]);
    expect(await bench.deadLetters()).toMatchObject([{ sequence: 1 }, { sequence: 2 }]);
    waiting.cancel();
  });

  contract.behaviour(
    'a termination without a reason is confirmed when the message is settled',
    async (bench) => {
      await held(bench, {}, ['a', 'b', 'c']);
      const confirmed: number[] = [];
      for (const sequence of [1, 2, 3]) {
        void bench.settle('g', sequence, { kind: 'term', reason: undefined }).then(() => {
          confirmed.push(sequence);
        });
      }
      await bench.settled();
      expect(confirmed).toEqual([]);
      await bench.ack('g', 2);
      await bench.settle('g', 3, { kind: 'term', reason: 'no' });
      await bench.settled();
      expect(confirmed.sort()).toEqual([2, 3]);
      await bench.advance(1_000);
      expect(confirmed.sort()).toEqual([1, 2, 3]);
    },
  );

  contract.behaviour(
    'a message is not lost because its group is deleted, or retention removes it, while it is held',
    async (bench) => {
      await bench.station({ retention: { kind: 'messages', countMax: 2 } });
      await bench.storeAll(['a', 'b']);
      await bench.group('g');
      await bench.take('g');
      bench.term('g', 1);
      bench.term('g', 2);
      await bench.store('c');
      await bench.settled();
      expect(await bench.deadLetters()).toMatchObject([{ sequence: 1 }]);
      await bench.engine.deleteGroup(1, 'g');
      expect(await bench.deadLetters()).toMatchObject([
        { sequence: 1, reason: 'terminated, no report' },
        { sequence: 2, reason: 'terminated, no report' },
      ]);
      await bench.advance(1_000);
      expect(await bench.deadLetterCount(1)).toBe(2);
    },
  );

  contract.behaviour(
    'a held message is delivered again after a kill, and is a dead letter after a stop',
    async (bench) => {
      await held(bench);
      await bench.kill();
      expect(await bench.deadLetters()).toEqual([]);
      await bench.advance(30_000);
      expect((await bench.take('g')).deliveries).toMatchObject([{ sequence: 1 }]);
      bench.term('g', 1);
      await bench.restart();
      expect(await bench.deadLetters()).toMatchObject([{ reason: 'terminated, no report' }]);
      await bench.advance(60_000);
      expect((await bench.take('g')).deliveries).toEqual([]);
    },
    { needs: ['durable'] },
  );

  contract.behaviour(
    'an ack before the last ack timeout ends leaves no dead letter',
    async (bench) => {
      await bench.station();
      await bench.store('a');
      await bench.group('g', { ackTimeoutMs: 1_000, deliveryCountMax: 1 });
      await bench.take('g');
      await bench.advance(999);
      await bench.ack('g', 1);
      await bench.advance(60_000);
      expect(await bench.deadLetters()).toEqual([]);
    },
  );

  contract.behaviour(
    'each group has its own dead letter of a message; other groups still get it',
    async (bench) => {
      await bench.station();
      await bench.store('a');
      await bench.group('g');
      await bench.group('h');
      await bench.take('g');
      await bench.settle('g', 1, { kind: 'term', reason: 'g says no' });
      expect((await bench.take('h')).texts).toEqual(['a']);
      await bench.settle('h', 1, { kind: 'term', reason: 'h says no' });
      const letters = await bench.deadLetters();
      expect(letters.map((letter) => letter.group).sort()).toEqual(['g', 'h']);
      expect(new Set(letters.map((letter) => letter.id)).size).toBe(2);
    },
  );

  contract.behaviour(
    'a station that wants no dead letters gets none, and the message is settled',
    async (bench) => {
      await bench.station({ deadLetters: { undelivered: false, schemaFailures: true } });
      await bench.storeAll(['a', 'b', 'c']);
      await bench.group('g', { ackTimeoutMs: 1_000, deliveryCountMax: 1 });
      await bench.take('g', 1);
      await bench.settle('g', 1, { kind: 'term', reason: 'no' });
      await bench.take('g', 1);
      await bench.settle('g', 2, { kind: 'nack', delayMs: 0 });
      await bench.take('g', 1);
      bench.term('g', 3);
      await bench.advance(1_000);
      expect((await bench.take('g')).deliveries).toEqual([]);
      expect(await bench.deadLetters()).toEqual([]);
      expect(await bench.groupState('g')).toMatchObject({ settledSequence: 3, pendingCount: 0 });
    },
  );

  contract.behaviour(
    'dead letters are listed in pages, in the order of their growing ids',
    async (bench) => {
      await bench.station({ partitionCount: 2 });
      await bench.station({ id: 2 });
      await bench.group('g');
      await bench.group('g', {}, { kind: 'first' }, 2);
      const dies = async (stationId: number, partition: number): Promise<void> => {
        const sequence = await bench.store('a', { stationId, partition });
        await bench.take('g', 1, { stationId, partition });
        await bench.settle('g', sequence, { kind: 'term', reason: 'no' }, { stationId, partition });
      };
      for (const [stationId, partition] of [
        [1, 1],
        [2, 1],
        [1, 2],
        [1, 1],
        [1, 2],
      ] as const) {
        await dies(stationId, partition);
      }
      const all = await bench.deadLetters();
      expect(all.map(({ partition, sequence }) => [partition, sequence])).toEqual([
        [1, 1],
        [2, 1],
        [1, 2],
        [2, 2],
      ]);
      const ids = all.map((letter) => letter.id);
      expect(ids).toEqual([...ids].sort((one, other) => one - other));
      const [second] = ids.slice(1);
      const page = await bench.engine.deadLetters(1, { afterId: second ?? 0, countMax: 1 });
      expect(page).toEqual([all[2]]);
      expect(await bench.engine.deadLetters(1, { afterId: ids[3] ?? 0, countMax: 5 })).toEqual([]);
      expect(await bench.deadLetterCount(1)).toBe(4);
      expect(await bench.deadLetterCount(2)).toBe(1);
      expect([await bench.deadLetterCount(9), await bench.deadLetters(9)]).toEqual([0, []]);
      expect((await bench.deadLetters(2)).every((letter) => !ids.includes(letter.id))).toBe(true);
    },
  );

  contract.behaviour(
    'a dead letter outlives the message and the group it came from',
    async (bench) => {
      await bench.station({ retention: { kind: 'messages', countMax: 1 } });
      await bench.store('a', { headers });
      await bench.group('g');
      await bench.take('g');
      await bench.settle('g', 1, { kind: 'term', reason: 'no' });
      await bench.store('b');
      await bench.engine.deleteGroup(1, 'g');
      await bench.settled();
      expect(await bench.engine.message(station1, 1)).toBeUndefined();
      const [letter] = await bench.deadLetters();
      expect(Buffer.from(letter?.message ?? []).toString()).toContain('\r\n\r\na');
    },
  );

  contract.behaviour(
    'dead letters are there after a kill; their ids are not given again',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['a', 'b']);
      await bench.group('g');
      await bench.take('g');
      await bench.settle('g', 1, { kind: 'term', reason: 'before' });
      const [before] = await bench.deadLetters();
      await bench.kill();
      expect(await bench.deadLetters()).toEqual([before]);
      expect(await bench.deadLetterCount(1)).toBe(1);
      await bench.settle('g', 1, { kind: 'term', reason: 'a second time' });
      await bench.advance(31_000);
      await bench.take('g');
      await bench.settle('g', 2, { kind: 'term', reason: 'after' });
      const letters = await bench.deadLetters();
      expect(letters.map((letter) => letter.reason)).toEqual(['before', 'after']);
      expect(letters[1]?.id).toBeGreaterThan(before?.id ?? 0);
    },
    { needs: ['durable'] },
  );

  contract.behaviour(
    'the dead letter and the settlement are one: both come when a full store has room again',
    async (bench) => {
      await bench.station();
      await bench.store('a');
      await bench.group('g');
      await bench.take('g');
      bench.faults.refuse('full');
      const settled = bench.settle('g', 1, { kind: 'term', reason: 'no' });
      await bench.time.advance(1_000);
      expect(await bench.deadLetters()).toEqual([]);
      bench.faults.accept();
      await bench.time.advance(60_000);
      await settled;
      expect(await bench.deadLetters()).toMatchObject([{ sequence: 1, reason: 'no' }]);
      expect((await bench.take('g')).deliveries).toEqual([]);
      expect((await bench.groupState('g')).settledSequence).toBe(1);
    },
    { needs: ['storeFaults'] },
  );
}

/** A station whose messages group `g` has got once each; it has given up the first without saying why. */
async function held(
  bench: Bench,
  settings: Partial<GroupSettings> = {},
  payloads: readonly string[] = ['a'],
): Promise<void> {
  await bench.station();
  await bench.storeAll(payloads);
  await bench.group('g', { ackTimeoutMs: 30_000, ...settings });
  await bench.take('g');
  bench.term('g', 1);
  await bench.settled();
}
