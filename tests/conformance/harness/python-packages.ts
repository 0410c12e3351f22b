/** The SDK, in its last version. */
export const sdkPackage = 'memphis-py==1.3.1';

/**
 * The newest NATS client for Python, as of 2026-11-22, because the SDK takes any: this is what a new application gets. Look with
 * `pip index versions nats-py`; a newer one goes here, then `npm run test:conformance -- --write`.
 */
export const newestNatsPy = '2.16.0';

/** The NATS clients under the SDK: what a new application gets, and what an old one has. */
export const natsPackages = [
  {
    folder: 'python-newest',
    package: `nats-py==${newestNatsPy}`,
    title: `newest, ${newestNatsPy}`,
  },
  { folder: 'python-2.6.0', package: 'nats-py==2.6.0', title: '2.6.0' },
] as const;
