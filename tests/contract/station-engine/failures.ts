import type { ContractSuite } from './behaviour-table.ts';
import { station1 } from './bench.ts';

const faults = { needs: ['storeFaults'] } as const;

export function failures(contract: ContractSuite): void {
  contract.behaviour(
    'no append is confirmed while the store’s commit is held back',
    async (bench) => {
      await bench.station({ partitionCount: 2 });
      bench.faults.hold();
      const receipts = [bench.append('a'), bench.append('b', { partition: 2 })];
      await bench.time.settled();
      receipts.push(bench.append('c'));
      await bench.time.settled();
      expect(receipts.map((receipt) => receipt.outcome)).toEqual([undefined, undefined, undefined]);
      bench.faults.release();
      const outcomes = await Promise.all(receipts.map((receipt) => receipt.arrived));
      expect(outcomes).toMatchObject([{ sequence: 1 }, { sequence: 1 }, { sequence: 2 }]);
    },
    faults,
  );

  contract.behaviour(
    'appends that a full store refuses get STORE_REFUSED, with what was numbered behind them',
    async (bench) => {
      await bench.station();
      await bench.store('kept', { id: 'k' });
      bench.faults.hold();
      bench.faults.refuse('full');
      const first = bench.append('a');
      await bench.time.settled();
      const behind = [bench.append('b'), bench.append('c', { id: 'k' })];
      await bench.time.settled();
      bench.faults.release();
      expect(await first.arrived).toMatchObject({
        kind: 'refused',
        error: { code: 'STORE_REFUSED' },
      });
      expect(await behind[0]?.arrived).toMatchObject({
        kind: 'refused',
        error: { code: 'STORE_REFUSED' },
      });
      await behind[1]?.arrived; // a duplicate of what is stored: either answer is true
      expect(bench.fatalErrors).toEqual([]);
      expect(await bench.partition()).toMatchObject({ lastSequence: 1, messageCount: 1 });
    },
    faults,
  );

  contract.behaviour(
    'while the store is full, what was acknowledged is read, delivered and acked',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['a', 'b']);
      await bench.group('g');
      bench.faults.refuse('full');
      expect(await bench.append('c').arrived).toMatchObject({ kind: 'refused' });
      const pull = bench.pull('g', 5);
      await bench.time.settled();
      expect(pull.texts).toEqual(['a', 'b']);
      pull.cancel();
      expect((await bench.engine.message(station1, 2))?.sequence).toBe(2);
      bench.engine.settle(station1, 'g', 1, { kind: 'ack' });
      bench.faults.accept();
      await bench.settled();
      expect(await bench.groupState('g')).toMatchObject({ settledSequence: 1, pendingCount: 1 });
    },
    faults,
  );

  contract.behaviour(
    'later appends work once there is room, numbered from where the store is',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      const waiting = bench.pull('g', 5);
      await bench.store('a');
      bench.faults.refuse('full');
      await Promise.all([bench.append('lost').arrived, bench.append('lost too').arrived]);
      bench.faults.accept();
      expect(await bench.store('b')).toBe(2);
      expect(await bench.store('c')).toBe(3);
      await bench.settled();
      expect(waiting.texts).toEqual(['a', 'b', 'c']);
      waiting.cancel();
      expect(await bench.partition()).toMatchObject({
        lastSequence: 3,
        messageCount: 3,
        byteCount: 3,
      });
    },
    faults,
  );

  contract.behaviour(
    'a refused append leaves nothing behind for a restart to find',
    async (bench) => {
      await bench.station();
      await bench.store('a');
      bench.faults.refuse('full');
      await bench.append('lost', { id: 'x' }).arrived;
      bench.faults.accept();
      await bench.restart();
      expect(await bench.partition()).toMatchObject({ lastSequence: 1, messageCount: 1 });
      expect(await bench.append('b', { id: 'x' }).arrived).toEqual({
        kind: 'stored',
        sequence: 2,
        duplicate: false,
      });
    },
    { needs: ['storeFaults', 'durable'] },
  );

  contract.behaviour(
    'a settlement waits while the store is full and is confirmed when it is on disk',
    async (bench) => {
      await bench.station();
      await bench.store('a');
      await bench.group('g');
      await bench.take('g');
      bench.faults.refuse('full');
      let confirmed = false;
      const ack = bench.ack('g', 1).then(() => (confirmed = true));
      await bench.time.advance(10_000);
      expect(confirmed).toBe(false);
      bench.faults.accept();
      await bench.time.advance(10_000);
      await ack;
      expect(await bench.groupState('g')).toMatchObject({ settledSequence: 1, pendingCount: 0 });
    },
    faults,
  );

  contract.behaviour(
    'promises of the port reject with STORE_REFUSED while the store is full, and nothing is half done',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      bench.faults.refuse('full');
      await expect(bench.group('h')).rejects.toMatchObject({ code: 'STORE_REFUSED' });
      expect(await bench.engine.groupNames(1)).toEqual(['g']);
      expect(bench.pull('h', 1).end).toBe('no-such-group');
      bench.faults.accept();
      await bench.group('h');
      expect([...(await bench.engine.groupNames(1))].sort()).toEqual(['g', 'h']);
    },
    faults,
  );

  contract.behaviour(
    'when a flush fails, everything waiting is refused with STORE_FAILED and onFatal is called once',
    async (bench) => {
      await bench.station();
      await bench.store('a');
      await bench.group('g');
      await bench.take('g');
      bench.faults.hold();
      bench.faults.refuse('failed');
      const receipts = [bench.append('b')];
      await bench.time.settled();
      receipts.push(bench.append('c'));
      const ack = bench.ack('g', 1);
      bench.faults.release();
      for (const receipt of receipts) {
        expect(await receipt.arrived).toMatchObject({
          kind: 'refused',
          error: { code: 'STORE_FAILED' },
        });
      }
      await expect(ack).rejects.toMatchObject({ code: 'STORE_FAILED' });
      await bench.time.settled();
      expect(bench.fatalErrors).toMatchObject([{ code: 'STORE_FAILED' }]);
    },
    faults,
  );

  contract.behaviour(
    'a broken engine takes nothing more, even when the store would',
    async (bench) => {
      await bench.station();
      bench.faults.refuse('failed');
      await bench.append('a').arrived;
      bench.faults.accept();
      expect(await bench.append('b').arrived).toMatchObject({
        kind: 'refused',
        error: { code: 'STORE_FAILED' },
      });
      await expect(bench.group('g')).rejects.toMatchObject({ code: 'STORE_FAILED' });
      expect(bench.fatalErrors).toHaveLength(1);
    },
    faults,
  );

  contract.behaviour(
    'one append that is refused does not hold up another partition’s later ones',
    async (bench) => {
      await bench.station({ partitionCount: 2 });
      bench.faults.refuse('full');
      await bench.append('lost').arrived;
      bench.faults.accept();
      expect(await bench.store('b', { partition: 2 })).toBe(1);
      expect(await bench.store('a')).toBe(1);
    },
    faults,
  );

  contract.behaviour(
    'close ends while the store is full, and refuses what it could not store',
    async (bench) => {
      await bench.station();
      await bench.store('a');
      await bench.group('g');
      await bench.take('g');
      const { engine, faults } = bench;
      faults.refuse('full');
      bench.engine.settle(station1, 'g', 1, { kind: 'ack' });
      const receipt = bench.append('b');
      const confirmed = bench.ack('g', 1).then(
        () => 'confirmed',
        () => 'refused',
      );
      await engine.close();
      expect(receipt.outcome).toMatchObject({ kind: 'refused' });
      expect(await confirmed).toBe('refused');
    },
    faults,
  );
}
