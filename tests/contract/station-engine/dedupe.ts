import type { ContractSuite } from './behaviour-table.ts';

const stored = (sequence: number) => ({ kind: 'stored', sequence, duplicate: false });
const duplicate = (sequence: number) => ({ kind: 'stored', sequence, duplicate: true });

export function dedupe(contract: ContractSuite): void {
  contract.behaviour(
    'a message id seen inside the window is not stored again and gets the first sequence',
    async (bench) => {
      await bench.station({ dedupeWindowMs: 10_000 });
      await bench.store('other');
      expect(await bench.append('first', { id: 'x' }).arrived).toEqual(stored(2));
      expect(await bench.append('again', { id: 'x' }).arrived).toEqual(duplicate(2));
      await bench.advance(9_999);
      expect(await bench.append('again', { id: 'x' }).arrived).toEqual(duplicate(2));
      expect(await bench.append('different', { id: 'X' }).arrived).toEqual(stored(3));
      expect((await bench.partition()).messageCount).toBe(3);
    },
  );

  contract.behaviour('after the window the same message id is stored anew', async (bench) => {
    await bench.station({ dedupeWindowMs: 10_000 });
    await bench.store('first', { id: 'x' });
    await bench.advance(10_001);
    expect(await bench.append('second', { id: 'x' }).arrived).toEqual(stored(2));
    expect(await bench.append('third', { id: 'x' }).arrived).toEqual(duplicate(2));
  });

  contract.behaviour(
    'the window counts from the first message, not from its repeats',
    async (bench) => {
      await bench.station({ dedupeWindowMs: 10_000 });
      await bench.store('first', { id: 'x' });
      await bench.advance(6_000);
      expect(await bench.append('again', { id: 'x' }).arrived).toEqual(duplicate(1));
      await bench.advance(4_001);
      expect(await bench.append('later', { id: 'x' }).arrived).toEqual(stored(2));
    },
  );

  contract.behaviour('message ids are remembered per partition', async (bench) => {
    await bench.station({ partitionCount: 2 });
    expect(await bench.append('a', { id: 'x', partition: 1 }).arrived).toEqual(stored(1));
    expect(await bench.append('a', { id: 'x', partition: 2 }).arrived).toEqual(stored(1));
    expect(await bench.append('a', { id: 'x', partition: 2 }).arrived).toEqual(duplicate(1));
  });

  contract.behaviour(
    'a repeat that comes while the first is on its way is its duplicate',
    async (bench) => {
      await bench.station();
      const receipts = [
        bench.append('a', { id: 'x' }),
        bench.append('b'),
        bench.append('a', { id: 'x' }),
      ];
      const outcomes = await Promise.all(receipts.map((receipt) => receipt.arrived));
      expect(outcomes).toEqual([stored(1), stored(2), duplicate(1)]);
      expect((await bench.partition()).messageCount).toBe(2);
    },
  );

  contract.behaviour('messages without an id are never duplicates', async (bench) => {
    await bench.station();
    expect(await bench.storeAll(['a', 'a', 'a'])).toEqual([1, 2, 3]);
  });

  contract.behaviour(
    'the id of a message that retention removed still counts inside the window',
    async (bench) => {
      await bench.station({ retention: { kind: 'messages', countMax: 1 }, dedupeWindowMs: 10_000 });
      await bench.store('first', { id: 'x' });
      await bench.store('second');
      await bench.settled();
      expect(await bench.engine.message({ stationId: 1, partition: 1 }, 1)).toBeUndefined();
      expect(await bench.append('again', { id: 'x' }).arrived).toEqual(duplicate(1));
    },
  );

  contract.behaviour(
    'a duplicate is confirmed only once the first is durable',
    async (bench) => {
      await bench.station();
      bench.faults.hold();
      const first = bench.append('a', { id: 'x' });
      await bench.time.settled();
      const second = bench.append('a', { id: 'x' });
      await bench.time.settled();
      expect([first.outcome, second.outcome]).toEqual([undefined, undefined]);
      bench.faults.release();
      expect(await first.arrived).toEqual(stored(1));
      expect(await second.arrived).toEqual(duplicate(1));
    },
    { needs: ['storeFaults'] },
  );

  contract.behaviour(
    'a duplicate of a refused message is refused too, and the id is free again',
    async (bench) => {
      await bench.station();
      bench.faults.hold();
      bench.faults.refuse('full');
      const first = bench.append('a', { id: 'x' });
      await bench.time.settled();
      const second = bench.append('a', { id: 'x' });
      bench.faults.release();
      expect(await first.arrived).toMatchObject({
        kind: 'refused',
        error: { code: 'STORE_REFUSED' },
      });
      expect(await second.arrived).toMatchObject({
        kind: 'refused',
        error: { code: 'STORE_REFUSED' },
      });
      bench.faults.accept();
      expect(await bench.append('a', { id: 'x' }).arrived).toEqual(stored(1));
    },
    { needs: ['storeFaults'] },
  );

  contract.behaviour(
    'the window survives a restart',
    async (bench) => {
      await bench.station({ dedupeWindowMs: 10_000 });
      await bench.store('a', { id: 'x' });
      await bench.advance(4_000);
      await bench.store('b', { id: 'y' });
      await bench.restart();
      expect(await bench.append('a', { id: 'x' }).arrived).toEqual(duplicate(1));
      await bench.advance(6_001);
      expect(await bench.append('b', { id: 'y' }).arrived).toEqual(duplicate(2));
      expect(await bench.append('a', { id: 'x' }).arrived).toEqual(stored(3));
    },
    { needs: ['durable'] },
  );

  contract.behaviour(
    'the window survives a kill: whatever was acknowledged is not stored twice',
    async (bench) => {
      await bench.station();
      const ids = Array.from({ length: 200 }, (_, index) => `id-${String(index)}`);
      await Promise.all(ids.map((id) => bench.store(id, { id })));
      await bench.kill();
      const outcomes = await Promise.all(ids.map((id) => bench.append(id, { id }).arrived));
      expect(outcomes).toEqual(ids.map((_, index) => duplicate(index + 1)));
    },
    { needs: ['durable'] },
  );
}
