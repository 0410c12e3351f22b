import { schemaDeadLetter } from '../../support/schema-dead-letter.ts';
import type { DueCopy } from '../../../broker/src/core/dead-letters/index.ts';
import type { ContractSuite } from './behaviour-table.ts';
import type { Bench } from './bench.ts';

const copy = { message: Buffer.from('the copy'), headerBytes: 0 };
const target = { stationId: 2, partition: 1 };

export function deadLetterCopies(contract: ContractSuite): void {
  contract.behaviour(
    'a copy of a dead letter is due when its station names a dead-letter station, told when it is on disk',
    async (bench) => {
      await bench.station({ id: 3 });
      let toldCount = 0;
      bench.engine.onCopyDue(() => (toldCount += 1));
      await buried(bench, 3);
      expect([await bench.engine.dueCopies(10), toldCount]).toEqual([[], 0]);
      const letter = await buriedWithCopy(bench);
      expect(await bench.engine.dueCopies(10)).toEqual([{ letter, to: 'station-2' }]);
      expect(toldCount).toBe(1);
      expect(await bench.engine.dueCopies(0)).toEqual([]);
    },
  );

  contract.behaviour('a copy is stored once, however often it is asked for', async (bench) => {
    const { id } = await buriedWithCopy(bench);
    await Promise.all([1, 2, 3].map(() => bench.engine.storeCopy(id, target, copy)));
    await bench.engine.storeCopy(id, target, copy);
    expect(await bench.engine.dueCopies(10)).toEqual([]);
    expect(await copies(bench)).toEqual(['the copy']);
    await bench.engine.storeCopy(77, target, copy);
    expect(await copies(bench)).toEqual(['the copy']);
    expect(await bench.deadLetterCount()).toBe(1);
  });

  contract.behaviour(
    'a kill before the copy is on disk leaves it due, a kill after leaves it stored: there is one',
    async (bench) => {
      const { id } = await buriedWithCopy(bench);
      await bench.kill();
      expect(await bench.engine.dueCopies(10)).toHaveLength(1);
      const late = bench.engine.storeCopy(id, target, copy); // on its way when the kill comes
      await bench.kill();
      await late;
      expect(await bench.engine.dueCopies(10)).toHaveLength(1);
      expect(await copies(bench)).toEqual([]);
      await bench.engine.storeCopy(id, target, copy);
      await bench.kill();
      expect(await bench.engine.dueCopies(10)).toEqual([]);
      await bench.advance(600_000); // far beyond any dedupe window
      await bench.engine.storeCopy(id, target, copy);
      expect(await copies(bench)).toEqual(['the copy']);
    },
    { needs: ['durable'] },
  );

  contract.behaviour(
    'a copy that the full store refused is due as before',
    async (bench) => {
      const { id } = await buriedWithCopy(bench);
      bench.faults.refuse('full');
      await expect(bench.engine.storeCopy(id, target, copy)).rejects.toMatchObject({
        code: 'STORE_REFUSED',
      });
      bench.faults.accept();
      await bench.time.advance(1_000);
      expect(await bench.engine.dueCopies(10)).toHaveLength(1);
      expect(await copies(bench)).toEqual([]);
      await bench.engine.storeCopy(id, target, copy);
      expect(await copies(bench)).toEqual(['the copy']);
      expect(await bench.engine.dueCopies(10)).toEqual([]);
    },
    { needs: ['storeFaults'] },
  );

  contract.behaviour(
    'a copy for a station that is not there is refused and due until it is waived',
    async (bench) => {
      const { id } = await buriedWithCopy(bench);
      for (const absent of [
        { stationId: 9, partition: 1 },
        { stationId: 2, partition: 9 },
      ]) {
        await expect(bench.engine.storeCopy(id, absent, copy)).rejects.toMatchObject({
          code: 'STATION_NOT_FOUND',
        });
      }
      expect(await bench.engine.dueCopies(10)).toHaveLength(1);
      await bench.engine.waiveCopy(id);
      await bench.engine.waiveCopy(77);
      expect(await bench.engine.dueCopies(10)).toEqual([]);
      await bench.engine.storeCopy(id, target, copy);
      expect(await copies(bench)).toEqual([]);
      expect(await bench.deadLetterCount()).toBe(1);
    },
  );

  contract.behaviour('no copy is due of a copy, whichever station fails it', async (bench) => {
    await bench.station({ id: 2, deadLetterStation: 'station-1' });
    const headers = (fields: string): Buffer => Buffer.from(`NATS/1.0\r\n${fields}\r\n\r\n`);
    await buried(bench, 2, headers('station: station-1\r\ntype: unacked'));
    await buried(bench, 2, headers('type: failed_schema\r\nstation: station-1'));
    expect(await bench.engine.dueCopies(10)).toEqual([]);
    await buried(bench, 2, headers('station: of a train'));
    await buried(bench, 2, headers('type: express\r\nstation: of a train'));
    await buried(bench, 2, headers('type: unacked'));
    expect(await bench.engine.dueCopies(10)).toHaveLength(3);
    expect(await bench.deadLetterCount(2)).toBe(5);
  });

  contract.behaviour(
    'copies are due station by station, in the order of their ids',
    async (bench) => {
      await bench.station({ id: 2, deadLetterStation: 'station-3' });
      await bench.station({ id: 1, deadLetterStation: 'station-3' });
      for (const id of [2, 1, 2]) await buried(bench, id);
      const stationsOf = (due: readonly DueCopy[]) => due.map(({ letter }) => letter.stationId);
      expect(stationsOf(await bench.engine.dueCopies(10))).toEqual([1, 2, 2]);
      expect(stationsOf(await bench.engine.dueCopies(10, 2))).toEqual([2, 2]);
      expect(stationsOf(await bench.engine.dueCopies(1, 2))).toEqual([2]);
      expect(await bench.engine.dueCopies(10, 3)).toEqual([]);
    },
  );

  contract.behaviour(
    'a copy is due of a dead letter without a group; none of one that is gone',
    async (bench) => {
      await bench.station({ deadLetterStation: 'station-2' });
      const nowMs = bench.time.wallMs();
      const id = await bench.engine.putDeadLetter(schemaDeadLetter(1, nowMs));
      expect(await bench.engine.dueCopies(10)).toMatchObject([{ letter: { id } }]);
      await bench.engine.removeDeadLetters([id]);
      expect(await bench.engine.dueCopies(10)).toEqual([]);
      await buriedWithCopy(bench);
      await bench.removeStation(1);
      expect(await bench.engine.dueCopies(10)).toEqual([]);
    },
  );
}

/** A dead letter of station 1 whose copy is due for station 2. */
async function buriedWithCopy(bench: Bench) {
  await bench.station({ deadLetterStation: 'station-2' });
  await bench.station({ id: 2 });
  await buried(bench, 1);
  const letter = (await bench.deadLetters()).at(-1);
  if (letter === undefined) throw new Error('There is no dead letter');
  return letter;
}

async function buried(bench: Bench, stationId: number, headers?: Buffer): Promise<void> {
  const address = { stationId, partition: 1 };
  await bench.group('g', {}, { kind: 'first' }, stationId);
  const sequence = await bench.store('bad', { ...address, ...(headers && { headers }) });
  await bench.take('g', 1, address);
  await bench.settle('g', sequence, { kind: 'term', reason: 'no' }, address);
}

/** What station 2 holds. */
async function copies(bench: Bench): Promise<string[]> {
  const { firstSequence, lastSequence } = await bench.partition(target);
  const texts: string[] = [];
  for (let sequence = firstSequence; sequence <= lastSequence; sequence += 1) {
    const stored = await bench.engine.message(target, sequence);
    texts.push(Buffer.from(stored?.message ?? []).toString());
  }
  return texts;
}
