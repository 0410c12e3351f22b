import type { ContractSuite } from './behaviour-table.ts';
import { station1 } from './bench.ts';

const everything = Number.MAX_SAFE_INTEGER;

export function purges(contract: ContractSuite): void {
  contract.behaviour(
    'a purge of everything leaves nothing, and sequences go on where they were',
    async (bench) => {
      await bench.station({ partitionCount: 2 });
      await bench.storeAll(['a', 'b', 'c']);
      await bench.store('other', { partition: 2 });
      expect(await bench.engine.purge(station1, everything)).toBe(3);
      expect(await bench.partition()).toMatchObject({
        firstSequence: 4,
        lastSequence: 3,
        messageCount: 0,
        byteCount: 0,
      });
      expect(await bench.engine.message(station1, 3)).toBeUndefined();
      expect((await bench.partition({ stationId: 1, partition: 2 })).messageCount).toBe(1);
      expect(await bench.store('d')).toBe(4);
    },
  );

  contract.behaviour('a purge below a sequence keeps that one and what follows', async (bench) => {
    await bench.station();
    await bench.storeAll(['a', 'bb', 'ccc', 'dddd']); // most likely in one commit
    expect(await bench.engine.purge(station1, 3)).toBe(2);
    expect(await bench.partition()).toMatchObject({
      firstSequence: 3,
      lastSequence: 4,
      messageCount: 2,
      byteCount: 7,
    });
    expect(await bench.engine.message(station1, 2)).toBeUndefined();
    expect((await bench.engine.message(station1, 3))?.sequence).toBe(3);
  });

  contract.behaviour(
    'a purge that finds nothing below removes nothing; an unknown partition has none',
    async (bench) => {
      await bench.station({ retention: { kind: 'messages', countMax: 2 } });
      await bench.storeAll(['a', 'b', 'c', 'd']);
      await bench.settled();
      expect(await bench.engine.purge(station1, 3)).toBe(0);
      expect(await bench.engine.purge(station1, 0)).toBe(0);
      expect((await bench.partition()).messageCount).toBe(2);
      expect(await bench.engine.purge({ stationId: 1, partition: 2 }, 3)).toBeUndefined();
      expect(await bench.engine.purge({ stationId: 9, partition: 1 }, 3)).toBeUndefined();
    },
  );

  contract.behaviour('a purge of many megabytes removes all of them', async (bench) => {
    await bench.station();
    const payload = new Uint8Array(1_000_000).fill(7);
    for (let count = 0; count < 12; count += 1) await bench.store(payload);
    expect(await bench.engine.purge(station1, 12)).toBe(11);
    expect(await bench.partition()).toMatchObject({
      firstSequence: 12,
      messageCount: 1,
      byteCount: 1_000_000,
    });
  });

  contract.behaviour(
    'what a purge removes, a group has missed: nothing of it is delivered again or pending',
    async (bench) => {
      await bench.station();
      await bench.group('g', { ackTimeoutMs: 1_000 });
      await bench.storeAll(['a', 'b', 'c', 'd', 'e']);
      await bench.take('g', 3);
      await bench.ack('g', 1);
      await bench.engine.purge(station1, 5);
      expect(await bench.groupState('g')).toMatchObject({
        pendingCount: 0,
        missedCount: 3,
        undeliveredCount: 1,
        settledSequence: 4,
      });
      await bench.advance(5_000);
      expect((await bench.take('g')).texts).toEqual(['e']);
      expect(await bench.deadLetters()).toEqual([]);
    },
  );

  contract.behaviour('a pull that waits gets what is stored after a purge', async (bench) => {
    await bench.station();
    await bench.group('g');
    await bench.storeAll(['a', 'b']);
    await bench.take('g');
    const pull = bench.pull('g', 1);
    await bench.engine.purge(station1, everything);
    await bench.store('c');
    await bench.settled();
    expect(pull.texts).toEqual(['c']);
  });

  contract.behaviour(
    'what was purged stays away after a kill',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      await bench.storeAll(['a', 'b', 'c']);
      await bench.engine.purge(station1, 3);
      await bench.kill();
      expect(await bench.partition()).toMatchObject({ firstSequence: 3, messageCount: 1 });
      expect((await bench.take('g')).texts).toEqual(['c']);
    },
    { needs: ['durable'] },
  );

  contract.behaviour(
    'a purge is over only when it is on disk, and rejects when the store refuses',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['a', 'b']);
      bench.faults.hold();
      let isOver = false;
      const purge = bench.engine.purge(station1, 2).then(() => (isOver = true));
      await bench.time.settled();
      expect(isOver).toBe(false);
      bench.faults.release();
      await purge;
      bench.faults.refuse('full');
      await expect(bench.engine.purge(station1, 3)).rejects.toMatchObject({
        code: 'STORE_REFUSED',
      });
      bench.faults.accept();
      expect(await bench.engine.purge(station1, 3)).toBeLessThanOrEqual(1);
      expect((await bench.partition()).messageCount).toBe(0);
      expect(await bench.store('c')).toBe(3);
    },
    { needs: ['storeFaults'] },
  );

  contract.behaviour(
    'a purge that is on its way while its station is removed rejects',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['a', 'b']);
      const purge = bench.engine.purge(station1, everything);
      await Promise.all([
        expect(purge).rejects.toMatchObject({ code: 'STATION_NOT_FOUND' }),
        bench.removeStation(1),
      ]);
    },
  );
}
