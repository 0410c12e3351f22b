import { tempDir } from '../../../../../support/index.ts';
import { sideEffects } from '../../../../../support/simulated-providers/provider/side-effects.ts';
import { World } from '../../../../../support/simulated-providers/world/world.ts';
import { liveObject, resourceCall } from './resource-calls.ts';

function worldOf(...objects: ReturnType<typeof liveObject>[]): World {
  const world = new World(tempDir());
  for (const object of objects) world.put(object);
  return world;
}

const idsIn = (world: World): string[] =>
  world
    .live()
    .map(({ type }) => type)
    .sort();

describe('A cloud', () => {
  test('removes what is in a namespace with it, and nothing of another one', () => {
    const inside = liveObject('kubernetes_secret_v1', {
      metadata: [{ name: 's', namespace: 'broker' }],
    });
    const outside = liveObject('kubernetes_config_map_v1', {
      metadata: [{ name: 'c', namespace: 'x' }],
    });
    const world = worldOf(inside, outside);
    const values = { metadata: [{ name: 'broker' }] };
    sideEffects(
      resourceCall('destroy', 'kubernetes_namespace_v1', values, { live: world.live() }),
      world,
    );
    expect(idsIn(world)).toEqual(['kubernetes_config_map_v1']);
    expect(world.journal()).toEqual([
      expect.objectContaining({ op: 'controller', type: 'kubernetes_secret_v1' }),
    ]);
  });

  test('removes what is in a cluster with it, also what nobody remembers', () => {
    const world = worldOf(
      liveObject('kubernetes_secret_v1', { metadata: [{ name: 's', namespace: 'broker' }] }),
      liveObject('aws_vpc', { id: 'vpc-1' }),
    );
    const call = resourceCall('destroy', 'aws_eks_cluster', { id: 'dev' }, { live: world.live() });
    sideEffects(call, world);
    expect(idsIn(world)).toEqual(['aws_vpc']);
  });

  test('removes the policies of an access entry with it', () => {
    const values = { cluster_name: 'dev', principal_arn: 'arn:a' };
    const world = worldOf(
      liveObject('aws_eks_access_policy_association', values),
      liveObject('aws_eks_access_policy_association', {
        ...values,
        id: 'other',
        principal_arn: 'arn:b',
      }),
    );
    sideEffects(
      resourceCall('destroy', 'aws_eks_access_entry', values, { live: world.live() }),
      world,
    );
    expect(world.live().map(({ id }) => id)).toEqual(['other']);
  });

  test('makes a load balancer for a Service that asks for one, and removes it with the Service', () => {
    const host = 'https://dev.example';
    const subnet = liveObject('aws_subnet', { id: 'subnet-1' });
    const cluster = liveObject('aws_eks_cluster', {
      endpoint: host,
      vpc_config: [{ subnet_ids: ['subnet-1'] }],
    });
    const world = worldOf(subnet, cluster);
    const values = { id: 'broker/it', spec: [{ type: 'LoadBalancer' }] };
    const settings = { host };
    const live = world.live();
    sideEffects(resourceCall('create', 'kubernetes_service_v1', values, { live, settings }), world);
    const made = world.live().find(({ type }) => type === 'aws_lb');
    expect(made).toMatchObject({ controllerMade: true, values: { refers_to: ['subnet-1'] } });
    sideEffects(
      resourceCall('destroy', 'kubernetes_service_v1', values, { live: world.live(), settings }),
      world,
    );
    expect(idsIn(world)).toEqual(['aws_eks_cluster', 'aws_subnet']);
  });
});
