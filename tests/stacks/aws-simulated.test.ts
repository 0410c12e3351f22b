// Goal: the order of everything in the account, in both directions, and what a change of size takes away.
// Method: the real Terraform on simulated providers, which refuse what AWS refuses; no account, no network.
import { createHash } from 'node:crypto';
import { sizes } from '../../modules/contract/index.ts';
import type { Size } from '../../modules/contract/index.ts';
import { simulate } from '../support/simulated-providers/index.ts';
import type { Simulation, SimulationRun } from '../support/simulated-providers/index.ts';
import { AwsScene } from './aws-scene.ts';

// A run takes 3 s alone on a machine, and many times that beside a full test run on two cores.
jest.setTimeout(600_000);

const scene = new AwsScene();
const released = { KIT_ALLOW_DESTROY: 'dev' };

/** What the sizes are tried with beside their defaults, so that every branch of the modules is applied once. */
const variations: Readonly<Record<Size, Readonly<Record<string, string>>>> = {
  sandbox: { KIT_SPOT: 'true', KIT_DOMAIN: 'broker.example.com' },
  small: { KIT_AWS_ADMINS: 'arn:aws:iam::111122223333:role/ci/deploy', KIT_K8S_AUTH: 'token' },
  medium: { KIT_TLS: 'secret:broker-tls', KIT_NAT_PER_ZONE: 'true' },
  large: { KIT_DOMAIN: 'broker.example.com', KIT_TLS: 'managed' },
};

function json(size: Size, variables: Readonly<Record<string, string>> = {}): string {
  return JSON.stringify(scene.json(scene.kit(size, { ...variations[size], ...variables })));
}

/** Takes the guards off, which is a step of its own where AWS has switches, and destroys. */
async function destroyed(simulation: Simulation, size: Size): Promise<SimulationRun> {
  const { stackLock, cloudSwitches } = scene.kit(size).preset.protection;
  if (stackLock) await simulation.change(json(size, released));
  if (cloudSwitches) await simulation.apply();
  return simulation.destroy();
}

describe.each(sizes)('AwsStack in a simulated account (size=%s)', (size) => {
  test('is created in one go, planned without a change, and destroyed in order, with nothing left', async () => {
    const simulation = await simulate(json(size));
    const applied = await simulation.apply();
    expect(applied.live).toEqual(applied.created);
    expect(await simulation.plan()).toEqual([]);

    if (scene.kit(size).preset.protection.stackLock) {
      await expect(simulation.destroy()).rejects.toThrow('Instance cannot be destroyed');
      expect(simulation.live()).toHaveLength(applied.live.length);
    }
    const gone = await destroyed(simulation, size);
    expect(gone.live).toEqual([]);
    expect(simulation.live()).toEqual([]);
    expect(gone.destroyed).toEqual(applied.created);
    checkOrder(gone);
    if (size !== 'sandbox') checkOrderOfPrivateNetwork(gone);
  });
});

/** Orders that a cloud needs, each by an edge of the graph (iac.md 6.2, 6.6 and 8). */
function checkOrder(run: SimulationRun): void {
  // The API answers, and knows who asks, until the last object in the cluster is gone.
  run
    .gone('kubernetes_*')
    .before('aws_eks_node_group', 'aws_eks_access_*', 'aws_eks_addon', 'aws_eks_cluster');
  run.gone('aws_eks_access_policy_association').before('aws_eks_access_entry');
  // The service goes before what leads clients to it, and no client before the load balancer.
  run.gone('kubernetes_*').before('aws_lb_listener', 'aws_autoscaling_attachment');
  run.gone('aws_lb_listener.ingress-ws').before('aws_lb', 'aws_lb_target_group.ingress-ws-*');
  // Nodes can speak to AWS until they are gone, and give back disks and addresses.
  run
    .gone('aws_eks_node_group')
    .before(
      'aws_route',
      'aws_route_table_association.public-*',
      'aws_internet_gateway',
      'aws_vpc_endpoint',
      'aws_iam_role_policy_attachment.node-*',
      'aws_eks_addon.add-on-vpc-cni',
      'aws_eks_addon.add-on-kube-proxy',
    );
  // Disks are given back by their driver, which runs on nodes, and deleted when nobody has them.
  const disks = run.destroyed.filter((address) => address.startsWith('aws_ebs_volume.'));
  for (const disk of disks) {
    const pod = disk.replace('aws_ebs_volume.disk-', '');
    run
      .gone(`kubernetes_persistent_volume_v1.platform-volume-messages-${pod}`)
      .before(disk, 'aws_eks_addon.add-on-aws-ebs-csi-driver');
  }
  run.gone('aws_eks_addon.add-on-aws-ebs-csi-driver').before('aws_eks_node_group');
  // What would be made again behind our back goes after who would make it.
  run
    .gone('aws_eks_cluster')
    .before(
      'aws_cloudwatch_log_group.cluster-log',
      'aws_iam_role_policy_attachment.cluster-policy',
    );
  run
    .gone('aws_db_instance')
    .before(
      'aws_cloudwatch_log_group.database-log-*',
      'aws_db_subnet_group',
      'aws_secretsmanager_secret_version.password-database-value',
    );
}

/** Nodes in private subnets reach the world through NAT gateways, which do so by the public route. */
function checkOrderOfPrivateNetwork(run: SimulationRun): void {
  run
    .gone('aws_eks_node_group')
    .before('aws_nat_gateway', 'aws_eip', 'aws_route_table_association.private-*');
  run.gone('aws_nat_gateway').before('aws_route.public-out', 'aws_internet_gateway');
  run.gone('aws_db_instance').before('aws_kms_key');
  run.gone('aws_ebs_volume').before('aws_kms_key');
  run.gone('aws_eks_cluster').before('aws_kms_key');
}

describe('AwsStack in a simulated account', () => {
  test('replaces nothing from small to medium to large and back, and takes no disk away', async () => {
    const replaced: string[] = [];
    const destroyed: string[] = [];
    const start = scene.kit('small');
    const simulation = await simulate(JSON.stringify(scene.json(start)));
    await simulation.apply();
    scene.record(start);
    for (const size of ['medium', 'large', 'small'] as const) {
      const kit = scene.kit(size);
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
