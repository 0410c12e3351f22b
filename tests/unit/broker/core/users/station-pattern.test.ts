import {
  checkedPattern,
  patternCovers,
} from '../../../../../broker/src/core/users/station-pattern.ts';

describe('checkedPattern', () => {
  test.each(['*', 'orders', 'orders.*', 'orders.*.eu', 'a-b_c.1', '*'.padStart(119, 'a.')])(
    'takes %s',
    (pattern) => {
      expect(checkedPattern(pattern)).toBe(pattern);
    },
  );

  test('takes upper case for lower case, as in names of stations', () => {
    expect(checkedPattern('My.Orders.*')).toBe('my.orders.*');
  });

  test.each([
    '',
    '*.orders',
    'ord*',
    'orders.',
    '.orders',
    'a..b',
    'a b',
    '>',
    'a.>',
    'a#b',
    'ä',
    'x'.repeat(121),
  ])('rejects %j, which is none', (pattern) => {
    expect(() => checkedPattern(pattern)).toThrow(
      expect.objectContaining({ code: 'STATION_PATTERN' }),
    );
  });
});

describe('patternCovers', () => {
  test.each([
    ['*', 'anything', true],
    ['*', 'a.b.c', true],
    ['orders', 'orders', true],
    ['orders', 'orders.eu', false],
    ['orders', 'order', false],
    ['orders.*', 'orders.eu', true],
    ['orders.*', 'orders.eu.north', true],
    ['orders.*', 'orders', false],
    ['orders.*', 'orders2.eu', false],
    ['orders.*.raw', 'orders.eu.raw', true],
    ['orders.*.raw', 'orders.eu.north.raw', false],
    ['orders.*.raw', 'orders.eu', false],
    ['orders.*.raw.*', 'orders.eu.raw.1', true],
    ['orders.*.raw.*', 'orders.eu.raw', false],
    ['orders.*.*', 'orders.eu', false],
    ['orders.*.*', 'orders.eu.1', true],
  ])('%s, station %s: %s', (pattern, station, covered) => {
    expect(patternCovers(pattern, station)).toBe(covered);
  });
});
