import { X509Certificate } from 'node:crypto';
import { databaseAuthorities } from '../../../../modules/aws/database-authorities.ts';

describe('databaseAuthorities', () => {
  test('gives the three of a region, of no other, and none that has ended', () => {
    const certificates = databaseAuthorities('eu-central-1').map((pem) => new X509Certificate(pem));
    const names = certificates.map(({ subject }) => /CN=(.*)/.exec(subject)?.[1]).sort();
    expect(names).toEqual([
      'Amazon RDS eu-central-1 Root CA ECC384 G1',
      'Amazon RDS eu-central-1 Root CA RSA2048 G1',
      'Amazon RDS eu-central-1 Root CA RSA4096 G1',
    ]);
    for (const { ca, validTo } of certificates) {
      expect(ca).toBe(true);
      expect(new Date(validTo).getFullYear()).toBeGreaterThan(2060);
    }
  });

  test('gives none for a region that it does not know', () => {
    expect(databaseAuthorities('xx-nowhere-1')).toEqual([]);
  });
});
