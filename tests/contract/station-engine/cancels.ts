import type { ContractSuite } from './behaviour-table.ts';
import type { Bench } from './bench.ts';
import { station1 } from './bench.ts';

const durable = { needs: ['durable'] } as const;

/** What a group says that has nothing more to come, and missed nothing. */
const nothingLeft = { pendingCount: 0, undeliveredCount: 0, missedCount: 0 };

function cancel(bench: Bench, sequence: number): Promise<boolean | undefined> {
  return bench.engine.cancelDelayed(station1, sequence);
}

/** A station with the groups `g` and `h`; `a` is delayed by 10 s, `b` is not, and `g` is done with `b`. */
async function scene(bench: Bench): Promise<void> {
  await bench.station();
  await bench.group('g');
  await bench.group('h');
  await bench.store('a', { delayMs: 10_000 });
  await bench.store('b');
  await bench.take('g');
  await bench.ack('g', 2);
}

/** Delayed messages that are taken back before their time (port: "Cancel"). */
export function cancels(contract: ContractSuite): void {
  contract.behaviour(
    'a cancelled message comes to no group, whether the group has come past it or not, and is nowhere',
    async (bench) => {
      await scene(bench);
      expect(await cancel(bench, 1)).toBe(true);
      expect(await bench.groupState('g')).toMatchObject({ ...nothingLeft, settledSequence: 2 });
      await bench.advance(20_000);
      expect((await bench.take('g')).texts).toEqual([]);
      expect((await bench.take('h')).texts).toEqual(['b']);
      await bench.ack('h', 2);
      expect(await bench.groupState('h')).toMatchObject({ ...nothingLeft, settledSequence: 2 });
      expect(await bench.engine.message(station1, 1)).toBeUndefined();
      expect(await bench.deadLetters()).toEqual([]);
      expect(await bench.partition()).toMatchObject({ firstSequence: 1, messageCount: 2 });
    },
  );

  contract.behaviour(
    'a group that is created or moved after a cancel passes over the message too',
    async (bench) => {
      await scene(bench);
      await cancel(bench, 1);
      await bench.move('g', { kind: 'first' });
      expect(await bench.groupState('g')).toMatchObject({ undeliveredCount: 1 });
      await bench.group('late');
      await bench.group('at', {}, { kind: 'sequence', sequence: 1 });
      await bench.advance(20_000);
      for (const group of ['g', 'late', 'at']) {
        expect((await bench.take(group)).texts).toEqual(['b']);
        await bench.ack(group, 2);
        expect(await bench.groupState(group)).toMatchObject({ ...nothingLeft, settledSequence: 2 });
      }
    },
  );

  contract.behaviour(
    'a group has nothing more to come when all that is left was cancelled',
    async (bench) => {
      await bench.station();
      await bench.group('g');
      await bench.store('a');
      for (const text of ['b', 'c']) await bench.store(text, { delayMs: 10_000 });
      await cancel(bench, 3);
      await cancel(bench, 2);
      expect((await bench.take('g')).deliveries).toMatchObject([
        { text: 'a', undeliveredCount: 0 },
      ]);
      await bench.ack('g', 1);
      const state = { ...nothingLeft, settledSequence: 3, deliveredSequence: 3 };
      expect(await bench.groupState('g')).toMatchObject(state);
      await bench.group('late', {}, { kind: 'sequence', sequence: 2 });
      expect(await bench.groupState('late')).toMatchObject(state);
    },
  );

  contract.behaviour('a message is cancelled as often as it is asked for', async (bench) => {
    await scene(bench);
    const both = [cancel(bench, 1), cancel(bench, 1)];
    expect(await Promise.all(both)).toEqual([true, true]);
    expect(await cancel(bench, 1)).toBe(true);
  });

  contract.behaviour(
    'what does not wait for its time is not cancelled, and comes as ever',
    async (bench) => {
      await scene(bench);
      await bench.store('c', { delayMs: 1_000 });
      await bench.advance(1_000);
      for (const sequence of [2, 3]) {
        await expect(cancel(bench, sequence)).rejects.toMatchObject({
          code: 'MESSAGE_NOT_WAITING',
          details: { station: 'station-1', sequence },
        });
      }
      expect((await bench.take('g')).texts).toEqual(['c']);
      expect((await bench.take('h')).texts).toEqual(['b', 'c']);
    },
  );

  contract.behaviour('what is not kept can not be cancelled', async (bench) => {
    await bench.station();
    await bench.store('a', { delayMs: 10_000 });
    for (const sequence of [0, 2, 99]) expect(await cancel(bench, sequence)).toBe(false);
    await bench.engine.purge(station1, 99);
    expect(await cancel(bench, 1)).toBe(false);
    expect(await bench.engine.cancelDelayed({ stationId: 1, partition: 2 }, 1)).toBeUndefined();
    expect(await bench.engine.cancelDelayed({ stationId: 9, partition: 1 }, 1)).toBeUndefined();
  });

  contract.behaviour(
    'an ack-based station removes a cancelled message, and what was behind it',
    async (bench) => {
      await bench.station({ retention: { kind: 'acked' } });
      await bench.group('g');
      await bench.store('a', { delayMs: 10_000 });
      await bench.store('b');
      await bench.take('g');
      await bench.ack('g', 2);
      await bench.store('c', { delayMs: 10_000 }); // the group has not come to it
      await cancel(bench, 3);
      expect(await bench.partition()).toMatchObject({ firstSequence: 1 });
      await cancel(bench, 1);
      await bench.settled();
      await bench.advance(100);
      expect(await bench.partition()).toMatchObject({ firstSequence: 4, messageCount: 0 });
      expect(await bench.groupState('g')).toMatchObject(nothingLeft);
      expect(await cancel(bench, 1)).toBe(false);
    },
  );

  contract.behaviour(
    'retention and purges remove cancelled messages, and no group has missed them',
    async (bench) => {
      await bench.station({ retention: { kind: 'messages', countMax: 3 } });
      await bench.group('g');
      for (const text of ['a', 'b', 'c']) await bench.store(text, { delayMs: 10_000 });
      await cancel(bench, 1);
      await cancel(bench, 2);
      await bench.store('d'); // removes the first
      await bench.engine.purge(station1, 3);
      expect(await bench.groupState('g')).toMatchObject({ settledSequence: 2, missedCount: 0 });
      await bench.advance(10_000);
      expect((await bench.take('g')).texts).toEqual(['c', 'd']);
    },
  );

  contract.behaviour('a cancelled message holds no key and keeps no order', async (bench) => {
    const headers = Buffer.from('NATS/1.0\r\nkey: k\r\n\r\n');
    await bench.station();
    await bench.group('g', { keyHeader: 'key' });
    await bench.store('a', { headers, delayMs: 1_000 });
    await bench.store('b', { headers });
    await bench.store('c', { headers, delayMs: 5_000 });
    const pull = bench.pull('g', 9);
    await cancel(bench, 1);
    await bench.advance(2_000);
    expect(pull.texts).toEqual(['b']);
    await bench.advance(4_000); // c waits behind b by now, and is no delayed message any more
    await expect(cancel(bench, 3)).rejects.toMatchObject({ code: 'MESSAGE_NOT_WAITING' });
    await bench.ack('g', 2);
    expect(pull.texts).toEqual(['b', 'c']);
    pull.cancel();
  });

  contract.behaviour('a cancelled message keeps its message id taken', async (bench) => {
    await bench.station();
    await bench.store('a', { id: 'x', delayMs: 10_000 });
    await cancel(bench, 1);
    const again = await bench.append('a', { id: 'x' }).arrived;
    expect(again).toEqual({ kind: 'stored', sequence: 1, duplicate: true });
  });

  contract.behaviour(
    'a partition holds a limited number of delayed messages, cancelled ones among them',
    async (bench) => {
      await bench.station({ partitionCount: 2 });
      for (let count = 0; count < 20; count += 1) {
        await bench.store('later', { delayMs: 10_000, id: String(count) });
      }
      await cancel(bench, 1);
      const refused = { kind: 'refused', error: { code: 'DELAYED_MESSAGES_FULL' } };
      const details = { station: 'station-1', waitingCount: 19, cancelledCount: 1, countMax: 20 };
      expect(await bench.append('more', { delayMs: 10_000 }).arrived).toMatchObject({
        ...refused,
        error: { details },
      });
      expect(await bench.append('again', { delayMs: 10_000, id: '7' }).arrived).toMatchObject({
        kind: 'stored',
        duplicate: true,
      });
      expect(await bench.store('now')).toBe(21);
      expect(await bench.store('later', { delayMs: 10_000, partition: 2 })).toBe(1);
      await bench.engine.purge(station1, 2); // the cancelled one
      expect(await bench.store('later', { delayMs: 10_000 })).toBe(22);
      expect(await bench.append('more', { delayMs: 10_000 }).arrived).toMatchObject(refused);
      await bench.advance(10_000);
      expect(await bench.store('later', { delayMs: 10_000 })).toBe(23);
    },
  );

  contract.behaviour(
    'what an ack-based station without a group does not keep does not count as waiting',
    async (bench) => {
      await bench.station({ retention: { kind: 'acked' } });
      for (let count = 0; count < 25; count += 1) await bench.store('a', { delayMs: 10_000 });
      expect(await cancel(bench, 3)).toBe(false);
    },
  );

  for (const ending of ['restart', 'kill'] as const) {
    contract.behaviour(
      `a ${ending} forgets no cancel, and cancels nothing else`,
      async (bench) => {
        await scene(bench);
        await bench.store('c', { delayMs: 10_000 });
        await cancel(bench, 1);
        await bench[ending]();
        expect(await bench.engine.message(station1, 1)).toBeUndefined();
        expect(await bench.groupState('g')).toMatchObject({ settledSequence: 2, missedCount: 0 });
        await bench.advance(20_000);
        await bench[ending]();
        await bench.group('late');
        expect((await bench.take('g')).texts).toEqual(['c']);
        for (const group of ['h', 'late']) {
          expect((await bench.take(group)).texts).toEqual(['b', 'c']);
        }
        expect(await cancel(bench, 1)).toBe(true);
      },
      durable,
    );
  }

  contract.behaviour(
    'what waits once more, after a kill and a clock that was set back, can be cancelled',
    async (bench) => {
      await scene(bench);
      await bench.time.advance(10_000); // that its time has come is not on disk yet
      bench.time.shiftWall(-60_000);
      await bench.kill();
      expect(await cancel(bench, 1)).toBe(true);
      await bench.advance(100_000);
      expect((await bench.take('g')).texts).toEqual([]);
      expect((await bench.take('h')).texts).toEqual(['b']);
    },
    durable,
  );

  contract.behaviour(
    'a cancel that the store refuses changes nothing, also where the time comes meanwhile',
    async (bench) => {
      await scene(bench);
      await bench.store('c', { delayMs: 20_000 });
      bench.faults.refuse('full');
      await expect(cancel(bench, 3)).rejects.toMatchObject({ code: 'STORE_REFUSED' });
      bench.faults.hold();
      const asked = Promise.allSettled([cancel(bench, 1), cancel(bench, 1)]);
      await bench.time.advance(15_000);
      const pull = bench.pull('g', 9);
      expect(pull.texts).toEqual([]); // nobody knows yet
      bench.faults.release();
      const refused = { status: 'rejected', reason: { code: 'STORE_REFUSED' } };
      expect(await asked).toMatchObject([refused, refused]);
      bench.faults.accept();
      await bench.advance(1_000);
      expect(pull.texts).toEqual(['a']);
      await bench.advance(10_000);
      expect(pull.texts).toEqual(['a', 'c']);
      pull.cancel();
    },
    { needs: ['storeFaults', 'durable'] },
  );

  contract.behaviour(
    'a message whose time comes while its cancel is on the way to disk does not come',
    async (bench) => {
      await scene(bench);
      const pull = bench.pull('g', 9);
      bench.faults.hold();
      const asked = cancel(bench, 1);
      await bench.time.advance(15_000);
      expect(pull.texts).toEqual([]);
      bench.faults.release();
      expect(await asked).toBe(true);
      await bench.advance(15_000);
      expect(pull.texts).toEqual([]);
      pull.cancel();
    },
    { needs: ['storeFaults'] },
  );
}
