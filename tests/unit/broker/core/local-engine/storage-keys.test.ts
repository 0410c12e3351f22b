import fc from 'fast-check';
import {
  blockKey,
  deadLetterKey,
  delayedKey,
  groupHeadKey,
  groupHeadRange,
  ledgerChunkKey,
  ledgerRange,
  messageIdsKey,
  messageIdsRange,
  numberAtEnd,
  partitionHeadKey,
  stationRanges,
} from '../../../../../broker/src/core/local-engine/storage-keys.ts';

const address = fc.record({
  stationId: fc.integer({ min: 1, max: 2 ** 32 - 2 }),
  partition: fc.integer({ min: 1, max: 10_000 }),
});
const number = fc.maxSafeNat();
const group = fc.stringMatching(/^[a-z0-9][a-z0-9_.-]{0,20}$/);

function isWithin(key: Uint8Array, range: { from: Uint8Array; before: Uint8Array }): boolean {
  return Buffer.compare(key, range.from) >= 0 && Buffer.compare(key, range.before) < 0;
}

describe('storage keys', () => {
  test('are in the order of their numbers', () => {
    fc.assert(
      fc.property(address, number, number, (at, one, other) => {
        const sign = Math.sign(one - other);
        expect(Buffer.compare(blockKey(at, one), blockKey(at, other))).toBe(sign);
        expect(Buffer.compare(ledgerChunkKey(at, 'g', one), ledgerChunkKey(at, 'g', other))).toBe(
          sign,
        );
        expect(numberAtEnd(blockKey(at, one))).toBe(one);
        expect(numberAtEnd(ledgerChunkKey(at, 'g', one))).toBe(one);
        expect(numberAtEnd(deadLetterKey(at.stationId, one))).toBe(one);
      }),
    );
  });

  test('lie in the ranges of their own partition and group, and in no other', () => {
    fc.assert(
      fc.property(address, address, group, group, number, (at, elsewhere, name, other, index) => {
        const isSame = at.stationId === elsewhere.stationId && at.partition === elsewhere.partition;
        expect(isWithin(groupHeadKey(at, name), groupHeadRange(elsewhere))).toBe(isSame);
        expect(isWithin(messageIdsKey(at, index), messageIdsRange(elsewhere))).toBe(isSame);
        const chunk = ledgerChunkKey(at, name, Math.min(index, Number.MAX_SAFE_INTEGER - 1));
        expect(isWithin(chunk, ledgerRange(elsewhere, other))).toBe(isSame && name === other);
      }),
    );
  });

  test('lie in exactly one range of their station, and in none of its neighbour', () => {
    fc.assert(
      fc.property(address, group, number, (at, name, index) => {
        const keys = [
          partitionHeadKey(at),
          blockKey(at, index),
          messageIdsKey(at, index),
          groupHeadKey(at, name),
          ledgerChunkKey(at, name, index),
          deadLetterKey(at.stationId, index),
          delayedKey(at, index),
        ];
        for (const key of keys) {
          const rangesOf = (stationId: number) =>
            stationRanges(stationId).filter((range) => isWithin(key, range)).length;
          expect(rangesOf(at.stationId)).toBe(1);
          expect(rangesOf(at.stationId + 1)).toBe(0);
        }
      }),
    );
  });

  test('keep the chunks of a group apart from those of a group whose name goes on', () => {
    const at = { stationId: 1, partition: 1 };
    expect(isWithin(ledgerChunkKey(at, 'orders2', 0), ledgerRange(at, 'orders'))).toBe(false);
    expect(isWithin(ledgerChunkKey(at, 'orders', 7), ledgerRange(at, 'orders'))).toBe(true);
  });
});
