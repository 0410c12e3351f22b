/**
 * Goal: `npm run plan` says in short what real Terraform plans, and what it costs. Method: the real
 * script with the real cdktf in a copy of the checkout, on a simulated account.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Testing } from '../../../modules/cdk.ts';
import { loadKit } from '../../../modules/config/index.ts';
import { AwsStack } from '../../../stacks/aws.ts';
import { simulatedEnvironment } from '../../support/simulated-providers/index.ts';
import { Checkout } from '../local-target/checkout.ts';
import type { Variables } from '../local-target/checkout.ts';

jest.setTimeout(600_000);

const script = ['--import', 'tsx', 'scripts/plan.ts'];

async function awsVariables(checkout: Checkout): Promise<Variables> {
  const variables = { KIT_ENV: 'plan', KIT_IMAGE: 'registry.example/thebes:1.2.3', USER: 'ada' };
  const kit = loadKit({ config: { environments: {} }, variables, root: checkout.root });
  const stack = JSON.parse(Testing.synth(new AwsStack(Testing.app(), kit))) as object;
  return { ...variables, ...(await simulatedEnvironment(stack)).variables };
}

describe('npm run plan', () => {
  test('counts what a first deploy to AWS makes, and says what it costs', async () => {
    const checkout = new Checkout('healthy');
    const variables = await awsVariables(checkout);
    const { code, output } = await checkout.node([...script, 'aws'], variables);
    const [, added] = /Plan: (\d+) to add, 0 to change, 0 to destroy/.exec(output) ?? [];
    expect(Number(added)).toBeGreaterThan(50);
    expect(output).toContain(`Target aws, environment plan, size sandbox: ${added} to create`);
    expect(output).toMatch(/in all +13\d\.\d\d/);
    expect(code).toBe(0);
    expect(existsSync(path.join(checkout.root, 'cdktf.out/plan/stacks/aws/plan'))).toBe(false);
  });

  test('prints JSON and nothing else when it is asked to', async () => {
    const checkout = new Checkout('healthy');
    const { code, output } = await checkout.node([...script, 'local', '--json'], {
      KIT_ENV: 'plan',
    });
    expect(JSON.parse(output)).toMatchObject({
      environment: 'plan',
      target: 'local',
      changes: [
        { address: 'terraform_data.broker', act: 'create' },
        { address: 'terraform_data.home', act: 'create' },
      ],
      harmful: [],
      estimate: null,
    });
    expect(code).toBe(0);
  });

  test('ends as cdktf ends, with what it said, where there is no plan', async () => {
    const checkout = new Checkout('healthy');
    const { code, output } = await checkout.node([...script, 'local', '--json'], {
      KIT_ENV: 'plan',
      KIT_SIZE: 'large',
    });
    expect(code).toBe(1);
    expect(output).toContain('SIZE_NOT_ON_LOCAL');
  });
});
