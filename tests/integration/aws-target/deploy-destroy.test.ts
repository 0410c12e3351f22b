// Goal: the two commands of the README for AWS, as their user types them, for each size. Method: real
// cdktf and real Terraform in a copy of the checkout, on simulated providers; the account's journal
// says in which order things came and went.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { sizes } from '../../../modules/contract/index.ts';
import { presets } from '../../../modules/presets/index.ts';
import type { JournalEntry } from '../../support/simulated-providers/index.ts';
import { AwsEnvironment } from './aws-environment.ts';

jest.setTimeout(600_000);

const deploy = ['deploy', 'aws', '--auto-approve'];
const destroy = ['destroy', 'aws', '--auto-approve'];

/** The types that an operation met, in order. */
function typesOf(journal: readonly JournalEntry[], op: JournalEntry['op']): string[] {
  return journal.filter((entry) => entry.op === op).map(({ type }) => type);
}

/** Everything of the first pattern went before anything of the second. */
function expectBefore(types: readonly string[], first: RegExp, second: RegExp): void {
  const firsts = types.flatMap((type, index) => (first.test(type) ? [index] : []));
  const seconds = types.flatMap((type, index) => (second.test(type) ? [index] : []));
  expect([String(first), firsts.length > 0, String(second), seconds.length > 0]).toEqual([
    String(first),
    true,
    String(second),
    true,
  ]);
  expect(Math.max(...firsts)).toBeLessThan(Math.min(...seconds));
}

describe('cdktf deploy aws and cdktf destroy aws', () => {
  test.each(sizes)('make and remove an environment of size %s, whole', async (size) => {
    const environment = await AwsEnvironment.open(`cli-${size}`);
    const settings = environment.settings(size);
    const record = path.join(environment.checkout.root, 'environments', `cli-${size}.json`);

    const deployed = await environment.succeed(deploy, settings);
    expect(deployed).toMatch(/client_url = nats:\/\/\S+:6666/);
    expect(existsSync(record)).toBe(true);
    environment.takeJournal();

    expect(await environment.succeed(deploy, settings)).toContain('No changes.');
    expect(typesOf(environment.takeJournal(), 'create')).toEqual([]);

    const released = { ...settings, KIT_ALLOW_DESTROY: environment.name };
    const { stackLock, cloudSwitches } = presets[size].protection;
    if (stackLock) {
      const refused = await environment.cdktf(destroy, settings);
      expect(refused.code).not.toBe(0);
      expect(refused.output).toContain('Instance cannot be destroyed');
    }
    if (cloudSwitches) {
      // The cloud's own switches are turned off by a deploy, so that nothing goes in one step.
      await environment.succeed(deploy, released);
    }
    environment.takeJournal();
    await environment.succeed(destroy, released);
    expect(environment.live()).toEqual([]);
    expect(existsSync(record)).toBe(false);

    const gone = typesOf(environment.takeJournal(), 'destroy');
    expectBefore(
      gone,
      /^kubernetes_/,
      /^aws_eks_(node_group|access_entry|access_policy_association|cluster)$/,
    );
    expectBefore(gone, /^aws_eks_node_group$/, /^aws_(route|internet_gateway|eks_cluster)$/);
    expectBefore(gone, /^aws_lb_listener$/, /^aws_lb$/);
  });
});
