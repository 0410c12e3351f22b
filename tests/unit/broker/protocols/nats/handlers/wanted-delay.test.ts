import { wantedDelay } from '../../../../../../broker/src/protocols/nats/handlers/wanted-delay.ts';

const nowMs = Date.parse('2026-11-21T12:00:00Z');
const delay = (value: string) => wantedDelay([{ key: 'delay', value }], nowMs);
const deliverAt = (value: string) => wantedDelay([{ key: 'deliver-at', value }], nowMs);

describe('wantedDelay', () => {
  test.each([
    ['0s', 0],
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['366d', 31_622_400_000],
  ])('reads a delay of %s', (value, ms) => {
    expect(delay(value)).toBe(nowMs + ms);
  });

  test.each([
    ['2026-11-21T12:00:01Z', 1_000],
    ['2026-11-21T12:00:00.250Z', 250],
    ['2026-11-21T14:00:05+02:00', 5_000],
    ['2020-01-01T00:00:00Z', Date.parse('2020-01-01T00:00:00Z') - nowMs],
  ])('reads a time of %s', (value, ms) => {
    expect(deliverAt(value)).toBe(nowMs + ms);
  });

  test.each(['', '30', 's', '-5s', '1.5s', '30 s', '1h30m', '30S', '9999999999999s', 'soon'])(
    'refuses the delay %j with what is accepted',
    (value) => {
      expect(delay(value)).toBe(
        `delay is "${value}" and has to be a whole number with ms, s, m, h or d, like 30s`,
      );
    },
  );

  test.each([
    '',
    '2026-11-21',
    '2026-11-21T12:00:00',
    '2026-13-01T00:00:00Z',
    '1763726400',
    'noon',
  ])('refuses the time %j with what is accepted', (value) => {
    expect(deliverAt(value)).toMatch(/has to be a time with its zone, like 2026-01-31T12:00:00Z$/);
  });

  test('refuses what is further away than a year, and two times for one message', () => {
    expect(delay('367d')).toMatch(/must not be more than 366 days ahead/);
    expect(deliverAt('2028-01-01T00:00:00Z')).toMatch(/must not be more than 366 days ahead/);
    const both = [
      { key: 'delay', value: '1s' },
      { key: 'deliver-at', value: '2026-11-21T12:00:01Z' },
    ] as const;
    expect(wantedDelay(both, nowMs)).toBe('a message has one deliver-at or delay header');
  });
});
