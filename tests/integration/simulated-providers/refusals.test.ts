// Goal: what a cloud refuses reaches the user of Terraform as an error, and a retry goes on from there.
// Method: faults are planted in the account of the small stack, or the stack is made wrong.
import { TerraformError, simulate } from '../../support/simulated-providers/index.ts';
import type { Diagnostic } from '../../support/simulated-providers/index.ts';
import { smallStack } from './small-stack.ts';

// A run takes 2 s alone on a machine, and many times that beside a full test run on two cores.
jest.setTimeout(600_000);

async function refused(run: Promise<unknown>): Promise<readonly Diagnostic[]> {
  const error: unknown = await run.then(
    () => new Error('nothing was refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof TerraformError)) throw error;
  return error.diagnostics;
}

describe('A destroy', () => {
  test('is refused while a controller holds a subnet, and goes on once that has let go', async () => {
    const simulation = await simulate(smallStack());
    await simulation.apply();
    simulation.plant({ type: 'network_interface', refersTo: ['aws_subnet.node[0]'] });
    const diagnostics = await refused(simulation.destroy());
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ address: 'aws_subnet.node[0]' });
    expect(diagnostics[0]?.detail).toContain('DependencyViolation');
    expect(diagnostics[0]?.detail).toContain('network_interface network-interface-');
    expect(simulation.journal()).toContainEqual(
      expect.objectContaining({ op: 'refused', during: 'destroy', address: 'aws_subnet.node[0]' }),
    );

    simulation.vanish('network_interface');
    expect((await simulation.destroy()).live).toEqual([]);
  });

  test('cannot reach Kubernetes without a way in, an API that answers, or a cluster', async () => {
    const simulation = await simulate(smallStack());
    await simulation.apply();
    simulation.loseClusters();
    expect((await refused(simulation.destroy()))[0]?.detail).toContain('i/o timeout');
    simulation.heal();
    simulation.vanish('aws_eks_access_policy_association');
    expect((await refused(simulation.destroy()))[0]?.detail).toContain('Unauthorized');
    simulation.vanish('aws_eks_cluster');
    expect((await refused(simulation.destroy()))[0]?.detail).toContain('connection refused');
  });
});

describe('An apply', () => {
  test('that an API refuses in the middle goes on where it was when it is run again', async () => {
    const simulation = await simulate(smallStack());
    simulation.fail({
      on: 'create',
      target: 'aws_subnet.node[1]',
      effect: { kind: 'error', message: 'api error RequestLimitExceeded: slow down' },
    });
    simulation.fail({
      on: 'create',
      target: 'aws_iam_role',
      nth: 2,
      effect: { kind: 'error', message: 'api error Throttling: slow down' },
    });
    const diagnostics = await refused(simulation.apply());
    expect(diagnostics.map(({ detail }) => detail).sort()).toEqual([
      'api error RequestLimitExceeded: slow down',
      'api error Throttling: slow down',
    ]);
    expect(diagnostics.map(({ address }) => address)).toContain('aws_subnet.node[1]');
    const again = await simulation.apply();
    expect(again.created).toContain('aws_subnet.node[1]');
    expect(again.created).not.toContain('aws_vpc.main');
    expect(again.live).toHaveLength(22);
  });

  test('whose provider dies before the effect makes the object in the next run', async () => {
    const simulation = await simulate(smallStack());
    simulation.fail({
      on: 'create',
      target: 'aws_eks_cluster',
      effect: { kind: 'crash', moment: 'before' },
    });
    await refused(simulation.apply());
    expect(simulation.journal()).toContainEqual(
      expect.objectContaining({ op: 'crash', address: 'aws_eks_cluster.main', during: 'create' }),
    );
    expect((await simulation.apply()).created).toContain('aws_eks_cluster.main');
  });

  test('whose provider dies after the effect meets a name that is taken', async () => {
    const simulation = await simulate(smallStack());
    simulation.fail({
      on: 'create',
      target: 'aws_eks_cluster',
      effect: { kind: 'crash', moment: 'after' },
    });
    await refused(simulation.apply());
    const [diagnostic] = await refused(simulation.apply());
    expect(diagnostic).toMatchObject({ address: 'aws_eks_cluster.main' });
    expect(diagnostic?.detail).toBe('api error ResourceInUseException: dev already exists');
  });

  test('leaves what a controller made while it ran in the way of the destroy', async () => {
    const simulation = await simulate(smallStack());
    simulation.fail({
      on: 'create',
      target: 'kubernetes_namespace_v1',
      effect: {
        kind: 'controller',
        makes: { type: 'load_balancer', refersTo: ['aws_subnet.node[1]'] },
      },
    });
    expect((await simulation.apply()).live).toContainEqual(
      expect.stringMatching(/^load_balancer /),
    );
    const [diagnostic] = await refused(simulation.destroy());
    expect(diagnostic).toMatchObject({ address: 'aws_subnet.node[1]' });
  });

  test('hears what no schema says: with its place in the stack, before anything is made', async () => {
    const stack = smallStack();
    stack.resource['aws_security_group']!['database']!['description'] = 'the database’s';
    stack.resource['aws_secretsmanager_secret']!['database']!['name_prefix'] = 'dev-';
    stack.resource['aws_launch_template']!['node']!['instance_typ'] = 't4g.small';
    const simulation = await simulate(stack);
    const diagnostics = await refused(simulation.apply());
    expect(diagnostics.map(({ summary }) => summary).sort()).toEqual([
      'Conflicting configuration arguments',
      'Extraneous JSON object property',
      'Invalid value of description',
    ]);
    const place = diagnostics.find(({ summary }) => summary === 'Invalid value of description');
    expect(place?.snippet?.code).toContain('"description": "the database');
    expect(simulation.live()).toEqual([]);
  });
});
