import { Eip } from '@cdktf/provider-aws/lib/eip/index.js';
import { NatGateway } from '@cdktf/provider-aws/lib/nat-gateway/index.js';
import { Route } from '@cdktf/provider-aws/lib/route/index.js';
import { RouteTable } from '@cdktf/provider-aws/lib/route-table/index.js';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association/index.js';
import { Subnet } from '@cdktf/provider-aws/lib/subnet/index.js';
import { zoneCidrs } from './cidrs.ts';
import { everywhere } from './public-subnets.ts';
import type { Subnets } from './public-subnets.ts';
import { nameTag } from './site.ts';
import type { Site } from './site.ts';

/** Subnets that reach the world through NAT gateways, and that it does not reach. */
export function privateSubnets(
  site: Site,
  vpcId: string,
  zones: readonly string[],
  exposed: Subnets,
): Subnets {
  const { scope } = site;
  const gateways = natGateways(site, zones, exposed);
  const parts = zones.map((zone, index) => {
    const subnet = new Subnet(scope, `private-${index}`, {
      vpcId,
      availabilityZone: zone,
      cidrBlock: zoneCidrs.private(index),
      tags: nameTag(site, `private-${index}`),
    });
    // One table for each zone, also behind a single gateway: more gateways then change routes, not tables.
    const table = new RouteTable(scope, `private-${index}-table`, {
      vpcId,
      tags: nameTag(site, `private-${index}`),
    });
    const route = new Route(scope, `private-${index}-out`, {
      routeTableId: table.id,
      destinationCidrBlock: everywhere,
      natGatewayId: (gateways[index] ?? gateways[0])!.id,
    });
    const association = new RouteTableAssociation(scope, `private-${index}-routes`, {
      subnetId: subnet.id,
      routeTableId: table.id,
    });
    return { subnet, table, route, association };
  });
  return {
    subnets: parts.map(({ subnet }) => subnet.id),
    cidrs: zones.map((_, index) => zoneCidrs.private(index)),
    routeTables: parts.map(({ table }) => table.id),
    ready: parts.flatMap(({ route, association }) => [route, association]),
  };
}

function natGateways(
  site: Site,
  zones: readonly string[],
  exposed: Subnets,
): readonly NatGateway[] {
  const { scope, settings, preset } = site;
  const isPerZone = preset.aws.natGateways === 'perZone' || settings.natPerZone;
  return exposed.subnets.slice(0, isPerZone ? zones.length : 1).map((subnetId, index) => {
    const address = new Eip(scope, `nat-${index}-address`, {
      domain: 'vpc',
      tags: nameTag(site, `nat-${index}`),
      // An address in use keeps the internet gateway from going. And the public route is what the NAT gateway
      // sends by: gone before, and the nodes are cut off while they drain.
      dependsOn: [...exposed.ready],
    });
    return new NatGateway(scope, `nat-${index}`, {
      subnetId,
      allocationId: address.id,
      tags: nameTag(site, `nat-${index}`),
    });
  });
}
