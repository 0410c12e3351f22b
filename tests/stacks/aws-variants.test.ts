/**
 * Goal: whatever an environment on AWS is told to be, its stack keeps every policy and costs what the
 * design says. Method: the stack in JSON, for each size and each variant of the settings.
 */
import { awsVersions } from '../../modules/aws/index.ts';
import { Testing } from '../../modules/cdk.ts';
import { loadKit } from '../../modules/config/index.ts';
import { estimate } from '../../modules/cost/index.ts';
import { violations } from '../../modules/policy/index.ts';
import { AwsStack } from '../../stacks/aws.ts';
import { repositoryRoot } from '../support/index.ts';

const known = {
  KIT_ADMIN_CIDRS: '203.0.113.0/24',
  KIT_CLIENT_CIDRS: '203.0.113.0/24,2001:db8::/32',
  KIT_STATE: 's3://states/thebes',
};

function kitOf(variables: Record<string, string>) {
  return loadKit({
    config: { environments: {} },
    variables: { ...known, ...variables },
    root: repositoryRoot,
    now: new Date('2026-11-30T00:00:00Z'),
  });
}

function synthesize(variables: Record<string, string>) {
  const kit = kitOf(variables);
  const json = JSON.parse(Testing.synth(new AwsStack(Testing.app(), kit))) as Record<
    string,
    unknown
  >;
  return { kit, json };
}

describe('The stack of AWS keeps every policy', () => {
  const variants: readonly Record<string, string>[] = [
    ...['sandbox', 'small', 'medium', 'large'].map((size) => ({ KIT_SIZE: size })),
    { KIT_SIZE: 'sandbox', KIT_SPOT: 'true', KIT_DATABASE: 'embedded' },
    { KIT_SIZE: 'sandbox', KIT_IMAGE: 'ghcr.io/acme/broker:1.2.3', KIT_K8S_AUTH: 'token' },
    { KIT_SIZE: 'small', KIT_DOMAIN: 'broker.example.com', KIT_TLS: 'managed' },
    { KIT_SIZE: 'small', KIT_TLS: 'secret:front', KIT_NAT_PER_ZONE: 'true' },
    { KIT_SIZE: 'medium', KIT_ALLOW_DESTROY: 'dev' },
    {
      KIT_SIZE: 'large',
      KIT_AWS_ADMINS: 'arn:aws:iam::111122223333:role/one,arn:aws:iam::111122223333:role/two',
    },
    { KIT_SIZE: 'medium', KIT_FORGET_CLUSTER: 'dev' },
  ];

  test.each(variants.map((variant) => [JSON.stringify(variant), variant] as const))(
    'as %s',
    (_, variant) => {
      const { kit, json } = synthesize(variant);
      const { clientCidrs, mayDestroy } = kit.aws;
      const found = violations(json, {
        preset: kit.preset,
        clientCidrs,
        mayDestroy,
        versions: Object.values(awsVersions),
        today: new Date('2026-11-30T00:00:00Z'),
      });
      expect(found.map(({ rule, address, what }) => `${rule.name} ${address}: ${what}`)).toEqual(
        [],
      );
    },
  );
});

describe('The stack of AWS', () => {
  test('is refused by its plan, by name, with a load balancer that a controller would make', () => {
    const kit = kitOf({});
    const stack = new AwsStack(Testing.app(), kit);
    stack.addOverride('resource.kubernetes_service_v1.planted', {
      metadata: { name: 'planted', namespace: '${kubernetes_namespace_v1.platform-namespace.id}' },
      spec: { type: 'LoadBalancer' },
    });
    const json = JSON.parse(Testing.synth(stack)) as {
      locals: { policy_violations: string[] };
      resource: { terraform_data: Record<string, unknown> };
    };
    expect(json.locals.policy_violations).toEqual([
      expect.stringContaining('no-load-balancer-of-a-controller'),
    ]);
    expect(json.resource.terraform_data).toHaveProperty('policy_violations.lifecycle.precondition');
  });

  test('says what it costs a month among its outputs', () => {
    const { json } = synthesize({});
    const { monthly_estimate_usd: output } = json['output'] as Record<string, { value: number }>;
    expect(output?.value).toBe(Math.round(estimate(json).monthUsd));
  });
});

describe('The stack of AWS costs', () => {
  // The sums by hand of iac.md 2.2.
  test.each([
    ['sandbox', 139],
    ['small', 250],
    ['medium', 453],
    ['large', 1305],
  ])('with size %s about %d dollars a month, with a price for everything', (size, sumUsd) => {
    const { monthUsd, unpriced } = estimate(synthesize({ KIT_SIZE: size }).json);
    expect(Math.abs(monthUsd - sumUsd) / sumUsd).toBeLessThan(0.15);
    expect(unpriced).toEqual([]);
  });

  test('less as a sandbox with spot nodes and without a database', () => {
    const usual = estimate(synthesize({}).json).monthUsd;
    const spot = estimate(synthesize({ KIT_SPOT: 'true' }).json);
    expect(spot.monthUsd).toBeCloseTo(usual - 17, 0);
    expect(spot.unpriced).toEqual([]);
    const embedded = estimate(synthesize({ KIT_DATABASE: 'embedded' }).json).monthUsd;
    expect(Math.abs(usual - embedded - 14)).toBeLessThan(1);
  });

  test('as much with a domain and certificates, which have a price for every type', () => {
    const named = { KIT_DOMAIN: 'broker.example.com', KIT_TLS: 'managed' };
    expect(estimate(synthesize(named).json).unpriced).toEqual([]);
  });
});
