// Goal: the two commands of the README for AWS, as their user types them, for each size. Method: real
// cdktf and real Terraform in a copy of the checkout, on simulated providers; the account's journal
// says in which order things came and went, and the state whether by an edge of the graph or by luck.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { sizes } from '../../../modules/contract/index.ts';
import type { Size } from '../../../modules/contract/index.ts';
import { presets } from '../../../modules/presets/index.ts';
import { checkOrder, checkOrderOfPrivateNetwork } from '../../stacks/aws-orders.ts';
import { AwsEnvironment } from './aws-environment.ts';

// A command takes 8 s alone on a machine, and many times that beside a full test run on two cores.
jest.setTimeout(600_000);

const deploy = ['deploy', 'aws', '--auto-approve'];
const destroy = ['destroy', 'aws', '--auto-approve'];

/** What each size is tried with beside its defaults, so that every branch of the modules is applied once. */
const variations: Readonly<Record<Size, Readonly<Record<string, string>>>> = {
  sandbox: { KIT_SPOT: 'true', KIT_DOMAIN: 'broker.example.com' },
  small: { KIT_AWS_ADMINS: 'arn:aws:iam::111122223333:role/ci/deploy', KIT_K8S_AUTH: 'token' },
  medium: { KIT_TLS: 'secret:broker-tls', KIT_NAT_PER_ZONE: 'true' },
  large: { KIT_DOMAIN: 'broker.example.com', KIT_TLS: 'managed' },
};

describe('cdktf deploy aws and cdktf destroy aws', () => {
  test.each(sizes)('make and remove an environment of size %s, whole', async (size) => {
    const environment = await AwsEnvironment.open(`cli-${size}`);
    const settings = environment.settings(size, variations[size]);
    const record = path.join(environment.checkout.root, 'environments', `cli-${size}.json`);

    const deployed = await environment.succeed(deploy, settings);
    expect(deployed).toMatch(/client_url = (nats|tls):\/\/\S+:6666/);
    expect(deployed).toMatch(/monthly_estimate_usd = \d+/);
    expect(existsSync(record)).toBe(true);
    const made = environment.live();
    const secrets = environment.secrets();
    expect(secrets).toHaveLength(size === 'sandbox' ? 3 : 6);

    const again = await environment.succeed(deploy, settings);
    expect(again).toContain('No changes.');
    expect(environment.live()).toEqual(made);

    const released = { ...settings, KIT_ALLOW_DESTROY: environment.name };
    const { stackLock, cloudSwitches } = presets[size].protection;
    if (stackLock) {
      const refused = await environment.cdktf(destroy, settings);
      expect(refused.code).not.toBe(0);
      expect(refused.output).toContain('Instance cannot be destroyed');
    }
    // The cloud's own switches are turned off by a deploy, so that nothing goes in one step.
    if (cloudSwitches) await environment.succeed(deploy, released);

    const shown = [deployed, again, environment.written()].join('\n');
    expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);

    const gone = await environment.watch(() => environment.succeed(destroy, released));
    expect(environment.live()).toEqual([]);
    expect(gone.destroyed).toHaveLength(made.length);
    expect(existsSync(record)).toBe(false);
    checkOrder(gone);
    if (size !== 'sandbox') checkOrderOfPrivateNetwork(gone);
  });

  test('make a sandbox no larger, and say why', async () => {
    const environment = await AwsEnvironment.open('cli-grown');
    await environment.succeed(deploy, environment.settings('sandbox'));
    const before = environment.live();
    const refused = await environment.cdktf(deploy, environment.settings('small'));
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain('REPLACEMENT_REFUSED');
    expect(refused.output).toContain(
      'size small and larger, where cli-grown was deployed with sandbox',
    );
    expect(environment.live()).toEqual(before);
  });

  test('do nothing to an environment with the login of another account', async () => {
    const environment = await AwsEnvironment.open('cli-other');
    const settings = environment.settings('sandbox');
    await environment.succeed(deploy, settings);
    // In the tests' own folder: one in the user's home would serve other checkouts, and real stacks.
    expect(environment.providerFolder).toContain(path.join('.cache', 'simulated-providers'));
    const before = environment.live();
    environment.moveTo('999999999999');
    const refused = await environment.cdktf(destroy, settings);
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain('AWS account ID not allowed');
    expect(environment.live()).toEqual(before);
  });
});
