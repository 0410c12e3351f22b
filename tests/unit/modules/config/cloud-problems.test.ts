import { loadKit } from '../../../../modules/config/index.ts';

const office = { KIT_ADMIN_CIDRS: '192.0.2.0/24', KIT_CLIENT_CIDRS: '192.0.2.0/24' };
const production = { KIT_SIZE: 'large', KIT_STATE: 's3://acme/x', ...office };

function problemsOf(variables: Record<string, string>): string[] {
  const kit = loadKit({ config: { environments: {} }, variables, root: '/checkout' });
  expect(kit.local.problems.filter(({ code }) => code !== 'SIZE_NOT_ON_LOCAL')).toEqual([]);
  return kit.aws.problems.map(({ code }) => code);
}

describe('settings of a cloud that do not go together', () => {
  test('are none with nothing set, and none in production with all that it wants to be told', () => {
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf(production)).toEqual([]);
    expect(problemsOf({ ...production, KIT_TLS: 'managed', KIT_DOMAIN: 'example.com' })).toEqual(
      [],
    );
    expect(problemsOf({ KIT_SPOT: 'true', KIT_DATABASE: 'embedded' })).toEqual([]);
  });

  test.each<[string, Record<string, string>]>([
    ['CIDRS_MISSING', { KIT_SIZE: 'small', KIT_ADMIN_CIDRS: '192.0.2.0/24' }],
    ['CIDRS_MISSING', { KIT_SIZE: 'small', KIT_CLIENT_CIDRS: '192.0.2.0/24' }],
    ['CIDRS_OPEN', { ...production, KIT_ADMIN_CIDRS: '192.0.2.0/24,0.0.0.0/0' }],
    ['STATE_NOT_SHARED', { KIT_SIZE: 'medium', ...office }],
    ['DATABASE_EMBEDDED', { ...production, KIT_DATABASE: 'embedded' }],
    ['DOMAIN_MISSING', { KIT_TLS: 'managed' }],
    ['SPOT_NOT_ALLOWED', { ...production, KIT_SPOT: 'true' }],
    ['CIDRS_IPV6', { KIT_ADMIN_CIDRS: '192.0.2.0/24,2001:db8::/32' }],
    ['CIDRS_IPV6', { KIT_CLIENT_CIDRS: '2001:db8::/32' }],
    ['ADMIN_CIDRS_PRIVATE', { KIT_ADMIN_CIDRS: '192.0.2.0/24,10.1.0.0/16' }],
    ['ADMIN_CIDRS_PRIVATE', { KIT_ADMIN_CIDRS: '172.31.0.0/16' }],
    ['DOMAIN_TOO_LONG', { KIT_TLS: 'managed', KIT_DOMAIN: `${'a'.repeat(53)}.example` }],
    ['SETTING_INVALID', { KIT_TLS: 'secret:Not_A_Name' }],
    ['SETTING_INVALID', { KIT_ADMIN_CIDRS: '192.0.2.0/33' }],
    ['SETTING_INVALID', { KIT_CLIENT_CIDRS: '192.0.2.1' }],
    ['SETTING_INVALID', { KIT_CLIENT_CIDRS: '192.0.2.1/24' }],
    ['SETTING_INVALID', { KIT_CLIENT_CIDRS: '192.0.2.128/24' }],
    ['SETTING_INVALID', { KIT_STATE: 's3://acme/../other' }],
    ['SETTING_INVALID', { KIT_STATE: 'spaces://acme/x' }],
    ['SETTING_INVALID', { KIT_TTL: '91d' }],
    ['SETTING_INVALID', { KIT_IMAGE: 'thebes:latest' }],
    ['SETTING_INVALID', { KIT_IMAGE: 'thebes' }],
    ['SETTING_INVALID', { KIT_REGION: 'Frankfurt' }],
    ['SETTING_INVALID', { KIT_REGION: 'cn-north-1' }],
    ['SETTING_INVALID', { KIT_REGION: 'us-gov-west-1' }],
    ['SETTING_INVALID', { KIT_AWS_ADMINS: 'arn:aws:iam::1:role/x' }],
    ['SETTING_INVALID', { KIT_OWNER: 'a b' }],
  ])('are refused at the plan of the cloud alone: %s for %j', (code, variables) => {
    expect(problemsOf(variables)).toEqual([code]);
  });

  test('take a network by its own address, and each thing of a list once', () => {
    const cidrs = '192.0.2.128/25,0.0.0.0/0,192.0.2.1/32,192.0.2.1/32';
    const variables = { KIT_CLIENT_CIDRS: cidrs };
    expect(problemsOf(variables)).toEqual([]);
    const { aws } = loadKit({ config: { environments: {} }, variables, root: '/checkout' });
    expect(aws.clientCidrs).toEqual(['192.0.2.128/25', '0.0.0.0/0', '192.0.2.1/32']);
  });

  test('says the longest name that a certificate may have by counting the environment', () => {
    const domain = `${'a'.repeat(52)}.example`; // with "dev." 64 characters
    expect(problemsOf({ KIT_TLS: 'managed', KIT_DOMAIN: domain })).toEqual([]);
  });

  test('leave warnings where they are allowed: open to the world, in clear, a state that may be lost', () => {
    const warnings = (variables: Record<string, string>): string =>
      loadKit({ config: { environments: {} }, variables, root: '/checkout' }).aws.warnings.join(
        '\n',
      );
    expect(warnings({})).toMatch(/KIT_ADMIN_CIDRS[^]*KIT_CLIENT_CIDRS[^]*KIT_TLS/);
    expect(warnings({ KIT_SIZE: 'small', ...office })).toMatch(/KIT_STATE=s3[^]*size sandbox/);
    const closed = { ...office, KIT_TLS: 'secret:broker' };
    expect(warnings(closed)).toBe('');
    const managed = { ...office, KIT_TLS: 'managed', KIT_DOMAIN: 'example.com' };
    expect(warnings(managed)).toContain('On port 6666 clients speak in clear');
  });
});
