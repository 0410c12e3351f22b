// Goal: what a change of size takes away, and what a deploy that was cut off leaves to the next one.
// Method: the real Terraform on simulated providers, which refuse what AWS refuses; no account, no network.
import { createHash } from 'node:crypto';
import type { Size } from '../../modules/contract/index.ts';
import { simulate } from '../support/simulated-providers/index.ts';
import type { Simulation } from '../support/simulated-providers/index.ts';
import { AwsScene } from './aws-scene.ts';

// A run takes 3 s alone on a machine, and many times that beside a full test run on two cores.
jest.setTimeout(600_000);

describe('AwsStack in a simulated account', () => {
  test('replaces nothing from small to medium to large and back, and takes no disk away', async () => {
    const scene = new AwsScene();
    const replaced: string[] = [];
    const destroyed: string[] = [];
    const start = scene.kit('small', { KIT_STATE: 's3://states/team' });
    const simulation = await simulate(JSON.stringify(scene.json(start)));
    await simulation.apply();
    scene.record(start);
    for (const size of ['medium', 'large', 'small'] as const) {
      const kit = scene.kit(size, { KIT_STATE: 's3://states/team' });
      await simulation.change(JSON.stringify(scene.json(kit)));
      const run = await simulation.apply();
      scene.record(kit);
      replaced.push(...run.replaced);
      destroyed.push(...run.destroyed);
    }
    expect(await simulation.plan()).toEqual([]);
    expect(replaced).toEqual([]);
    // What the larger sizes have more of, none of which keeps anything that is needed.
    expect(destroyed.map((address) => address.replace(/\..*/, ''))).toEqual([
      'aws_cloudwatch_log_group',
      ...['aws_eip', 'aws_eip', 'aws_flow_log', 'aws_iam_role', 'aws_iam_role_policy'],
      ...['aws_nat_gateway', 'aws_nat_gateway'],
    ]);
    const disks = simulation.live().filter(({ type }) => type === 'aws_ebs_volume');
    expect(disks.map(({ values }) => values['size'])).toEqual([200, 200, 200]);
  });

  describe('after a deploy that was cut off while AWS was making the database', () => {
    const database = 'aws_db_instance.database';

    async function cutOff(size: Size): Promise<Simulation> {
      const scene = new AwsScene();
      const simulation = await simulate(JSON.stringify(scene.json(scene.kit(size))));
      const effect = { kind: 'unfinished', message: 'context canceled' } as const;
      simulation.fail({ on: 'create', target: database, effect });
      await expect(simulation.apply()).rejects.toThrow('context canceled');
      simulation.heal();
      return simulation;
    }

    test('makes it again in a sandbox, by the same command', async () => {
      const simulation = await cutOff('sandbox');
      expect((await simulation.apply()).replaced).toEqual([database]);
      expect(await simulation.plan()).toEqual([]);
    });

    // docs/guides/aws.md, "Deploy"
    test('refuses to make it again where it is protected, and goes on with it when told that it is there', async () => {
      const simulation = await cutOff('medium');
      await expect(simulation.apply()).rejects.toThrow('Instance cannot be destroyed');
      await simulation.untaint(database);
      expect((await simulation.apply()).replaced).toEqual([]);
      expect(await simulation.plan()).toEqual([]);
    });
  });

  test('refuses a destroy that forgot the size, which is a sandbox to it', async () => {
    const checkout = new AwsScene();
    const small = checkout.kit('small');
    const simulation = await simulate(JSON.stringify(checkout.json(small)));
    const { live } = await simulation.apply();
    checkout.record(small);
    await simulation.change(JSON.stringify(checkout.json(checkout.kit('sandbox'))));
    await expect(simulation.destroy()).rejects.toThrow('Instance cannot be destroyed');
    expect(simulation.live()).toHaveLength(live.length);
  });

  test('gives database, store and pods one password and shows it nowhere, also after a deploy that was cut off', async () => {
    const stored = 'aws_secretsmanager_secret_version.password-database-value';
    const sandbox = new AwsScene();
    const simulation = await simulate(JSON.stringify(sandbox.json(sandbox.kit('sandbox'))));
    // The secret is there without a value, and is not to be read before it has one.
    const effect = { kind: 'error', message: 'the network is gone' } as const;
    simulation.fail({ on: 'create', target: stored, effect });
    await expect(simulation.apply()).rejects.toThrow('the network is gone');
    simulation.heal();
    await simulation.apply();

    const password = simulation.live().find(({ address }) => address === stored)?.secrets?.[
      'secret_string_wo'
    ] as string;
    expect(password).toMatch(/^[0-9A-Za-z]{32}$/);
    const digest = createHash('sha256').update(password).digest('hex');
    const told = simulation
      .journal()
      .filter(({ op, sent }) => op === 'create' && JSON.stringify(sent ?? {}).includes(digest))
      .map(({ type }) => type);
    const takers = ['aws_secretsmanager_secret_version', 'aws_db_instance', 'kubernetes_secret_v1'];
    expect(told).toEqual(expect.arrayContaining(takers));
    expect(simulation.state()).not.toContain(password);
    expect(JSON.stringify(simulation.journal())).not.toContain(password);
  });
});
