import { EbsVolume } from '@cdktf/provider-aws/lib/ebs-volume/index.js';
import type { DiskOrder, Disks, Ready, Volume } from '../contract/index.ts';
import { encryptedWith } from './encryption-key.ts';
import { keptFromDestroy } from './deletion-protection.ts';
import { nameTag } from './site.ts';
import type { Site } from './site.ts';

/** EBS volumes of Terraform's, which the driver in the cluster attaches and never makes. */
export class AwsDisks implements Disks {
  readonly ready: Ready;
  private readonly site: Site;
  private readonly zones: readonly string[];
  private readonly key: string | undefined;

  constructor(
    site: Site,
    order: {
      readonly zones: readonly string[];
      readonly key: string | undefined;
      readonly driver: Ready;
    },
  ) {
    this.site = site;
    this.zones = order.zones;
    this.key = order.key;
    this.ready = order.driver;
  }

  volume({ name, zone, sizeGiB }: DiskOrder): Volume {
    const { scope, preset, after } = this.site;
    const availabilityZone = this.zones[zone];
    if (availabilityZone === undefined) {
      throw new RangeError(`Disk ${name} is for zone ${zone}, of ${this.zones.length}`);
    }
    const volume = new EbsVolume(scope, `disk-${name}`, {
      availabilityZone,
      size: sizeGiB,
      type: 'gp3',
      encrypted: true,
      ...encryptedWith(this.key),
      finalSnapshot: preset.protection.cloudSwitches,
      // The driver's policy lets it at volumes with this tag only.
      tags: { ...nameTag(this.site, name), 'ebs.csi.aws.com/cluster': 'true' },
      lifecycle: keptFromDestroy(this.site),
      // The driver gives a volume back some time after the pod is gone, and a last snapshot of a full disk takes
      // most of an hour.
      timeouts: { delete: '90m' },
      dependsOn: [...after],
    });
    return {
      kind: 'owned',
      driver: 'ebs.csi.aws.com',
      handle: volume.id,
      zone: volume.availabilityZone,
      fileSystem: 'ext4',
      classParameters: { type: 'gp3', encrypted: 'true' },
    };
  }
}
