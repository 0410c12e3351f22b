import { matchesTarget } from '../../../../../support/simulated-providers/world/fault.ts';

describe('A target', () => {
  test.each([
    ['aws_vpc', true],
    ['aws_vpc.main[0]', true],
    ['aws_*', true],
    ['*.main[0]', true],
    ['*', true],
    ['aws_vp', false],
    ['aws_vpc.main', false],
    ['vpc', false],
    ['aws.vpc', false],
  ])('%s means aws_vpc.main[0]: %s', (pattern, expected) => {
    expect(matchesTarget(pattern, 'aws_vpc', 'aws_vpc.main[0]')).toBe(expected);
  });

  test('is compared with the type alone where there is no address', () => {
    expect(matchesTarget('aws_vpc', 'aws_vpc', undefined)).toBe(true);
    expect(matchesTarget('aws_vpc.main', 'aws_vpc', undefined)).toBe(false);
  });
});
