import type { ContractSuite } from './behaviour-table.ts';
import { station1 } from './bench.ts';

const faults = { needs: ['storeFaults'] } as const;

/** Retention by age may run this much late, never early. */
const ageSlackMs = 5_000;

export function retention(contract: ContractSuite): void {
  contract.behaviour(
    'retention by messages keeps the newest on each partition and refuses no append',
    async (bench) => {
      await bench.station({ partitionCount: 2, retention: { kind: 'messages', countMax: 3 } });
      for (const payload of ['a', 'b', 'c', 'd', 'e']) await bench.store(payload);
      await bench.store('x', { partition: 2 });
      await bench.settled();
      expect(await bench.partition()).toMatchObject({
        firstSequence: 3,
        lastSequence: 5,
        messageCount: 3,
        byteCount: 3,
      });
      expect(await bench.engine.message(station1, 2)).toBeUndefined();
      expect((await bench.engine.message(station1, 3))?.sequence).toBe(3);
      expect((await bench.partition({ stationId: 1, partition: 2 })).messageCount).toBe(1);
    },
  );

  contract.behaviour('retention by messages holds within one commit too', async (bench) => {
    await bench.station({ retention: { kind: 'messages', countMax: 10 } });
    const payloads = Array.from({ length: 1_000 }, (_, index) => String(index));
    await bench.storeAll(payloads);
    await bench.settled();
    expect(await bench.partition()).toMatchObject({
      firstSequence: 991,
      lastSequence: 1_000,
      messageCount: 10,
      byteCount: 30,
    });
    await bench.group('g');
    expect((await bench.take('g')).texts).toEqual(payloads.slice(990));
  });

  contract.behaviour(
    'retention by bytes keeps the newest that fit, headers counted',
    async (bench) => {
      await bench.station({ retention: { kind: 'bytes', bytesMax: 40 } });
      const headers = Buffer.from('NATS/1.0\r\n\r\n');
      for (const payload of ['12345678', '12345678', '12345678'])
        await bench.store(payload, { headers });
      await bench.settled();
      expect(await bench.partition()).toMatchObject({
        firstSequence: 2,
        messageCount: 2,
        byteCount: 40,
      });
    },
  );

  contract.behaviour(
    'a message larger than all of retention by bytes is acknowledged',
    async (bench) => {
      await bench.station({ retention: { kind: 'bytes', bytesMax: 10 } });
      await bench.store('small');
      expect(await bench.store('much larger than ten bytes')).toBe(2);
      await bench.settled();
      const state = await bench.partition();
      expect(state.lastSequence).toBe(2);
      expect(state.messageCount).toBeLessThanOrEqual(1);
      expect(await bench.engine.message(station1, 1)).toBeUndefined();
    },
  );

  contract.behaviour(
    'retention by age removes what is older, not before, without anybody appending',
    async (bench) => {
      await bench.station({ retention: { kind: 'age', ageMaxMs: 60_000 } });
      await bench.store('a');
      await bench.advance(30_000);
      await bench.store('b');
      await bench.advance(29_999);
      expect((await bench.partition()).messageCount).toBe(2);
      await bench.advance(1 + ageSlackMs);
      expect(await bench.partition()).toMatchObject({
        firstSequence: 2,
        messageCount: 1,
        byteCount: 1,
      });
      await bench.advance(30_000);
      expect(await bench.partition()).toMatchObject({
        firstSequence: 3,
        lastSequence: 2,
        messageCount: 0,
        byteCount: 0,
        firstStoredAtMs: undefined,
      });
      expect(await bench.store('c')).toBe(3);
    },
  );

  contract.behaviour(
    'a group goes on behind what retention removed, which is counted as missed',
    async (bench) => {
      await bench.station({ retention: { kind: 'messages', countMax: 2 } });
      await bench.group('g');
      await bench.group('done');
      await bench.storeAll(['a', 'b']);
      await bench.take('g', 1); // `a` is pending, `b` not delivered
      await bench.take('done', 2);
      await bench.ack('done', 1);
      await bench.ack('done', 2);
      await bench.storeAll(['c', 'd', 'e']);
      await bench.settled();
      expect(await bench.groupState('g')).toMatchObject({
        missedCount: 3,
        pendingCount: 0,
        undeliveredCount: 2,
        settledSequence: 3,
      });
      expect(await bench.groupState('done')).toMatchObject({ missedCount: 1, undeliveredCount: 2 });
      await bench.advance(60_000);
      expect((await bench.take('g')).texts).toEqual(['d', 'e']);
      await bench.ack('g', 1); // out of retention: settles nothing, confirmed
      expect(await bench.deadLetters()).toEqual([]);
    },
  );

  contract.behaviour(
    'other retention is taken over when a station is opened again',
    async (bench) => {
      await bench.station({ retention: { kind: 'messages', countMax: 10 } });
      await bench.storeAll(['a', 'b', 'c']);
      await bench.station({ retention: { kind: 'messages', countMax: 2 } });
      await bench.store('d');
      await bench.settled();
      expect(await bench.partition()).toMatchObject({ firstSequence: 3, messageCount: 2 });
    },
  );

  contract.behaviour(
    'an acked station without a group acknowledges and keeps nothing',
    async (bench) => {
      await bench.station({ retention: { kind: 'acked' } });
      expect(await bench.store('a', { id: 'x' })).toBe(1);
      expect(await bench.store('b')).toBe(2);
      await bench.settled();
      expect(await bench.partition()).toMatchObject({
        firstSequence: 3,
        lastSequence: 2,
        messageCount: 0,
        byteCount: 0,
      });
      const again = await bench.append('a', { id: 'x' }).arrived;
      expect(again).toEqual({ kind: 'stored', sequence: 1, duplicate: true });
      await bench.group('g');
      expect((await bench.take('g')).deliveries).toEqual([]);
      expect((await bench.groupState('g')).missedCount).toBe(0);
    },
  );

  contract.behaviour(
    'an acked station keeps a message until every group has settled it',
    async (bench) => {
      await bench.station({ retention: { kind: 'acked' } });
      await bench.group('g');
      await bench.group('h');
      await bench.storeAll(['a', 'b', 'c']);
      await bench.take('g');
      await bench.take('h');
      for (const sequence of [1, 2, 3]) await bench.ack('g', sequence);
      await bench.settled();
      expect((await bench.partition()).messageCount).toBe(3);
      await bench.ack('h', 1);
      await bench.settle('h', 2, { kind: 'term', reason: 'no' });
      await bench.settled();
      expect(await bench.partition()).toMatchObject({ firstSequence: 3, messageCount: 1 });
      await bench.ack('h', 3);
      await bench.settled();
      expect(await bench.partition()).toMatchObject({ firstSequence: 4, messageCount: 0 });
      expect((await bench.deadLetters()).map((letter) => letter.sequence)).toEqual([2]);
      expect((await bench.groupState('h')).missedCount).toBe(0);
    },
  );

  contract.behaviour(
    'an acked station lets go of a dead letter’s message only with the dead letter kept',
    async (bench) => {
      await bench.station({ retention: { kind: 'acked' } });
      await bench.group('g', { ackTimeoutMs: 1_000, deliveryCountMax: 1 });
      await bench.store('spoiled');
      await bench.take('g');
      await bench.advance(1_000);
      await bench.settled();
      expect((await bench.partition()).messageCount).toBe(0);
      const [letter] = await bench.deadLetters();
      expect(Buffer.from(letter?.message ?? []).toString()).toBe('spoiled');
    },
  );

  contract.behaviour(
    'in an acked station a deleted group holds nothing up any more',
    async (bench) => {
      await bench.station({ retention: { kind: 'acked' } });
      await bench.group('g');
      await bench.group('h');
      await bench.storeAll(['a', 'b']);
      await bench.take('g');
      await bench.ack('g', 1);
      await bench.engine.deleteGroup(1, 'h');
      await bench.settled();
      expect(await bench.partition()).toMatchObject({ firstSequence: 2, messageCount: 1 });
      await bench.engine.deleteGroup(1, 'g');
      await bench.store('c');
      await bench.settled();
      expect((await bench.partition()).messageCount).toBe(0);
    },
  );

  contract.behaviour(
    'in an acked station a group that starts later does not claim what came before',
    async (bench) => {
      await bench.station({ retention: { kind: 'acked' } });
      await bench.group('g');
      await bench.store('a');
      await bench.group('late', {}, { kind: 'new' });
      await bench.store('b');
      await bench.take('g');
      await bench.ack('g', 1);
      await bench.settled();
      expect(await bench.partition()).toMatchObject({ firstSequence: 2, messageCount: 1 });
      expect((await bench.take('late')).texts).toEqual(['b']);
    },
  );

  contract.behaviour(
    'in an acked station a group does not miss what nobody kept while it was being created',
    async (bench) => {
      await bench.station({ retention: { kind: 'acked' } });
      bench.faults.hold();
      const receipt = bench.append('kept by nobody');
      await bench.time.settled();
      const created = bench.group('g');
      await bench.time.settled();
      bench.faults.release();
      await created;
      expect(receipt.outcome).toMatchObject({ kind: 'stored', sequence: 1 });
      await bench.store('a');
      expect((await bench.take('g')).texts).toEqual(['a']);
      expect(await bench.groupState('g')).toMatchObject({ missedCount: 0 });
    },
    faults,
  );

  contract.behaviour(
    'a group created while a commit without messages is on its way starts at first all the same',
    async (bench) => {
      await bench.station({ retention: { kind: 'messages', countMax: 2 } });
      await bench.storeAll(['a', 'b', 'c']);
      // What retention removed is deleted with a commit of its own, a little later.
      bench.faults.hold();
      await bench.time.advance(1_000);
      const created = bench.group('g');
      await bench.time.settled();
      bench.faults.release();
      await created;
      expect((await bench.take('g')).texts).toEqual(['b', 'c']);
    },
    faults,
  );

  contract.behaviour(
    'retention goes on where it was after a restart',
    async (bench) => {
      await bench.station({ retention: { kind: 'age', ageMaxMs: 60_000 } });
      await bench.station({ id: 2, retention: { kind: 'messages', countMax: 2 } });
      await bench.store('a');
      await bench.storeAll(['1', '2', '3'], { stationId: 2 });
      await bench.settled();
      await bench.restart();
      expect(await bench.partition({ stationId: 2, partition: 1 })).toMatchObject({
        firstSequence: 2,
        messageCount: 2,
      });
      await bench.store('4', { stationId: 2 });
      await bench.settled();
      expect(await bench.partition({ stationId: 2, partition: 1 })).toMatchObject({
        firstSequence: 3,
        messageCount: 2,
      });
      await bench.advance(60_000 + ageSlackMs);
      expect((await bench.partition()).messageCount).toBe(0);
    },
    { needs: ['durable'] },
  );
}
