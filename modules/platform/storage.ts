import { PersistentVolumeClaimV1 } from '@cdktf/provider-kubernetes/lib/persistent-volume-claim-v1/index.js';
import { PersistentVolumeV1 } from '@cdktf/provider-kubernetes/lib/persistent-volume-v1/index.js';
import type { StatefulSetV1SpecVolumeClaimTemplate } from '@cdktf/provider-kubernetes/lib/stateful-set-v1/index.js';
import { StorageClassV1 } from '@cdktf/provider-kubernetes/lib/storage-class-v1/index.js';
import type { ITerraformDependable } from '../cdk.ts';
import type { Disks, Volume } from '../contract/index.ts';
import type { WorkloadName } from './labels.ts';
import { labelsOf } from './labels.ts';
import type { Place } from './place.ts';

/** Everything in the cluster that concerns the disks of a workload. */
export interface MessageStorage {
  /** What pods have to wait for. */
  readonly claims: readonly ITerraformDependable[];
  /** By which the pods of a StatefulSet find their claims. */
  readonly claimTemplate: StatefulSetV1SpecVolumeClaimTemplate;
}

/** What a claim of the StatefulSet is called, before its name and the pod's number. */
export const claimName = 'messages';

const className = 'thebes-messages';
const accessModes = ['ReadWriteOnce'];

type OwnedVolume = Extract<Volume, { kind: 'owned' }>;

/**
 * A disk for each pod of a StatefulSet, with a claim that is there before the pod: so each disk is
 * known to Terraform, and grows by a change of its claim. The claim template of a StatefulSet can not
 * change at all, and stays the same for every size.
 */
export function messageStorage(
  place: Place,
  disks: Disks,
  order: {
    readonly workload: WorkloadName;
    readonly count: number;
    readonly zoneCount: number;
    readonly sizeGiB: number;
    /** In the name of what is not in the namespace. */
    readonly installName: string;
  },
): MessageStorage {
  const { workload, sizeGiB } = order;
  const volumes = Array.from({ length: order.count }, (_, index) =>
    disks.volume({ name: `${workload}-${index}`, zone: index % order.zoneCount, sizeGiB }),
  );
  const [first] = volumes;
  if (first === undefined) throw new Error(`${workload} has no disk`);
  const storageClassName =
    first.kind === 'owned' ? ownedClass(place, first, disks) : first.storageClass;

  const claims = volumes.map((volume, index) => {
    const claim = `${claimName}-${workload}-${index}`;
    const volumeName =
      volume.kind === 'owned'
        ? ownedVolume(place, volume, { ...order, claim, storageClassName })
        : undefined;
    return new PersistentVolumeClaimV1(place.scope, `platform-claim-${workload}-${index}`, {
      metadata: { name: claim, namespace: place.namespace, labels: labelsOf(workload) },
      spec: {
        accessModes,
        storageClassName,
        resources: { requests: { storage: `${sizeGiB}Gi` } },
        ...(volumeName === undefined ? {} : { volumeName }),
      },
      // A class may wait for the first pod, which waits for Terraform.
      waitUntilBound: volume.kind === 'owned',
      dependsOn: [...disks.ready],
    });
  });
  return { claims, claimTemplate: claimTemplate(storageClassName) };
}

/** Named by every claim: the API grows no claim without a class that allows it (iac.md 1.2). */
function ownedClass({ scope, namespace }: Place, volume: OwnedVolume, disks: Disks): string {
  const storageClass = new StorageClassV1(scope, 'platform-storage-class', {
    metadata: {
      name: className,
      labels: { 'app.kubernetes.io/part-of': 'thebes' },
      // Not of the namespace, but to be gone before the cluster is, as everything in it.
      annotations: { 'thebes/namespace': namespace },
    },
    storageProvisioner: volume.driver,
    ...(volume.classParameters === undefined ? {} : { parameters: { ...volume.classParameters } }),
    reclaimPolicy: 'Retain',
    volumeBindingMode: 'WaitForFirstConsumer',
    allowVolumeExpansion: true,
    dependsOn: [...disks.ready],
  });
  return storageClass.metadata.name;
}

/** Tells the cluster of a disk that Terraform owns: for this claim alone, and never to be deleted by the cluster. */
function ownedVolume(
  { scope, namespace }: Place,
  volume: OwnedVolume,
  order: {
    readonly claim: string;
    readonly sizeGiB: number;
    readonly installName: string;
    readonly storageClassName: string;
  },
): string {
  const persistentVolume = new PersistentVolumeV1(scope, `platform-volume-${order.claim}`, {
    metadata: {
      name: `${order.installName}-${order.claim}`,
      labels: { 'app.kubernetes.io/part-of': 'thebes' },
    },
    spec: [
      {
        accessModes,
        capacity: { storage: `${order.sizeGiB}Gi` },
        volumeMode: 'Filesystem',
        storageClassName: order.storageClassName,
        persistentVolumeReclaimPolicy: 'Retain',
        claimRef: { name: order.claim, namespace },
        persistentVolumeSource: {
          csi: { driver: volume.driver, volumeHandle: volume.handle, fsType: volume.fileSystem },
        },
        nodeAffinity: {
          required: {
            nodeSelectorTerm: [
              {
                matchExpressions: [
                  {
                    key: 'topology.kubernetes.io/zone',
                    operator: 'In',
                    values: [volume.zone],
                  },
                ],
              },
            ],
          },
        },
      },
    ],
    // When the claim grows, the cluster's resizer writes here what the disk has become.
    lifecycle: { ignoreChanges: ['spec[0].capacity'] },
  });
  return persistentVolume.metadata.name;
}

function claimTemplate(storageClassName: string): StatefulSetV1SpecVolumeClaimTemplate {
  return {
    metadata: { name: claimName },
    spec: {
      accessModes,
      storageClassName,
      // Of no claim that there is: those were made beforehand, with their sizes.
      resources: { requests: { storage: '1Gi' } },
    },
  };
}
