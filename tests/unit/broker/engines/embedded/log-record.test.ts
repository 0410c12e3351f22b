import fc from 'fast-check';
import type { StoreChange } from '../../../../../broker/src/core/ports/index.ts';
import {
  encodeLogRecord,
  logPageBytes,
  logRecordBytes,
  readLogRecord,
} from '../../../../../broker/src/engines/embedded/log-record.ts';

const key = fc.uint8Array({ minLength: 1, maxLength: 40 });
const change: fc.Arbitrary<StoreChange> = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), key, value: fc.uint8Array({ maxLength: 3000 }) }),
  fc.record({ kind: fc.constant('delete' as const), key }),
);
const changes = fc.array(change, { minLength: 1, maxLength: 12 });
const number = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

/** So that a record gets a buffer of its own. */
const noRoom = Buffer.alloc(0);

function plain(list: readonly StoreChange[]): unknown[] {
  return list.map((one) => [
    one.kind,
    [...one.key],
    one.kind === 'put' ? [...one.value] : undefined,
  ]);
}

describe('A record of the log', () => {
  test('is read as it was written, wherever it lies, and fills whole pages', () => {
    fc.assert(
      fc.property(changes, number, fc.nat(3), fc.nat(9000), (list, given, page, roomBytes) => {
        const record = encodeLogRecord(given, list, Buffer.alloc(roomBytes, 7));
        expect(record.bytes.length).toBe(logRecordBytes(list));
        expect(record.bytes.length % logPageBytes).toBe(0);
        expect(record.bytes.subarray(record.usedBytes).every((byte) => byte === 0)).toBe(true);
        const log = Buffer.concat([Buffer.alloc(page * logPageBytes, 7), record.bytes]);
        const found = readLogRecord(log, page * logPageBytes, given);
        expect(plain(found?.changes ?? [])).toEqual(plain(list));
        expect(found?.bytes.length).toBe(record.bytes.length);
      }),
      { numRuns: 60 },
    );
  });

  test('holds a copy: what the caller does with its keys and values later changes nothing', () => {
    const value = Uint8Array.of(1, 2, 3);
    const { bytes } = encodeLogRecord(1, [{ kind: 'put', key: Uint8Array.of(9), value }], noRoom);
    value.fill(0);
    expect(plain(readLogRecord(bytes, 0, 1)?.changes ?? [])).toEqual([['put', [9], [1, 2, 3]]]);
  });

  test('is not found under another number', () => {
    const { bytes } = encodeLogRecord(7, [{ kind: 'delete', key: Uint8Array.of(1) }], noRoom);
    expect(readLogRecord(bytes, 0, 7)).toBeDefined();
    expect(readLogRecord(bytes, 0, 6)).toBeUndefined();
    expect(readLogRecord(bytes, 0, 8)).toBeUndefined();
  });

  test('is none when any of its bits has changed, or its end is missing', () => {
    fc.assert(
      fc.property(changes, fc.nat(), fc.nat(7), (list, place, bit) => {
        const { bytes } = encodeLogRecord(5, list, noRoom);
        const used = 16 + bytes.readUInt32LE(4);
        const broken = Buffer.from(bytes);
        const at = place % used;
        broken[at] = (broken[at] ?? 0) ^ (1 << bit);
        expect(readLogRecord(broken, 0, 5)).toBeUndefined();
        expect(readLogRecord(bytes.subarray(0, place % used), 0, 5)).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  test('is not found in zeros, nor behind the end', () => {
    const zeros = Buffer.alloc(2 * logPageBytes);
    expect(readLogRecord(zeros, 0, 1)).toBeUndefined();
    expect(readLogRecord(zeros, 0, 0)).toBeUndefined();
    expect(readLogRecord(zeros, zeros.length, 1)).toBeUndefined();
  });
});
