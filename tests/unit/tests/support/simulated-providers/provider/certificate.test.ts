import { X509Certificate, createPrivateKey } from 'node:crypto';
import { selfSignedCertificate } from '../../../../../support/simulated-providers/provider/certificate.ts';

describe('The certificate of a provider', () => {
  const { certificate, key, der } = selfSignedCertificate('localhost');
  const read = new X509Certificate(certificate);

  test('names its host, is signed by its own key and may sign', () => {
    expect(read.checkHost('localhost')).toBe('localhost');
    expect(read.checkHost('elsewhere.example')).toBeUndefined();
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(read.ca).toBe(true);
    expect(read.raw.equals(der)).toBe(true);
  });

  test('is on a curve that Terraform takes, and valid now', () => {
    expect(read.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(Date.parse(read.validFrom)).toBeLessThan(Date.now());
    expect(Date.parse(read.validTo)).toBeGreaterThan(Date.now());
  });

  test('is another one for each start', () => {
    expect(
      new X509Certificate(selfSignedCertificate('localhost').certificate).serialNumber,
    ).not.toBe(read.serialNumber);
  });
});
