import { RouteTable } from '@cdktf/provider-aws/lib/route-table/index.js';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association/index.js';
import { Subnet } from '@cdktf/provider-aws/lib/subnet/index.js';
import { zoneCidrs } from './cidrs.ts';
import type { Subnets } from './public-subnets.ts';
import { nameTag } from './site.ts';
import type { Site } from './site.ts';

/** Subnets without a way out: a route table of their own, in which no default route stands. */
export function databaseSubnets(
  site: Site,
  vpcId: string,
  zones: readonly string[],
): Omit<Subnets, 'ready'> {
  const { scope } = site;
  const table = new RouteTable(scope, 'database-table', { vpcId, tags: nameTag(site, 'database') });
  const subnets = zones.map((zone, index) => {
    const subnet = new Subnet(scope, `database-${index}`, {
      vpcId,
      availabilityZone: zone,
      cidrBlock: zoneCidrs.database(index),
      tags: nameTag(site, `database-${index}`),
    });
    new RouteTableAssociation(scope, `database-${index}-routes`, {
      subnetId: subnet.id,
      routeTableId: table.id,
    });
    return subnet.id;
  });
  return {
    subnets,
    cidrs: zones.map((_, index) => zoneCidrs.database(index)),
    routeTables: [table.id],
  };
}
