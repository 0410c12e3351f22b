import path from 'node:path';
import {
  cloudRecord,
  readEnvironmentRecord,
  recordTarget,
} from '../../../../modules/config/index.ts';
import { extendRecord } from '../../../../modules/lifetime/index.ts';
import { tempDir } from '../../../support/index.ts';

const hourMs = 3_600_000;
const created = new Date('2026-11-30T08:00:00.000Z');
const now = new Date('2026-11-30T12:00:00.000Z');

function placeWith(expires: string | null) {
  const place = cloudRecord(tempDir(), 'dev');
  const facts = { size: 'sandbox', expires, state: 'local', owner: 'ada', fixed: { region: 'x' } };
  recordTarget(place, 'aws', facts, created);
  return place;
}

describe('extendRecord', () => {
  test('moves the end that is to come by the time, and leaves the rest of the record', () => {
    const place = placeWith('2026-11-30T16:00:00.000Z');
    expect(extendRecord(place, { byMs: 4 * hourMs, now })).toEqual([
      { target: 'aws', before: '2026-11-30T16:00:00.000Z', after: '2026-11-30T20:00:00.000Z' },
    ]);
    expect(readEnvironmentRecord(place).targets['aws']).toEqual({
      size: 'sandbox',
      created: created.toISOString(),
      expires: '2026-11-30T20:00:00.000Z',
      state: 'local',
      owner: 'ada',
      fixed: { region: 'x' },
    });
  });

  test('counts from now where the end has passed', () => {
    const [moved] = extendRecord(placeWith('2026-11-30T09:00:00.000Z'), { byMs: hourMs, now });
    expect(moved?.after).toBe('2026-11-30T13:00:00.000Z');
  });

  test('takes the end away for no time at all, and gives none to what has none', () => {
    const place = placeWith('2026-11-30T16:00:00.000Z');
    expect(extendRecord(place, { byMs: Infinity, now })[0]?.after).toBeNull();
    expect(extendRecord(place, { byMs: hourMs, now })[0]?.after).toBeNull();
  });

  test('rejects an environment of which nothing is recorded', () => {
    const place = cloudRecord(path.join(tempDir(), 'none'), 'dev');
    expect(() => extendRecord(place, { byMs: hourMs, now })).toThrow('ENVIRONMENT_UNKNOWN');
  });
});
