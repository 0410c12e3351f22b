import type { ContractSuite } from './behaviour-table.ts';
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
        failedAtMs: storedAtMs + 3_000,
        headerBytes: headers.length,
      });
      expect(letter?.reason).not.toBe('');
      expect(Buffer.from(letter?.message ?? [])).toEqual(
        Buffer.concat([headers, Buffer.from('spoiled')]),
      );
      expect(await bench.groupState('g')).toMatchObject({ settledSequence: 1, pendingCount: 0 });
      expect(await bench.engine.deadLetterCount(1)).toBe(1);
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
      expect(await bench.engine.deadLetterCount(1)).toBe(1);
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
      await bench.storeAll(['a', 'b']);
      await bench.group('g', { ackTimeoutMs: 1_000, deliveryCountMax: 1 });
      await bench.take('g', 1);
      await bench.settle('g', 1, { kind: 'term', reason: 'no' });
      await bench.take('g', 1);
      await bench.advance(1_000);
      expect((await bench.take('g')).deliveries).toEqual([]);
      expect(await bench.deadLetters()).toEqual([]);
      expect(await bench.groupState('g')).toMatchObject({ settledSequence: 2, pendingCount: 0 });
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
      expect(await bench.engine.deadLetterCount(1)).toBe(4);
      expect(await bench.engine.deadLetterCount(2)).toBe(1);
      expect([await bench.engine.deadLetterCount(9), await bench.deadLetters(9)]).toEqual([0, []]);
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
      expect(await bench.engine.deadLetterCount(1)).toBe(1);
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
