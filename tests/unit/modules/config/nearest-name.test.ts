import { nearestName } from '../../../../modules/config/nearest-name.ts';

const known = ['KIT_SIZE', 'KIT_HOST', 'KIT_CLIENT_PORT', 'KIT_PORT_OFFSET'];

describe('nearestName', () => {
  test.each([
    ['KIT_SIEZ', 'KIT_SIZE'],
    ['KIT_CLEINT_PORT', 'KIT_CLIENT_PORT'],
    ['KIT_PORT_OFSET', 'KIT_PORT_OFFSET'],
    ['KIT_HOSTS', 'KIT_HOST'],
  ])('takes %s for %s', (typed, meant) => {
    expect(nearestName(typed, known)).toBe(meant);
  });

  test('knows none for another word', () => {
    expect(nearestName('KIT_ZEBRA_CROSSING', known)).toBeUndefined();
    expect(nearestName('KIT_SIZE', [])).toBeUndefined();
  });
});
