import {
  refuseShrinking,
  refuseStorageInUse,
} from '../../../../../support/simulated-providers/provider/storage.ts';
import type { ObjectValue } from '../../../../../support/simulated-providers/provider/values.ts';
import { liveObject, resourceCall } from './resource-calls.ts';

const claimType = 'kubernetes_persistent_volume_claim_v1';
const claimOf = (storage: string): ObjectValue => ({
  metadata: [{ name: 'js-nats-1', namespace: 'broker' }],
  spec: [{ resources: [{ requests: { storage } }], volume_name: 'nats-1' }],
});

describe('A disk or claim', () => {
  const shrunk = (type: string, prior: ObjectValue, values: ObjectValue): string | undefined =>
    refuseShrinking(resourceCall('update', type, values, { prior }))?.detail;

  test('may grow and not shrink, in whatever unit', () => {
    expect(shrunk('aws_ebs_volume', { size: 20 }, { size: 50 })).toBeUndefined();
    expect(shrunk('aws_ebs_volume', { size: 20 }, { size: 20 })).toBeUndefined();
    expect(shrunk('aws_ebs_volume', { size: 50 }, { size: 20 })).toContain('cannot be smaller');
    expect(
      shrunk('aws_db_instance', { allocated_storage: 50 }, { allocated_storage: 20 }),
    ).toContain('can only grow');
    expect(shrunk(claimType, claimOf('1Gi'), claimOf('2000Mi'))).toBeUndefined();
    expect(shrunk(claimType, claimOf('1Gi'), claimOf('1000Mi'))).toContain('Forbidden');
    expect(shrunk('aws_vpc', { size: 50 }, { size: 20 })).toBeUndefined();
  });

  const gone = (
    type: string,
    values: ObjectValue,
    ...live: ReturnType<typeof liveObject>[]
  ): string | undefined =>
    refuseStorageInUse(resourceCall('destroy', type, values, { live }))?.detail;

  test('stays while a pod mounts it, by its name or by a template of claims', () => {
    const named = liveObject('kubernetes_deployment_v1', {
      metadata: [{ name: 'broker', namespace: 'broker' }],
      spec: [
        {
          template: [
            { spec: [{ volume: [{ persistent_volume_claim: [{ claim_name: 'js-nats-1' }] }] }] },
          ],
        },
      ],
    });
    const templated = (replicas: number, namespace = 'broker'): ReturnType<typeof liveObject> =>
      liveObject('kubernetes_stateful_set_v1', {
        metadata: [{ name: 'nats', namespace }],
        spec: [{ replicas, volume_claim_template: [{ metadata: [{ name: 'js' }] }] }],
      });
    expect(gone(claimType, claimOf('1Gi'), named)).toContain('kubernetes_deployment_v1.it');
    expect(gone(claimType, claimOf('1Gi'), templated(2))).toContain('still used');
    expect(gone(claimType, claimOf('1Gi'), templated(1))).toBeUndefined();
    expect(gone(claimType, claimOf('1Gi'), templated(2, 'other'))).toBeUndefined();
  });

  test('that a claim is bound to stays until the claim is gone', () => {
    const volume = { metadata: [{ name: 'nats-1' }] };
    const type = 'kubernetes_persistent_volume_v1';
    expect(gone(type, volume, liveObject(claimType, claimOf('1Gi')))).toContain(`${claimType}.it`);
    expect(gone(type, volume)).toBeUndefined();
  });
});
