// Goal: the whole life of a stack with the real Terraform and the simulated providers, and that the
// simulation notices what it is there to notice. Method: one small stack with a bit of everything.
import { createHash } from 'node:crypto';
import { simulate } from '../../support/simulated-providers/index.ts';
import type { LiveObject, Simulation, StackJson } from '../../support/simulated-providers/index.ts';
import { smallStack } from './small-stack.ts';

// A run takes 2 s alone on a machine, and many times that beside a full test run on two cores.
jest.setTimeout(600_000);

function only(simulation: Simulation, address: string): LiveObject {
  const found = simulation.live().filter((object) => object.address === address);
  expect(found).toHaveLength(1);
  return found[0] as LiveObject;
}

function sent(simulation: Simulation, address: string): Readonly<Record<string, unknown>> {
  return (
    simulation.journal().findLast((entry) => entry.address === address && entry.sent)?.sent ?? {}
  );
}

describe('A simulated stack', () => {
  test('is created once, planned without a change, and destroyed in order, with nothing left', async () => {
    const stack = smallStack();
    const simulation = await simulate(stack);
    const applied = await simulation.apply();
    expect(applied.live).toEqual(applied.created);
    expect(applied.live).toContain('aws_subnet.node[1]');
    expect(applied.live).toHaveLength(22);
    expect(applied.outputs).toMatchObject({ account: expect.stringMatching(/^\d{12}$/) });
    expect(applied.outputs['endpoint']).toBe(
      only(simulation, 'aws_eks_cluster.main').values['endpoint'],
    );
    applied
      .made('kubernetes_namespace_v1')
      .after('aws_eks_access_policy_association', 'aws_eks_node_group');

    expect(await simulation.plan()).toEqual([]);

    const destroyed = await simulation.destroy();
    expect(destroyed.destroyed).toEqual(applied.created);
    expect(destroyed.live).toEqual([]);
    expect(simulation.live()).toEqual([]);
    destroyed
      .gone('kubernetes_*')
      .before('aws_eks_node_group', 'aws_eks_access_*', 'aws_eks_cluster');
    destroyed.gone('aws_eks_node_group').before('aws_route', 'aws_iam_role_policy_attachment');
    destroyed.gone('aws_subnet').before('aws_vpc.main');
    expect(() => destroyed.gone('aws_vpc').before('aws_subnet')).toThrow('it must come after it');
    expect(() => destroyed.gone('aws_lb').before('aws_vpc')).toThrow('No destroy of aws_lb');
  });

  test('carries a password through write-only arguments and leaves it nowhere', async () => {
    const simulation = await simulate(smallStack());
    await simulation.apply();
    const stored = only(simulation, 'aws_secretsmanager_secret_version.database');
    const password = stored.secrets?.['secret_string_wo'] as string;
    expect(password).toMatch(/^[0-9A-Za-z]{24}$/);
    const digest = { sha256: createHash('sha256').update(password).digest('hex') };
    expect(sent(simulation, stored.address ?? '')).toMatchObject({ secret_string_wo: digest });
    expect(sent(simulation, 'aws_db_instance.main')).toMatchObject({ password_wo: digest });
    expect(sent(simulation, 'kubernetes_secret_v1.database')).toMatchObject({
      data_wo: { password: digest },
    });
    expect(simulation.state()).toContain('password_wo');
    expect(simulation.state()).not.toContain(password);
    expect(JSON.stringify(simulation.journal())).not.toContain(password);
  });

  test('changes in place what can be changed, replaces what cannot, and rolls what follows a number', async () => {
    const stack = smallStack();
    const simulation = await simulate(stack);
    await simulation.apply();

    stack.resource['aws_db_instance']!['main']!['instance_class'] = 'db.t4g.small';
    stack.resource['aws_launch_template']!['node']!['instance_type'] = 't4g.large';
    await simulation.change(stack);
    const inPlace = ['aws_db_instance.main', 'aws_eks_node_group.node', 'aws_launch_template.node'];
    const updates = await simulation.plan();
    expect(updates).toEqual(inPlace.map((address) => ({ address, action: 'update' })));
    const updated = await simulation.apply();
    expect(updated.updated).toEqual(inPlace);
    expect(updated.created).toEqual([]);
    expect(await simulation.plan()).toEqual([]);

    stack.resource['kubernetes_stateful_set_v1']!['broker']!['spec'] = {
      ...(stack.resource['kubernetes_stateful_set_v1']!['broker']!['spec'] as object),
      pod_management_policy: 'Parallel',
    };
    delete stack.resource['aws_route'];
    stack.resource['aws_eks_node_group']!['node']!['depends_on'] = [];
    await simulation.change(stack);
    expect(await simulation.plan()).toEqual([
      { address: 'aws_route.out', action: 'delete' },
      { address: 'kubernetes_stateful_set_v1.broker', action: 'replace' },
    ]);
    const replaced = await simulation.apply();
    expect(replaced.replaced).toEqual(['kubernetes_stateful_set_v1.broker']);
    expect(replaced.destroyed).toEqual(['aws_route.out']);
  });

  test('tells an order that an edge makes from one that luck made', async () => {
    const stack = smallStack();
    delete stack.resource['aws_eks_node_group']!['node']!['depends_on'];
    const simulation = await simulate(stack);
    await simulation.apply();
    const destroyed = await simulation.destroy();
    expect(() => destroyed.gone('aws_eks_node_group').before('aws_route')).toThrow(
      /by luck: no reference|it must come after it/,
    );
    // Without any reference of its own, a Kubernetes object is bound to the cluster of its provider.
    destroyed.gone('kubernetes_namespace_v1').before('aws_eks_cluster');
  });

  test('plans what vanished from the account again', async () => {
    const simulation = await simulate(smallStack());
    await simulation.apply();
    simulation.vanish('kubernetes_secret_v1.database');
    expect(await simulation.plan()).toEqual([
      { address: 'kubernetes_secret_v1.database', action: 'create' },
    ]);
  });

  test('may stand on a cluster that was there before, and on no other', async () => {
    const metadata = { name: 'broker' };
    const stack = (host: string): StackJson => ({
      terraform: {
        required_providers: { kubernetes: { source: 'kubernetes', version: '2.38.0' } },
      },
      provider: { kubernetes: [{ host }] },
      resource: {
        kubernetes_namespace_v1: { broker: { metadata } },
        kubernetes_config_map_v1: {
          broker: {
            data: { port: '6666' },
            metadata: { ...metadata, namespace: '${kubernetes_namespace_v1.broker.id}' },
          },
        },
      },
    });
    const host = 'https://cluster.example';
    const simulation = await simulate(stack(host), { existingClusters: [host] });
    expect((await simulation.apply()).live).toEqual([
      'kubernetes_config_map_v1.broker',
      'kubernetes_namespace_v1.broker',
    ]);
    await simulation.change(stack('https://elsewhere.example'));
    await expect(simulation.plan()).rejects.toThrow('no such host');
  });
});
