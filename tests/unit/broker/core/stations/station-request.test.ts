import fc from 'fast-check';
import { BrokerError } from '../../../../../broker/src/core/errors/index.ts';
import {
  defaultStationSettings,
  stationSettings,
} from '../../../../../broker/src/core/stations/index.ts';
import type { StationRequest } from '../../../../../broker/src/core/stations/index.ts';

/** As the Node SDK sends it when nothing but the name is given. */
const sdkDefaults: StationRequest = {
  name: 'orders',
  retentionType: 'message_age_sec',
  retentionValue: 3600,
  storageType: 'file',
  replicas: 1,
  idempotencyWindowMs: 120_000,
  schemaName: '',
  deadLetters: { undelivered: true, schemaFailures: true },
  partitions: 1,
  deadLetterStation: '',
};

function settingsOf(changes: Partial<StationRequest>) {
  return stationSettings({ ...sdkDefaults, ...changes });
}

function refusalOf(changes: Partial<StationRequest>): string {
  try {
    settingsOf(changes);
  } catch (error) {
    if (error instanceof BrokerError) return error.wireText;
    throw error;
  }
  return 'accepted';
}

describe('stationSettings', () => {
  test('makes of an SDK’s defaults the settings of a station that creates itself', () => {
    expect(settingsOf({})).toEqual(defaultStationSettings('orders'));
  });

  test('lower-cases the names', () => {
    const settings = settingsOf({ name: 'My.Station', deadLetterStation: 'Dead' });
    expect(settings).toMatchObject({ name: 'my.station', deadLetterStation: 'dead' });
  });

  test.each([
    ['message_age_sec', 60, { kind: 'age', ageMaxMs: 60_000 }],
    ['message_age_sec', 2 ** 53 - 1, { kind: 'age', ageMaxMs: 2 ** 53 - 1 }],
    ['messages', 10, { kind: 'messages', countMax: 10 }],
    ['bytes', 10, { kind: 'bytes', bytesMax: 10 }],
    ['ack_based', 0, { kind: 'acked' }],
    ['ack_based', -1, { kind: 'acked' }],
    ['', 10, { kind: 'age', ageMaxMs: 3_600_000 }],
    ['messages', 0, { kind: 'age', ageMaxMs: 3_600_000 }],
    ['bytes', -1, { kind: 'age', ageMaxMs: 3_600_000 }],
    ['message_age_sec', 0, { kind: 'age', ageMaxMs: 3_600_000 }],
  ])('reads retention %s %d as %j', (retentionType, retentionValue, retention) => {
    const idempotencyWindowMs = 1000;
    expect(settingsOf({ retentionType, retentionValue, idempotencyWindowMs }).retention).toEqual(
      retention,
    );
  });

  test.each([
    [-1, 1],
    [0, 1],
    [1, 1],
    [2, 3],
    [3, 3],
    [4, 3],
    [5, 5],
    [9, 5],
  ])('reads %d replicas as %d', (replicas, replicaCount) => {
    expect(settingsOf({ replicas }).replicaCount).toBe(replicaCount);
  });

  test.each([
    [-5, 120_000],
    [0, 120_000],
    [50, 100],
    [100, 100],
    [86_400_000, 86_400_000],
  ])('reads an idempotency window of %d ms as %d', (idempotencyWindowMs, dedupeWindowMs) => {
    const retentionValue = 86_400;
    expect(settingsOf({ idempotencyWindowMs, retentionValue }).dedupeWindowMs).toBe(dedupeWindowMs);
  });

  test('compares the window with the retention only where that is an age', () => {
    expect(settingsOf({ retentionType: 'messages', retentionValue: 1 })).toMatchObject({
      dedupeWindowMs: 120_000,
    });
  });

  test('names its schema in lower case, or none', () => {
    expect(settingsOf({ schemaName: 'My.Shape' }).schema).toBe('my.shape');
    expect(settingsOf({ schemaName: '' }).schema).toBeNull();
  });

  test('stores in memory when asked to, in a file otherwise', () => {
    expect(settingsOf({ storageType: 'memory' }).storage).toBe('memory');
    expect(settingsOf({ storageType: '' }).storage).toBe('file');
  });

  test.each<[Partial<StationRequest>, string]>([
    [{ name: '' }, 'Station name can not be empty'],
    [
      { retentionType: 'foo' },
      'retention type can be one of the following message_age_sec/messages/bytes/ack_based',
    ],
    [{ storageType: 'foo' }, 'storage type can be one of the following file/memory'],
    [
      { idempotencyWindowMs: 86_400_001, retentionValue: 200_000 },
      'idempotency window can not exceed 24 hours',
    ],
    [{ retentionValue: 60 }, 'idempotency window cannot be greater than the station retention'],
    [{ partitions: 0 }, 'you are using an old SDK, make sure to update your SDK'],
    [
      { partitions: -1 },
      'cannot create station with -1 partitions (max:10000 min:1): Station -  orders, ',
    ],
    [
      { partitions: 10_001 },
      'cannot create station with 10001 partitions (max:10000 min:1): Station -  orders, ',
    ],
    [
      { schemaName: 'a b' },
      "Only alphanumeric and the '_', '-', '.' characters are allowed in Schema",
    ],
    [
      { deadLetterStation: 'ORDERS' },
      'Station orders can not take the copies of its own dead letters',
    ],
    [
      { deadLetterStation: 'a b' },
      "Only alphanumeric and the '_', '-', '.' characters are allowed in Station",
    ],
  ])('refuses %j in the words that SDKs know', (changes, text) => {
    expect(refusalOf(changes)).toBe(text);
  });

  test('accepts 1 and 10,000 partitions', () => {
    expect(settingsOf({ partitions: 1 }).partitionCount).toBe(1);
    expect(settingsOf({ partitions: 10_000 }).partitionCount).toBe(10_000);
  });

  test('gives settings within all bounds, or a refusal, for whatever whole numbers come', () => {
    const number = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.integer({ min: -2, max: 12 }));
    const request = fc.record({
      retentionType: fc.constantFrom('', 'message_age_sec', 'messages', 'bytes', 'ack_based', 'x'),
      retentionValue: number,
      replicas: number,
      idempotencyWindowMs: number,
      partitions: number,
    });
    fc.assert(
      fc.property(request, (changes) => {
        if (refusalOf(changes) !== 'accepted') return;
        const settings = settingsOf(changes);
        expect([1, 3, 5]).toContain(settings.replicaCount);
        expect(settings.partitionCount).toBeGreaterThanOrEqual(1);
        expect(settings.partitionCount).toBeLessThanOrEqual(10_000);
        expect(settings.dedupeWindowMs).toBeGreaterThanOrEqual(100);
        expect(settings.dedupeWindowMs).toBeLessThanOrEqual(86_400_000);
        const bounds = Object.values(settings.retention).filter((value) => value !== 'acked');
        for (const bound of bounds.filter((value) => typeof value === 'number')) {
          expect(Number.isSafeInteger(bound) && bound > 0).toBe(true);
        }
      }),
    );
  });
});
