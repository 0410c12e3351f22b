import { refuseWhileHeld } from '../../../../../support/simulated-providers/provider/references.ts';
import type { ObjectValue } from '../../../../../support/simulated-providers/provider/values.ts';
import { liveObject, resourceCall } from './resource-calls.ts';

const subnet = { id: 'subnet-0123456789abcdef0', tags_all: { 'kit:env': 'dev' } };
const destroyed = (
  type: string,
  values: ObjectValue,
  ...live: ReturnType<typeof liveObject>[]
): string | undefined => refuseWhileHeld(resourceCall('destroy', type, values, { live }))?.detail;

describe('An object that is to go', () => {
  test('is refused while another one holds its id, wherever in its values', () => {
    const group = liveObject('aws_eks_node_group', { subnet_ids: [subnet.id] });
    expect(destroyed('aws_subnet', subnet, group)).toContain('aws_eks_node_group.it');
    const nested = liveObject('aws_eks_cluster', { vpc_config: [{ subnet_ids: [subnet.id] }] });
    expect(destroyed('aws_subnet', subnet, nested)).toContain('aws_eks_cluster.it');
  });

  test('is refused across providers: a disk while a volume of Kubernetes is made of it', () => {
    const disk = { id: 'vol-0123456789abcdef0' };
    const volume = liveObject('kubernetes_persistent_volume_v1', {
      spec: [{ persistent_volume_source: [{ csi: [{ volume_handle: disk.id }] }] }],
    });
    const nodes = liveObject('aws_eks_node_group', { cluster_name: 'dev' });
    expect(destroyed('aws_ebs_volume', disk, volume, nodes)).toContain(
      'kubernetes_persistent_volume_v1.it',
    );
    // Without a node there is no pod that uses it.
    expect(destroyed('aws_ebs_volume', disk, volume)).toBeUndefined();
  });

  test('is refused while a name that means it is in use', () => {
    const cluster = { id: 'dev', name: 'dev' };
    const group = liveObject('aws_eks_node_group', { cluster_name: 'dev' });
    expect(destroyed('aws_eks_cluster', cluster, group)).toContain('aws_eks_node_group.it');
  });

  test('is not held by itself, by tags, by names that only look alike, or by those that keep a copy', () => {
    const cluster = {
      id: 'dev-cluster-1',
      name: 'dev-cluster-1',
      arn: 'arn:aws:eks:dev-cluster-1',
    };
    expect(
      destroyed('aws_eks_cluster', cluster, liveObject('aws_eks_cluster', cluster)),
    ).toBeUndefined();
    const tagged = liveObject('aws_vpc', {
      name: 'dev-cluster-1',
      tags: { Name: 'dev-cluster-1' },
      description: 'dev-cluster-1',
    });
    expect(destroyed('aws_eks_cluster', cluster, tagged)).toBeUndefined();
    const namesake = liveObject('aws_db_instance', { db_name: 'dev' });
    expect(destroyed('aws_eks_cluster', { id: 'dev', name: 'dev' }, namesake)).toBeUndefined();
    const template = { id: 'lt-0123456789abcdef0' };
    const user = liveObject('aws_eks_node_group', { launch_template: [template] });
    expect(destroyed('aws_launch_template', template, user)).toBeUndefined();
  });

  test('is free once nobody holds it', () => {
    expect(destroyed('aws_subnet', subnet, liveObject('aws_vpc', { id: 'vpc-1' }))).toBeUndefined();
  });
});
