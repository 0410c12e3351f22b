import { DefaultSecurityGroup } from '@cdktf/provider-aws/lib/default-security-group/index.js';
import { Vpc } from '@cdktf/provider-aws/lib/vpc/index.js';
import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint/index.js';
import type { Network } from '../contract/index.ts';
import { networkCidr } from './cidrs.ts';
import { flowLog } from './flow-log.ts';
import { databaseSubnets } from './database-subnets.ts';
import { privateSubnets } from './private-subnets.ts';
import { publicSubnets } from './public-subnets.ts';
import { nameTag } from './site.ts';
import type { Site } from './site.ts';
import { zoneNames } from './zones.ts';

// EKS and RDS want two zones at least, also where nodes are in one.
const spannedZoneCountMin = 2;

/** The network, as the other parts of AWS see it. */
export interface AwsNetwork extends Network {
  /** Subnets of nodes, one for each zone that has nodes. */
  readonly nodeSubnets: readonly string[];
  /** Subnets that the control plane reaches the nodes from, in two zones at least. */
  readonly clusterSubnets: readonly string[];
  /** Subnets of the load balancer, in the zones that have nodes. */
  readonly publicSubnets: readonly string[];
  readonly databaseSubnets: readonly string[];
  /** Addresses of nodes and load balancer. */
  readonly nodeCidrs: readonly string[];
  readonly databaseCidrs: readonly string[];
}

/** The VPC of an environment. Without a way out for the database, and in a sandbox without a NAT gateway. */
export function network(site: Site): AwsNetwork {
  const { scope, settings, preset, after } = site;
  const vpc = new Vpc(scope, 'network', {
    cidrBlock: networkCidr,
    // The private endpoint of the cluster is found by name, and wants both.
    enableDnsHostnames: true,
    enableDnsSupport: true,
    tags: nameTag(site, 'network'),
    dependsOn: [...after],
  });
  // Without a rule: what somebody starts in the group that every VPC has reaches nothing.
  new DefaultSecurityGroup(scope, 'default-closed', { vpcId: vpc.id });

  const zones = zoneNames(site, Math.max(preset.zoneCount, spannedZoneCountMin));
  const exposed = publicSubnets(site, vpc.id, zones);
  const hidden = preset.aws.publicNodes ? undefined : privateSubnets(site, vpc.id, zones, exposed);
  const nodes = hidden ?? exposed;
  const database = databaseSubnets(site, vpc.id, zones);
  const storage = new VpcEndpoint(scope, 'storage-endpoint', {
    vpcId: vpc.id,
    // Free, and images come through it (ECR keeps their layers in S3) instead of through a NAT gateway.
    serviceName: `com.amazonaws.${settings.region}.s3`,
    vpcEndpointType: 'Gateway',
    routeTableIds: [...nodes.routeTables],
    tags: nameTag(site, 'storage'),
  });
  if (preset.aws.flowLogs) flowLog(site, vpc.id);

  const { zoneCount } = preset;
  return {
    id: vpc.id,
    zones: zones.slice(0, zoneCount),
    nodeSubnets: nodes.subnets.slice(0, zoneCount),
    clusterSubnets: nodes.subnets,
    publicSubnets: exposed.subnets.slice(0, zoneCount),
    databaseSubnets: database.subnets,
    nodeCidrs: [...new Set([...nodes.cidrs, ...exposed.cidrs])],
    databaseCidrs: database.cidrs,
    ready: [...exposed.ready, ...(hidden?.ready ?? []), storage],
  };
}
