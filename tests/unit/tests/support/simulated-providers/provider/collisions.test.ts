import { refuseCollision } from '../../../../../support/simulated-providers/provider/collisions.ts';
import type { ObjectValue } from '../../../../../support/simulated-providers/provider/values.ts';
import { liveObject, resourceCall } from './resource-calls.ts';

const created = (type: string, values: ObjectValue, other: ObjectValue): string | undefined =>
  refuseCollision(resourceCall('create', type, values, { live: [liveObject(type, other)] }))
    ?.detail;

describe('A name', () => {
  test('that the cloud keeps unique is refused a second time', () => {
    expect(created('aws_eks_cluster', { name: 'dev' }, { name: 'dev' })).toContain(
      'dev already exists',
    );
    expect(created('aws_eks_cluster', { name: 'dev' }, { name: 'test' })).toBeUndefined();
  });

  test('counts within what it is unique in', () => {
    const group = (vpc: string): ObjectValue => ({ name: 'nodes', vpc_id: vpc });
    expect(created('aws_security_group', group('vpc-1'), group('vpc-1'))).toContain('Duplicate');
    expect(created('aws_security_group', group('vpc-1'), group('vpc-2'))).toBeUndefined();
    const object = (namespace: string): ObjectValue => ({ metadata: [{ name: 'a', namespace }] });
    expect(created('kubernetes_secret_v1', object('x'), object('x'))).toContain('AlreadyExists');
    expect(created('kubernetes_secret_v1', object('x'), object('y'))).toBeUndefined();
  });

  test('may be that of an object of another type', () => {
    const live = [liveObject('aws_iam_role', { name: 'dev' })];
    expect(
      refuseCollision(resourceCall('create', 'aws_eks_cluster', { name: 'dev' }, { live })),
    ).toBeUndefined();
  });

  test('may be given twice where the cloud tells objects apart by id', () => {
    expect(
      created('aws_vpc', { cidr_block: '10.0.0.0/16' }, { cidr_block: '10.0.0.0/16' }),
    ).toBeUndefined();
  });
});
