import type { NewDeadLetter } from '../../../broker/src/core/dead-letters/index.ts';
import { schemaDeadLetter } from '../../support/schema-dead-letter.ts';
import type { ContractSuite } from './behaviour-table.ts';
import type { Bench } from './bench.ts';

export function deadLetterRecords(contract: ContractSuite): void {
  contract.behaviour(
    'a dead letter is found by its id alone until it is removed',
    async (bench) => {
      const ids = await lettersOf(bench, ['a', 'b', 'c']);
      const [first = 0, second = 0, third = 0] = ids;
      expect(await bench.engine.deadLetter(second)).toEqual((await bench.deadLetters())[1]);
      expect(await bench.engine.removeDeadLetters([second, second, 77])).toBe(1);
      expect(await bench.engine.removeDeadLetters([second])).toBe(0);
      expect(await bench.engine.deadLetter(second)).toBeUndefined();
      expect((await bench.deadLetters()).map(({ id }) => id)).toEqual([first, third]);
      const both = [
        bench.engine.removeDeadLetters([first]),
        bench.engine.removeDeadLetters([first]),
      ];
      expect((await Promise.all(both)).sort()).toEqual([0, 1]);
      expect(await bench.deadLetterCount()).toBe(1);
    },
  );

  contract.behaviour(
    'the dead letters of a station are counted and weighed, after a kill too',
    async (bench) => {
      expect(await bench.engine.deadLetterTotals(1)).toEqual(nothing);
      const beganAtMs = bench.time.wallMs();
      const [first = 0, , third = 0] = await lettersOf(bench, ['a', 'bb', 'ccc']);
      const headers = 0;
      expect(await bench.engine.deadLetterTotals(1)).toEqual({
        count: 3,
        bytes: headers + 6,
        oldestAtMs: beganAtMs,
        newestId: third,
      });
      await bench.kill();
      await bench.engine.removeDeadLetters([third, first]);
      expect(await bench.engine.deadLetterTotals(1)).toMatchObject({ count: 1, bytes: 2 });
      await bench.kill();
      expect(await bench.engine.deadLetterTotals(1)).toMatchObject({ count: 1, bytes: 2 });
    },
    { needs: ['durable'] },
  );

  contract.behaviour(
    'a dead letter that came from no group is kept like the others',
    async (bench) => {
      await bench.station();
      const letter = schemaFailure(bench, 1);
      const id = await bench.engine.putDeadLetter(letter);
      expect(await bench.engine.putDeadLetter(letter)).toBeGreaterThan(id);
      expect(await bench.engine.deadLetter(id)).toEqual({ ...letter, id, resend: null });
      expect(await bench.deadLetterCount()).toBe(2);
      await expect(bench.engine.putDeadLetter(schemaFailure(bench, 9))).rejects.toMatchObject({
        code: 'STATION_NOT_FOUND',
      });
    },
  );

  contract.behaviour('an id is not given again after its dead letter is gone', async (bench) => {
    const ids = await lettersOf(bench, ['a', 'b']);
    await bench.engine.removeDeadLetters(ids);
    const id = await bench.engine.putDeadLetter(schemaFailure(bench, 1));
    expect(id).toBeGreaterThan(Math.max(...ids));
  });

  contract.behaviour('it is remembered when a dead letter was last handed out', async (bench) => {
    const [first = 0, second = 0] = await lettersOf(bench, ['a', 'b']);
    await bench.engine.markResent([first, 77], { operation: 'one', atMs: 5 });
    await bench.engine.markResent([first], { operation: 'two', atMs: 6 });
    expect((await bench.engine.deadLetter(first))?.resend).toEqual({
      operation: 'two',
      atMs: 6,
      count: 2,
    });
    expect((await bench.deadLetters()).map(({ resend }) => resend?.count)).toEqual([2, undefined]);
    expect((await bench.engine.deadLetter(second))?.resend).toBeNull();
    expect(await bench.engine.deadLetter(77)).toBeUndefined();
    expect(await bench.deadLetterCount()).toBe(2);
  });

  contract.behaviour(
    'a message that fails again under a group created anew keeps its one dead letter and its first failure',
    async (bench) => {
      await bench.station();
      await bench.store('a');
      const fails = async (reason: string): Promise<void> => {
        await bench.group('g');
        await bench.take('g');
        await bench.settle('g', 1, { kind: 'term', reason });
      };
      await fails('first');
      const [before] = await bench.deadLetters();
      await bench.engine.deleteGroup(1, 'g');
      await bench.advance(1_000);
      await fails('second');
      expect(await bench.deadLetters()).toEqual([
        { ...before, reason: 'second', lastFailedAtMs: (before?.lastFailedAtMs ?? 0) + 1_000 },
      ]);
      expect(await bench.engine.deadLetterTotals(1)).toMatchObject({ count: 1, bytes: 1 });
      await bench.engine.removeDeadLetters([before?.id ?? 0]);
      await bench.engine.deleteGroup(1, 'g');
      await fails('third');
      const [after] = await bench.deadLetters();
      expect(after?.id).toBeGreaterThan(before?.id ?? 0);
    },
  );

  contract.behaviour(
    'the time of the first failure is that of the first nack or timeout, also after a kill',
    async (bench) => {
      await bench.station();
      await bench.store('a');
      await bench.group('g', { ackTimeoutMs: 60_000, deliveryCountMax: 3 });
      await bench.take('g');
      await bench.advance(10);
      const firstFailedAtMs = bench.time.wallMs();
      await bench.nack('g', 1, 500);
      await bench.advance(1_000);
      await bench.take('g');
      await bench.settled();
      await bench.kill();
      await bench.advance(60_000);
      await bench.take('g');
      await bench.advance(60_000);
      const lastFailedAtMs = bench.time.wallMs();
      expect(await bench.deadLetters()).toMatchObject([
        { deliveryCount: 3, firstFailedAtMs, lastFailedAtMs },
      ]);
    },
    { needs: ['durable'] },
  );

  contract.behaviour('a dead letter that was sent on leaves none when it fails', async (bench) => {
    await bench.station();
    const headers = Buffer.from('NATS/1.0\r\n$memphis_producedBy: $memphis_dls\r\n\r\n');
    await bench.store('a', { headers });
    await bench.group('g');
    await bench.take('g');
    await bench.settle('g', 1, { kind: 'term', reason: 'again' });
    expect(await bench.deadLetters()).toEqual([]);
    expect(await bench.groupState('g')).toMatchObject({ settledSequence: 1, pendingCount: 0 });
  });

  contract.behaviour('dead letters are gone with their station', async (bench) => {
    const [id = 0] = await lettersOf(bench, ['a']);
    await bench.engine.markResent([id], { operation: 'one', atMs: 5 });
    await bench.removeStation(1);
    expect(await bench.engine.deadLetter(id)).toBeUndefined();
    expect(await bench.engine.deadLetterTotals(1)).toEqual(nothing);
    expect(await bench.engine.removeDeadLetters([id])).toBe(0);
  });

  contract.behaviour(
    'what fails while the station has no room for dead letters is held, and is one when there is room',
    async (bench) => {
      await bench.station();
      await bench.station({ id: 2 });
      for (let count = 0; count < 99; count += 1) {
        await bench.engine.putDeadLetter(schemaFailure(bench, 1));
      }
      await bench.storeAll(['a', 'b', 'c']);
      await bench.group('g', { ackTimeoutMs: 1_000, deliveryCountMax: 1 });
      const pull = bench.pull('g', 10);
      await bench.advance(1_000);
      expect(await bench.deadLetterCount()).toBe(100);
      const full = { code: 'DEAD_LETTERS_FULL', details: { station: 'station-1' } };
      expect(bench.fullErrors).toMatchObject([full]);
      const put = bench.engine.putDeadLetter(schemaFailure(bench, 1));
      await expect(put).rejects.toMatchObject(full);
      await bench.engine.putDeadLetter(schemaFailure(bench, 2));
      expect(await bench.groupState('g')).toMatchObject({ settledSequence: 1, pendingCount: 2 });

      const all = await bench.deadLetters();
      await bench.engine.removeDeadLetters(all.slice(0, 1).map(({ id }) => id));
      await bench.ack('g', 3);
      await bench.advance(5_000);
      expect((await bench.deadLetters()).slice(-2)).toMatchObject([
        { sequence: 1, cause: 'delivery-limit' },
        { sequence: 2, cause: 'delivery-limit' },
      ]);
      expect(await bench.groupState('g')).toMatchObject({ settledSequence: 3, pendingCount: 0 });
      expect(pull.deliveries).toHaveLength(3);
      expect(bench.fullErrors).toHaveLength(1);
      pull.cancel();
    },
  );

  contract.behaviour(
    'the bytes of a station’s dead letters are limited too, and what is held keeps its reason',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['x'.repeat(60_000), 'y'.repeat(60_000)]);
      await bench.group('g');
      await bench.take('g');
      await bench.settle('g', 1, { kind: 'term', reason: 'one' });
      const second = bench.settle('g', 2, { kind: 'term', reason: 'two' });
      await bench.advance(60_000);
      expect(await bench.deadLetters()).toMatchObject([{ reason: 'one' }]);
      const [first] = await bench.deadLetters();
      await bench.engine.removeDeadLetters([first?.id ?? 0]);
      await bench.advance(5_000);
      await second;
      expect(await bench.deadLetters()).toMatchObject([{ sequence: 2, reason: 'two' }]);
    },
  );

  contract.behaviour(
    'what the full store refused to remove or to keep is counted as before',
    async (bench) => {
      const ids = await lettersOf(bench, ['a']);
      const before = await bench.engine.deadLetterTotals(1);
      bench.faults.refuse('full');
      const refused = { code: 'STORE_REFUSED' };
      await expect(bench.engine.removeDeadLetters(ids)).rejects.toMatchObject(refused);
      const put = bench.engine.putDeadLetter(schemaFailure(bench, 1));
      await expect(put).rejects.toMatchObject(refused);
      bench.faults.accept();
      expect(await bench.engine.deadLetterTotals(1)).toEqual(before);
      await bench.engine.putDeadLetter(schemaFailure(bench, 1));
      expect(await bench.engine.removeDeadLetters(ids)).toBe(1);
      expect(await bench.engine.deadLetterTotals(1)).toMatchObject({ count: 1, bytes: 3 });
    },
    { needs: ['storeFaults'] },
  );
}

const nothing = { count: 0, bytes: 0, oldestAtMs: undefined, newestId: 0 };

/** Opens a station in which group `g` has given up each of these messages; the ids of the dead letters. */
async function lettersOf(bench: Bench, payloads: readonly string[]): Promise<number[]> {
  await bench.station();
  const sequences = await bench.storeAll(payloads);
  await bench.group('g');
  await bench.take('g');
  for (const sequence of sequences) {
    await bench.settle('g', sequence, { kind: 'term', reason: 'no' });
  }
  return (await bench.deadLetters()).map(({ id }) => id);
}

function schemaFailure(bench: Bench, stationId: number): NewDeadLetter {
  const letter = schemaDeadLetter(stationId, bench.time.wallMs());
  return { ...letter, reason: 'quantity is text', message: new Uint8Array([1, 2, 3]) };
}
