import type { ContractSuite } from './behaviour-table.ts';
import type { Bench } from './bench.ts';
import { station1 } from './bench.ts';

const durable = { needs: ['durable'] } as const;

/** What a restart leaves of a memory station: everything but its messages. */
export function memoryStationRestarts(contract: ContractSuite): void {
  for (const ending of ['restart', 'kill'] as const) {
    contract.behaviour(
      `a memory station is empty after a ${ending}; its groups are there and its sequences go on`,
      async (bench) => {
        await bench.station({ storage: 'memory', partitionCount: 2 });
        await bench.group('g', { ackTimeoutMs: 7_000, deliveryCountMax: 5 });
        await bench.storeAll(['a', 'b', 'c']);
        await bench.store('x', { partition: 2 });
        await bench[ending]();
        expect(await bench.partition()).toMatchObject({
          firstSequence: 4,
          lastSequence: 3,
          messageCount: 0,
          byteCount: 0,
          firstStoredAtMs: undefined,
          groupCount: 1,
        });
        expect(await bench.engine.message(station1, 3)).toBeUndefined();
        expect(await bench.groupState('g')).toMatchObject({
          settings: { name: 'g', ackTimeoutMs: 7_000, deliveryCountMax: 5 },
          start: { kind: 'first' },
        });
        expect(await bench.store('d')).toBe(4);
        expect(await bench.store('y', { partition: 2 })).toBe(2);
        expect((await bench.take('g')).texts).toEqual(['d']);
        expect((await bench.take('g', 5, { partition: 2 })).texts).toEqual(['y']);
      },
      durable,
    );
  }

  contract.behaviour(
    'what a restart took from a memory station before a group acked it, the group has missed, once',
    async (bench) => {
      await bench.station({ storage: 'memory' });
      await bench.group('some');
      await bench.group('none');
      await bench.storeAll(['a', 'b', 'c', 'd', 'e']);
      await bench.take('some', 3); // d and e stay undelivered
      await bench.ack('some', 1);
      await bench.ack('some', 3);
      for (const round of [1, 2, 3]) {
        await (round === 2 ? bench.restart() : bench.kill());
        expect(await missed(bench)).toEqual([3, 5]);
      }
      for (const group of ['some', 'none']) {
        expect(await bench.groupState(group)).toMatchObject({
          settledSequence: 5,
          deliveredSequence: 5,
          pendingCount: 0,
          undeliveredCount: 0,
        });
      }
      await bench.store('f');
      await bench.kill();
      expect(await missed(bench)).toEqual([4, 6]);
    },
    durable,
  );

  contract.behaviour(
    'a member that settles after a restart what a memory station has lost is answered, and nothing comes of it',
    async (bench) => {
      await bench.station({ storage: 'memory' });
      await bench.group('g', { ackTimeoutMs: 1_000, deliveryCountMax: 1 });
      await bench.storeAll(['a', 'b']);
      await bench.take('g');
      await bench.kill();
      await bench.ack('g', 1);
      await bench.nack('g', 2);
      await bench.settle('g', 2, { kind: 'term', reason: 'late' });
      await bench.advance(60_000);
      expect((await bench.take('g')).deliveries).toEqual([]);
      expect(await bench.deadLetters()).toEqual([]);
      expect(await bench.groupState('g')).toMatchObject({ missedCount: 2, settledSequence: 2 });
    },
    durable,
  );

  contract.behaviour(
    'dead letters of a memory station survive a kill, and those after it get ids and sequences of their own',
    async (bench) => {
      await bench.station({ storage: 'memory' });
      await bench.group('g');
      await bench.store('before');
      await bench.take('g');
      await bench.settle('g', 1, { kind: 'term', reason: 'broken' });
      await bench.kill();
      await bench.store('after');
      await bench.take('g');
      await bench.settle('g', 2, { kind: 'term', reason: 'broken too' });
      const letters = await bench.deadLetters();
      const seen = letters.map(({ id, sequence, reason, message }) => [
        id,
        sequence,
        reason,
        Buffer.from(message).toString(),
      ]);
      expect(seen).toEqual([
        [1, 1, 'broken', 'before'],
        [2, 2, 'broken too', 'after'],
      ]);
      expect(await bench.groupState('g')).toMatchObject({ missedCount: 0, settledSequence: 2 });
    },
    durable,
  );

  contract.behaviour(
    'what a member gave up without a reason is a dead letter before a memory station is closed',
    async (bench) => {
      await bench.station({ storage: 'memory' });
      await bench.group('g');
      await bench.store('a');
      await bench.take('g');
      bench.term('g', 1);
      await bench.restart();
      expect(await bench.deadLetters()).toMatchObject([{ sequence: 1 }]);
      expect(await bench.groupState('g')).toMatchObject({ missedCount: 0 });
    },
    durable,
  );

  contract.behaviour(
    'a memory station takes a message id again once the message is lost',
    async (bench) => {
      await bench.station({ storage: 'memory', dedupeWindowMs: 60_000 });
      await bench.group('g');
      expect(await bench.append('a', { id: 'x' }).arrived).toMatchObject({ duplicate: false });
      expect(await bench.append('a', { id: 'x' }).arrived).toMatchObject({ duplicate: true });
      await bench.kill();
      expect(await bench.append('a', { id: 'x' }).arrived).toMatchObject({
        sequence: 2,
        duplicate: false,
      });
      expect((await bench.take('g')).texts).toEqual(['a']);
    },
    durable,
  );

  contract.behaviour(
    'a group that is new on a memory station after a restart begins behind what is lost and misses nothing',
    async (bench) => {
      await bench.station({ storage: 'memory', retention: { kind: 'acked' } });
      await bench.group('old');
      await bench.storeAll(['a', 'b']);
      await bench.restart();
      await bench.group('first');
      await bench.group('second', {}, { kind: 'sequence', sequence: 1 });
      await bench.store('c');
      for (const group of ['old', 'first', 'second']) {
        expect((await bench.take(group)).texts).toEqual(['c']);
      }
      expect(await bench.groupState('first')).toMatchObject({ missedCount: 0 });
      expect(await bench.groupState('second')).toMatchObject({ missedCount: 0 });
    },
    durable,
  );

  contract.behaviour(
    'a file station beside a memory station keeps its messages over a kill',
    async (bench) => {
      await bench.station({ storage: 'memory' });
      await bench.station({ id: 2, storage: 'file' });
      const receipts = [bench.append('ram'), bench.append('disk', { stationId: 2 })]; // one commit
      await Promise.all(receipts.map(({ arrived }) => arrived));
      await bench.kill();
      expect((await bench.partition()).messageCount).toBe(0);
      expect((await bench.partition({ stationId: 2, partition: 1 })).messageCount).toBe(1);
    },
    durable,
  );
}

async function missed(bench: Bench): Promise<number[]> {
  const states = await Promise.all(['some', 'none'].map((group) => bench.groupState(group)));
  return states.map(({ missedCount }) => missedCount);
}
