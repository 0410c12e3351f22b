import { DataAwsAvailabilityZones } from '@cdktf/provider-aws/lib/data-aws-availability-zones/index.js';
import { DataResource, Fn } from '../cdk.ts';
import type { Site } from './site.ts';

// EKS has no control plane there (requirements.md D23). By id: names differ from account to account.
const zonesWithoutEks = ['use1-az3', 'usw1-az2', 'cac1-az3'];

/**
 * The names of as many zones, the first ones by the alphabet at the first deployment. The state remembers
 * them: whatever the region gains or loses later, subnets, nodes and disks stay where they are.
 */
export function zoneNames({ scope, after }: Site, zoneCount: number): readonly string[] {
  const offered = new DataAwsAvailabilityZones(scope, 'offered-zones', {
    state: 'available',
    // Local zones and Wavelength zones have to be opted in to, and have no EKS.
    filter: [{ name: 'opt-in-status', values: ['opt-in-not-required'] }],
    excludeZoneIds: zonesWithoutEks,
  });
  const zones = new DataResource(scope, 'zones', {
    input: {
      names: firstOf(Fn.sort(offered.names), zoneCount),
    },
    lifecycle: {
      ignoreChanges: ['input'],
      postcondition: [
        {
          condition: `\${length(self.output.names) >= ${zoneCount}}`,
          errorMessage: `The region has fewer than ${zoneCount} zones in which this account can have EKS. Set KIT_REGION to another one.`,
        },
      ],
    },
    dependsOn: [...after],
  });
  return Array.from({ length: zoneCount }, (_, index) => `\${${zones.fqn}.output.names[${index}]}`);
}

/** All of them where there are fewer: in an outage `slice` would fail, though its result is ignored by then. */
function firstOf(names: string[], count: number): string[] {
  return Fn.slice(names, 0, Fn.min([count, Fn.lengthOf(names)])) as string[];
}
