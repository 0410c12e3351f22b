import type { ContractSuite } from './behaviour-table.ts';
import { station1 } from './bench.ts';

const durable = { needs: ['durable'] } as const;

export function durability(contract: ContractSuite): void {
  contract.behaviour(
    'messages, their times and sequences are there after a kill',
    async (bench) => {
      await bench.station({ partitionCount: 2 });
      const headers = Buffer.from('NATS/1.0\r\nk: v\r\n\r\n');
      await bench.store('a', { headers });
      await bench.advance(5_000);
      await bench.storeAll(['b', 'c'], { partition: 2 });
      const before = [
        await bench.partition(),
        await bench.partition({ stationId: 1, partition: 2 }),
      ];
      const message = await bench.engine.message(station1, 1);
      await bench.kill();
      expect([
        await bench.partition(),
        await bench.partition({ stationId: 1, partition: 2 }),
      ]).toEqual(before);
      expect(await bench.engine.message(station1, 1)).toEqual(message);
      expect(await bench.store('d', { partition: 2 })).toBe(3);
    },
    durable,
  );

  contract.behaviour(
    'close stores and answers everything that was on its way',
    async (bench) => {
      await bench.station();
      const receipts = Array.from({ length: 100 }, (_, index) => bench.append(String(index)));
      await bench.restart();
      expect(receipts.map((receipt) => receipt.outcome)).toEqual(
        receipts.map((_, index) => ({ kind: 'stored', sequence: index + 1, duplicate: false })),
      );
      expect((await bench.partition()).messageCount).toBe(100);
    },
    durable,
  );

  contract.behaviour(
    'close writes settlements that nobody waited for',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['a', 'b']);
      await bench.group('g');
      await bench.take('g');
      bench.engine.settle(station1, 'g', 1, { kind: 'ack' });
      await bench.restart();
      expect(await bench.groupState('g')).toMatchObject({ settledSequence: 1, pendingCount: 1 });
    },
    durable,
  );

  contract.behaviour(
    'a group keeps its settings, position and counts over a restart',
    async (bench) => {
      await bench.station({ partitionCount: 2, retention: { kind: 'messages', countMax: 4 } });
      await bench.group(
        'g',
        { ackTimeoutMs: 7_000, deliveryCountMax: 5 },
        { kind: 'sequence', sequence: 2 },
      );
      for (const payload of ['a', 'b', 'c', 'd', 'e']) await bench.store(payload);
      await bench.take('g', 3);
      await bench.ack('g', 3);
      await bench.nack('g', 2, 60_000);
      const before = await bench.groupState('g');
      expect(before.missedCount).toBe(1);
      await bench.restart();
      expect(await bench.groupState('g')).toEqual(before);
      expect((await bench.take('g')).sequences).toEqual([5]);
      expect(await bench.engine.groupNames(1)).toEqual(['g']);
    },
    durable,
  );

  contract.behaviour(
    'pending messages stay pending over a restart and their delivery counts go on',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['a', 'b']);
      await bench.group('g', { ackTimeoutMs: 10_000, deliveryCountMax: 3 });
      await bench.take('g', 1);
      await bench.nack('g', 1);
      await bench.take('g', 2);
      await bench.restart();
      expect(await bench.groupState('g')).toMatchObject({
        pendingCount: 2,
        redeliveredCount: 1,
        deliveredSequence: 2,
      });
      expect((await bench.take('g')).deliveries).toEqual([]);
      await bench.ack('g', 2); // a client that was connected before acks what it holds
      await bench.advance(10_000);
      const taken = await bench.take('g');
      expect(taken.deliveries).toMatchObject([
        { sequence: 1, deliveryCount: 3, deliverySequence: 4 },
      ]);
      await bench.advance(10_000);
      expect((await bench.take('g')).deliveries).toEqual([]);
      expect(await bench.deadLetters()).toMatchObject([{ sequence: 1, deliveryCount: 3 }]);
    },
    durable,
  );

  contract.behaviour(
    'a clock that was set back over a restart does not make a delay longer',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['a', 'b']);
      await bench.group('g');
      await bench.take('g', 2);
      await bench.settle('g', 1, { kind: 'nack', delayMs: 0 });
      await bench.settle('g', 2, { kind: 'nack', delayMs: 1_000 });
      bench.time.shiftWall(-3_600_000);
      await bench.restart();
      await bench.advance(1);
      expect((await bench.take('g', 2)).texts).toEqual(['a']);
      await bench.advance(1_000);
      expect((await bench.take('g', 2)).texts).toEqual(['b']);
    },
    durable,
  );

  contract.behaviour(
    'a delay that runs goes on over a restart',
    async (bench) => {
      await bench.station();
      await bench.store('a');
      await bench.group('g', { ackTimeoutMs: 1_000 });
      await bench.take('g');
      await bench.nack('g', 1, 60_000);
      await bench.advance(20_000);
      await bench.restart();
      const waiting = bench.pull('g', 1);
      await bench.advance(39_000);
      expect(waiting.deliveries).toEqual([]);
      await bench.advance(2_000);
      expect(waiting.deliveries).toMatchObject([{ sequence: 1, deliveryCount: 2 }]);
    },
    durable,
  );

  contract.behaviour(
    'a settlement that was confirmed survives a kill',
    async (bench) => {
      await bench.station();
      const payloads = Array.from({ length: 600 }, (_, index) => String(index));
      await bench.storeAll(payloads);
      await bench.group('g', { ackTimeoutMs: 1_000, deliveryCountMax: 10 });
      await bench.take('g', 600);
      const odd = payloads.map((_, index) => index + 1).filter((sequence) => sequence % 2 === 1);
      await Promise.all(odd.map((sequence) => bench.ack('g', sequence)));
      await bench.kill();
      await bench.advance(2_000);
      const taken = await bench.take('g', 600);
      expect(taken.sequences).toHaveLength(300);
      expect(taken.sequences.every((sequence) => sequence % 2 === 0)).toBe(true);
    },
    durable,
  );

  contract.behaviour(
    'a kill may repeat a delivery, never skip one',
    async (bench) => {
      await bench.station();
      const payloads = Array.from({ length: 50 }, (_, index) => String(index));
      await bench.storeAll(payloads);
      await bench.group('g', { ackTimeoutMs: 1_000, deliveryCountMax: 10 });
      const before = bench.pull('g', 30); // nothing confirms these deliveries
      for (const sequence of before.sequences.slice(0, 10)) {
        bench.engine.settle(station1, 'g', sequence, { kind: 'ack' });
      }
      await bench.kill();
      await bench.advance(2_000);
      const after = await bench.take('g', 100);
      const seen = new Set([...before.sequences.slice(0, 10), ...after.sequences]);
      expect(seen.size).toBe(50);
    },
    durable,
  );

  contract.behaviour(
    'confirmed waits for the disk',
    async (bench) => {
      await bench.station();
      await bench.store('a');
      await bench.group('g');
      await bench.take('g');
      bench.faults.hold();
      let confirmed = false;
      const ack = bench.ack('g', 1).then(() => (confirmed = true));
      await bench.time.settled();
      expect(confirmed).toBe(false);
      bench.faults.release();
      await ack;
    },
    { needs: ['storeFaults'] },
  );

  contract.behaviour(
    'putGroup and deleteGroup are durable when they resolve',
    async (bench) => {
      await bench.station();
      await bench.group('kept');
      await bench.group('gone');
      await bench.engine.deleteGroup(1, 'gone');
      await bench.kill();
      expect(await bench.engine.groupNames(1)).toEqual(['kept']);
      expect(await bench.engine.groupState(station1, 'gone')).toBeUndefined();
    },
    durable,
  );

  contract.behaviour(
    'a removed station is gone after a kill, all of it',
    async (bench) => {
      await bench.station();
      await bench.storeAll(Array.from({ length: 500 }, (_, index) => String(index)));
      await bench.group('g');
      await bench.removeStation(1);
      await bench.kill();
      await bench.station();
      expect(await bench.partition()).toMatchObject({
        lastSequence: 0,
        messageCount: 0,
        groupCount: 0,
      });
    },
    durable,
  );

  contract.behaviour(
    'a clock that is set back while the engine is down loses and repeats nothing',
    async (bench) => {
      await bench.station({ retention: { kind: 'age', ageMaxMs: 60_000 }, dedupeWindowMs: 30_000 });
      await bench.store('a', { id: 'x' });
      await bench.group('g');
      await bench.take('g');
      bench.time.shiftWall(-3_600_000);
      await bench.restart();
      expect(await bench.append('again', { id: 'x' }).arrived).toMatchObject({ duplicate: true });
      expect(await bench.store('b')).toBe(2);
      expect((await bench.take('g')).texts).toEqual(['b']);
      expect(await bench.partition()).toMatchObject({ messageCount: 2 });
    },
    durable,
  );

  contract.behaviour('a settlement after close is not confirmed as done', async (bench) => {
    await bench.station();
    await bench.store('a');
    await bench.group('g');
    await bench.take('g');
    const { engine } = bench;
    await bench.close();
    const answer = await new Promise((resolve) => {
      engine.settle(station1, 'g', 1, { kind: 'ack' }, (error) => {
        resolve(error?.code);
      });
    });
    expect(answer).toBe('BROKER_STOPPING');
  });

  contract.behaviour(
    'an ack whose delivery a kill took from the record is believed: confirmed, and no redelivery follows',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['a', 'b', 'c']);
      await bench.group('g');
      const before = bench.pull('g', 2); // not on disk yet
      expect(before.sequences).toEqual([1, 2]);
      await bench.kill();
      await bench.ack('g', 1);
      await bench.advance(60_000);
      expect((await bench.take('g')).sequences).toEqual([2, 3]);
    },
    durable,
  );
}
