import fc from 'fast-check';
import { nearestName } from '../../../../broker/src/config/nearest-name.ts';

const known = ['THEBES_HOST', 'THEBES_CLIENT_PORT', 'THEBES_MONITORING_PORT'];

describe('nearestName', () => {
  test.each([
    ['THEBES_HSOT', 'THEBES_HOST'],
    ['THEBES_HOSTNAME', 'THEBES_HOST'],
    ['THEBES_CLIENTPORT', 'THEBES_CLIENT_PORT'],
    ['THEBES_MONITOR_PORT', 'THEBES_MONITORING_PORT'],
  ])('takes %s for %s', (name, expected) => {
    expect(nearestName(name, known)).toBe(expected);
  });

  test('is silent where more than a third is different', () => {
    expect(nearestName('THEBES_TLS_CERTIFICATE', known)).toBeUndefined();
    expect(nearestName('', known)).toBeUndefined();
  });

  test('finds a name that one slip was made in', () => {
    const slip = fc.record({
      name: fc.constantFrom(...known),
      at: fc.nat({ max: 10 }),
      kind: fc.constantFrom('leave out', 'double', 'replace'),
    });
    fc.assert(
      fc.property(slip, ({ name, at, kind }) => {
        const character = {
          'leave out': '',
          double: name.slice(at, at + 1).repeat(2),
          replace: 'x',
        };
        const mistyped = name.slice(0, at) + character[kind] + name.slice(at + 1);
        expect(nearestName(mistyped, known)).toBe(name);
      }),
    );
  });
});
