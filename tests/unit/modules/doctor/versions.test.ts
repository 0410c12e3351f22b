import { examineVersions } from '../../../../modules/doctor/versions.ts';
import { inShort } from './in-short.ts';

const eks = { product: 'EKS', version: '1.36', endsOn: '2027-08-02', source: 'a table' };

describe('examineVersions', () => {
  test.each([
    ['2027-05-03T23:59:59Z', 'ok version of EKS: EKS 1.36, supported until 2027-08-02'],
    ['2027-05-05T00:00:00Z', 'warning version of EKS: VERSION_ENDS_SOON'],
    ['2027-08-02T23:00:00Z', 'warning version of EKS: VERSION_ENDS_SOON'],
    ['2027-08-03T00:00:00Z', 'problem version of EKS: VERSION_ENDED'],
  ])('on %s says %s', (now, expected) => {
    expect(inShort(examineVersions([eks], new Date(now)))).toEqual([expected]);
  });

  test('counts the days that are left', () => {
    const [found] = examineVersions([eks], new Date('2027-07-24T12:00:00Z'));
    expect(found).toMatchObject({ problem: { what: 'EKS 1.36 is supported for 9 days more' } });
  });
});
