import {
  decodeGroupHead,
  encodeGroupHead,
} from '../../../../../broker/src/core/local-engine/group-record.ts';
import type { GroupHead } from '../../../../../broker/src/core/local-engine/group-record.ts';

const head: GroupHead = {
  settings: {
    name: 'g',
    ackTimeoutMs: 30_000,
    deliveryCountMax: 10,
    backoffMs: [1_000, 5_000],
    keyHeader: 'customer',
  },
  start: { kind: 'time', timeMs: 1_700_000_000_000 },
  createdAtMs: 1_700_000_000_001,
  settledSequence: 7,
  deliveredSequence: 9,
  deliveryCount: 12,
  missedCount: 1,
};

const record = (fields: object): Uint8Array => Buffer.from(JSON.stringify(fields));

describe('The record of a group', () => {
  test('is read back as it was written', () => {
    expect(decodeGroupHead(encodeGroupHead(head))).toEqual(head);
  });

  test('of the first version has no back-off list and no key', () => {
    const settings = { name: 'g', ackTimeoutMs: 30_000, deliveryCountMax: 10 };
    const found = decodeGroupHead(record({ ...head, v: 1, settings }));
    expect(found).toEqual({ ...head, settings: { ...settings, backoffMs: [], keyHeader: null } });
  });

  test('of the second version has no key', () => {
    const settings = { ...head.settings, keyHeader: undefined }; // JSON leaves it out
    const found = decodeGroupHead(record({ ...head, v: 2, settings }));
    expect(found).toEqual({ ...head, settings: { ...settings, keyHeader: null } });
  });

  test('of a version that nobody knows yet is refused', () => {
    expect(() => decodeGroupHead(record({ ...head, v: 4 }))).toThrow(/has format 4/);
  });
});
