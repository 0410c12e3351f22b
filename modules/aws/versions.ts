import type { SupportedVersion } from '../contract/index.ts';

/** Versions of AWS's services that are asked for by number; read in November 2026. */
export const awsVersions = {
  kubernetes: {
    product: 'EKS',
    version: '1.36',
    endsOn: '2027-08-02',
    source: 'Amazon EKS user guide, "Understand the Kubernetes version lifecycle on EKS"',
  },
  postgres: {
    product: 'RDS for PostgreSQL',
    version: '17',
    // RDS carries a version some months further than its makers do; this is their day.
    endsOn: '2029-11-08',
    source: 'PostgreSQL, "Versioning Policy"',
  },
} as const satisfies Record<string, SupportedVersion>;
