import { schemaDeadLetter } from '../../support/schema-dead-letter.ts';
import type { ContractSuite } from './behaviour-table.ts';
import { memoryStationBytesMax, station1 } from './bench.ts';
import type { Bench } from './bench.ts';

const large = new Uint8Array(2 * 1024 * 1024);
/** So many of them fit: each takes a little more than its bytes. */
const countMax = memoryStationBytesMax / large.length - 1;
const noRoom = { kind: 'refused', error: { code: 'MEMORY_STATIONS_FULL' } };
const stored = { kind: 'stored' };

/** What memory stations may hold together, and how room comes back. */
export function memoryStationLimits(contract: ContractSuite): void {
  contract.behaviour(
    'beyond their limit memory stations refuse what is published, and file stations take it',
    async (bench) => {
      await bench.station({ storage: 'memory' });
      await bench.station({ id: 2, storage: 'file' });
      const outcomes = await Promise.all(
        Array.from({ length: countMax + 2 }, () => bench.append(large).arrived),
      );
      expect(outcomes.filter(({ kind }) => kind === 'stored')).toHaveLength(countMax);
      expect(outcomes.slice(countMax)).toMatchObject([noRoom, noRoom]);
      const refused = await bench.append(large).arrived;
      expect(refused).toMatchObject(noRoom);
      expect(refused.kind === 'refused' && refused.error.message).toMatch(
        /Received: 2097152 bytes.*Accepted: .*Next: .*THEBES_MEMORY_STATION_BYTES_MAX/,
      );
      expect(await bench.append(large, { stationId: 2 }).arrived).toMatchObject(stored);
      expect(await bench.append('small').arrived).toMatchObject(stored);
      expect(await bench.partition()).toMatchObject({
        lastSequence: countMax + 1, // what was refused has no number
        messageCount: countMax + 1,
      });
    },
  );

  contract.behaviour('the limit is one for all memory stations', async (bench) => {
    for (const id of [1, 2, 3]) await bench.station({ id, storage: 'memory', partitionCount: 2 });
    for (let index = 0; index < countMax; index += 1) {
      await bench.store(large, { stationId: 1 + (index % 3), partition: 1 + (index % 2) });
    }
    for (const stationId of [1, 2, 3]) {
      expect(await bench.append(large, { stationId }).arrived).toMatchObject(noRoom);
    }
  });

  contract.behaviour(
    'what a memory station has already is a duplicate, also when there is no room',
    async (bench) => {
      await bench.station({ storage: 'memory' });
      await bench.store('a', { id: 'x' });
      await fill(bench);
      expect(await bench.append('a', { id: 'x' }).arrived).toMatchObject({ duplicate: true });
    },
  );

  contract.behaviour('a purge of a memory station makes room', async (bench) => {
    await bench.station({ storage: 'memory' });
    await fill(bench);
    await bench.engine.purge(station1, 3);
    await fill(bench, 2);
    expect(await bench.append(large).arrived).toMatchObject(noRoom);
  });

  contract.behaviour('retention by age makes room in a memory station', async (bench) => {
    await bench.station({ storage: 'memory', retention: { kind: 'age', ageMaxMs: 10_000 } });
    await fill(bench);
    expect(await bench.append(large).arrived).toMatchObject(noRoom);
    await bench.advance(15_000);
    await fill(bench);
  });

  contract.behaviour(
    'retention by count keeps a memory station within its limit for ever',
    async (bench) => {
      await bench.station({ storage: 'memory', retention: { kind: 'messages', countMax: 3 } });
      for (let index = 0; index < 2 * countMax; index += 1) await bench.store(large);
      expect((await bench.partition()).messageCount).toBe(3);
    },
  );

  contract.behaviour('acks of every group make room in an acked memory station', async (bench) => {
    await bench.station({ storage: 'memory', retention: { kind: 'acked' } });
    await bench.group('g');
    await bench.group('h');
    await fill(bench);
    for (const group of ['g', 'h']) {
      await bench.take(group);
      expect(await bench.append(large).arrived).toMatchObject(noRoom);
      for (let sequence = 1; sequence <= countMax; sequence += 1) await bench.ack(group, sequence);
    }
    await bench.settled();
    await fill(bench);
  });

  contract.behaviour(
    'a memory station that keeps nothing needs no room for what it acknowledges',
    async (bench) => {
      await bench.station({ storage: 'memory', retention: { kind: 'acked' } });
      for (let index = 0; index < 2 * countMax; index += 1) await bench.store(large);
      expect(await bench.partition()).toMatchObject({ messageCount: 0, byteCount: 0 });
    },
  );

  contract.behaviour('a memory station that is removed gives all its room back', async (bench) => {
    await bench.station({ storage: 'memory' });
    await fill(bench, countMax - 1);
    const onItsWay = bench.append(large);
    await bench.removeStation(1);
    await onItsWay.arrived;
    await bench.station({ id: 2, storage: 'memory' });
    await fill(bench, countMax, 2);
  });

  contract.behaviour(
    'a copy of a dead letter that finds no room in a memory station is due as before',
    async (bench) => {
      await bench.station({ id: 1, deadLetterStation: 'station-2' });
      await bench.station({ id: 2, storage: 'memory' });
      const id = await bench.engine.putDeadLetter(schemaDeadLetter(1, bench.time.wallMs()));
      await fill(bench, countMax, 2);
      const target = { stationId: 2, partition: 1 };
      const copy = { message: large, headerBytes: 0 };
      await expect(bench.engine.storeCopy(id, target, copy)).rejects.toMatchObject({
        code: 'MEMORY_STATIONS_FULL',
      });
      expect(await bench.engine.dueCopies(10)).toHaveLength(1);
      await bench.engine.purge(target, 2);
      await bench.engine.storeCopy(id, target, copy);
      expect(await bench.engine.dueCopies(10)).toEqual([]);
    },
  );

  contract.behaviour(
    'a message that a memory station could not number gives its room back',
    async (bench) => {
      await bench.station({ storage: 'memory' });
      bench.faults.refuse('full');
      for (let index = 0; index < 3; index += 1) {
        const receipts = Array.from({ length: countMax }, () => bench.append(large));
        for (const { arrived } of receipts) {
          expect(await arrived).toMatchObject({ error: { code: 'STORE_REFUSED' } });
        }
      }
      bench.faults.accept();
      await bench.advance(1_000);
      await fill(bench);
      expect((await bench.partition()).firstSequence).toBe(1);
    },
    { needs: ['storeFaults'] },
  );
}

/** As much as there is room for, unless told otherwise. */
async function fill(bench: Bench, count = countMax, stationId = 1): Promise<void> {
  for (let index = 0; index < count; index += 1) await bench.store(large, { stationId });
}
