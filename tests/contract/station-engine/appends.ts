import { createHash, randomBytes } from 'node:crypto';
import type { ContractSuite } from './behaviour-table.ts';
import { station1 } from './bench.ts';

export function appends(contract: ContractSuite): void {
  contract.behaviour(
    'sequences of a partition are 1, 2, 3, … in the order of the appends',
    async (bench) => {
      await bench.station();
      const receipts = ['a', 'b', 'c'].map((payload) => bench.append(payload));
      const outcomes = await Promise.all(receipts.map((receipt) => receipt.arrived));
      expect(outcomes).toEqual(
        [1, 2, 3].map((sequence) => ({ kind: 'stored', sequence, duplicate: false })),
      );
      expect(await bench.store('d')).toBe(4);
      await bench.group('g');
      expect((await bench.take('g')).texts).toEqual(['a', 'b', 'c', 'd']);
    },
  );

  contract.behaviour('each partition counts its own sequences', async (bench) => {
    await bench.station({ partitionCount: 3 });
    await bench.store('a', { partition: 1 });
    await bench.store('b', { partition: 1 });
    expect(await bench.store('c', { partition: 3 })).toBe(1);
    expect((await bench.partition({ stationId: 1, partition: 2 })).lastSequence).toBe(0);
  });

  contract.behaviour('receipts of a partition come in the order of the appends', async (bench) => {
    await bench.station({ partitionCount: 2 });
    const order: number[] = [];
    const expected = Array.from({ length: 300 }, (_, index) => index);
    const receipts = expected.map((index) =>
      bench.append(`m${String(index)}`, {
        partition: 2,
        // Every tenth repeats an earlier id: duplicates wait for their turn like the others.
        ...(index % 10 === 9 ? { id: 'again' } : {}),
        told: () => order.push(index),
      }),
    );
    await Promise.all(receipts.map((receipt) => receipt.arrived));
    expect(order).toEqual(expected);
  });

  contract.behaviour(
    'ten thousand appends at once, over four partitions, are each stored once',
    async (bench) => {
      await bench.station({ partitionCount: 4 });
      const receipts = Array.from({ length: 10_000 }, (_, index) =>
        bench.append(String(index), { partition: (index % 4) + 1 }),
      );
      await Promise.all(receipts.map((receipt) => receipt.arrived));
      await bench.group('g');
      for (let partition = 1; partition <= 4; partition += 1) {
        const taken = await bench.take('g', 5_000, { partition });
        const expected = Array.from({ length: 2_500 }, (_, index) => index * 4 + partition - 1);
        expect(taken.texts).toEqual(expected.map(String));
        expect(taken.sequences).toEqual(expected.map((_, index) => index + 1));
      }
    },
  );

  contract.behaviour(
    'payloads of any bytes, empty ones too, and header blocks come back as they were',
    async (bench) => {
      await bench.station();
      const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      const headers = Buffer.from('NATS/1.0\r\nkey: värde\r\n\r\n');
      await bench.store(everyByte, { headers });
      await bench.store('');
      await bench.store('', { headers });
      await bench.group('g');
      const [first, second, third] = (await bench.take('g')).deliveries;
      expect(Buffer.from(first?.message ?? [])).toEqual(Buffer.concat([headers, everyByte]));
      expect(first?.headerBytes).toBe(headers.length);
      expect([second?.message.length, second?.headerBytes]).toEqual([0, 0]);
      expect(Buffer.from(third?.message ?? [])).toEqual(headers);
      expect(third?.headerBytes).toBe(headers.length);
    },
  );

  contract.behaviour('a message of 1 MiB comes back whole, among small ones', async (bench) => {
    await bench.station();
    const large = randomBytes(1_048_576);
    await Promise.all([bench.store('before'), bench.store(large), bench.store('after')]);
    await bench.group('g');
    const { deliveries } = await bench.take('g');
    expect(deliveries.map((delivery) => delivery.message.length)).toEqual([6, 1_048_576, 5]);
    expect(digest(deliveries[1]?.message)).toBe(digest(large));
    const stored = await bench.engine.message({ stationId: 1, partition: 1 }, 2);
    expect(digest(stored?.message)).toBe(digest(large));
  });

  contract.behaviour(
    'an append to an unknown station or partition is refused with STATION_NOT_FOUND',
    async (bench) => {
      await bench.station({ partitionCount: 2 });
      for (const options of [{ stationId: 99 }, { partition: 3 }, { partition: 0 }]) {
        const outcome = await bench.append('a', options).arrived;
        expect(outcome).toMatchObject({ kind: 'refused', error: { code: 'STATION_NOT_FOUND' } });
      }
      expect((await bench.partition()).lastSequence).toBe(0);
    },
  );

  contract.behaviour(
    'a stored message can be read by its sequence, with its time; others are undefined',
    async (bench) => {
      await bench.station();
      const storedAtMs = bench.time.wallMs();
      await bench.store('a', { headers: Buffer.from('NATS/1.0\r\n\r\n') });
      const read = await bench.engine.message({ stationId: 1, partition: 1 }, 1);
      expect(read).toMatchObject({ sequence: 1, storedAtMs, headerBytes: 12 });
      expect(Buffer.from(read?.message ?? []).toString()).toBe('NATS/1.0\r\n\r\na');
      for (const sequence of [0, 2, 1_000_000]) {
        expect(
          await bench.engine.message({ stationId: 1, partition: 1 }, sequence),
        ).toBeUndefined();
      }
      expect(await bench.engine.message({ stationId: 9, partition: 1 }, 1)).toBeUndefined();
    },
  );

  contract.behaviour(
    'the state of a partition counts its messages, bytes, times and groups',
    async (bench) => {
      await bench.station();
      expect(await bench.partition()).toEqual({
        firstSequence: 1,
        lastSequence: 0,
        messageCount: 0,
        byteCount: 0,
        firstStoredAtMs: undefined,
        lastStoredAtMs: undefined,
        groupCount: 0,
      });
      const firstStoredAtMs = bench.time.wallMs();
      await bench.store('1234', { headers: Buffer.from('NATS/1.0\r\n\r\n') });
      await bench.advance(1_000);
      await bench.store('12345678');
      await bench.group('g');
      await bench.group('h');
      expect(await bench.partition()).toEqual({
        firstSequence: 1,
        lastSequence: 2,
        messageCount: 2,
        byteCount: 24,
        firstStoredAtMs,
        lastStoredAtMs: firstStoredAtMs + 1_000,
        groupCount: 2,
      });
      expect(await bench.engine.partitionState({ stationId: 9, partition: 1 })).toBeUndefined();
      expect(await bench.engine.partitionState({ stationId: 1, partition: 2 })).toBeUndefined();
    },
  );

  contract.behaviour('stations do not see each other', async (bench) => {
    await bench.station({ id: 1 });
    await bench.station({ id: 256 });
    await bench.store('one', { stationId: 1 });
    expect(await bench.store('two', { stationId: 256 })).toBe(1);
    await bench.group('g', {}, { kind: 'first' }, 256);
    expect(await bench.engine.groupNames(1)).toEqual([]);
    expect((await bench.take('g', 10, { stationId: 256 })).texts).toEqual(['two']);
    await bench.removeStation(1);
    expect((await bench.partition({ stationId: 256, partition: 1 })).messageCount).toBe(1);
  });

  contract.behaviour('opening a station again changes nothing that is stored', async (bench) => {
    await bench.station();
    await bench.store('a');
    await bench.group('g');
    await bench.station();
    expect(await bench.store('b')).toBe(2);
    expect((await bench.take('g')).texts).toEqual(['a', 'b']);
  });

  contract.behaviour(
    'an append after close is refused, not left without an answer',
    async (bench) => {
      await bench.station();
      const { engine } = bench;
      await bench.close();
      await engine.close(); // idempotent
      const outcome = await new Promise<string>((resolve) => {
        const message = { message: new Uint8Array(1), headerBytes: 0, messageId: undefined };
        engine.append({ stationId: 1, partition: 1 }, message, {
          stored: () => resolve('stored'),
          refused: () => resolve('refused'),
        });
      });
      expect(outcome).toBe('refused');
    },
  );

  contract.behaviour(
    'an append on condition is stored when the newest message is the expected one',
    async (bench) => {
      await bench.station();
      const expected = (sequence: number) => ({ expectedLast: { sequence, keptOnly: false } });
      expect(await bench.store('a', expected(0))).toBe(1);
      expect(await bench.append('b', expected(0)).arrived).toMatchObject({
        kind: 'refused',
        error: { code: 'SEQUENCE_UNEXPECTED', details: { expected: 0, last: 1 } },
      });
      expect(await bench.store('b', expected(1))).toBe(2);
      // Messages on their way count: only one of two that expect the same can be stored.
      const both = [bench.append('c', expected(2)), bench.append('d', expected(2))];
      const outcomes = await Promise.all(both.map((receipt) => receipt.arrived));
      expect(outcomes.map(({ kind }) => kind)).toEqual(['stored', 'refused']);
      expect((await bench.partition()).messageCount).toBe(3);
    },
  );

  contract.behaviour(
    'a condition on what is kept takes an emptied partition for one without messages',
    async (bench) => {
      await bench.station();
      await bench.storeAll(['a', 'b']);
      await bench.engine.purge(station1, 3);
      const kept = { expectedLast: { sequence: 0, keptOnly: true } };
      const ever = { expectedLast: { sequence: 0, keptOnly: false } };
      expect(await bench.append('c', ever).arrived).toMatchObject({ kind: 'refused' });
      expect(await bench.store('c', kept)).toBe(3);
      expect(await bench.append('d', kept).arrived).toMatchObject({ kind: 'refused' });
    },
  );

  contract.behaviour(
    'a duplicate is answered as one, whatever its condition says',
    async (bench) => {
      await bench.station();
      await bench.store('a', { id: 'x', expectedLast: { sequence: 0, keptOnly: false } });
      const again = { id: 'x', expectedLast: { sequence: 0, keptOnly: false } };
      expect(await bench.append('a', again).arrived).toMatchObject({
        kind: 'stored',
        sequence: 1,
        duplicate: true,
      });
    },
  );
}

function digest(bytes: Uint8Array | undefined): string {
  return createHash('sha256')
    .update(bytes ?? '')
    .digest('hex');
}
