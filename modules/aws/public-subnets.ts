import { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway/index.js';
import { Route } from '@cdktf/provider-aws/lib/route/index.js';
import { RouteTable } from '@cdktf/provider-aws/lib/route-table/index.js';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association/index.js';
import { Subnet } from '@cdktf/provider-aws/lib/subnet/index.js';
import type { Ready } from '../contract/index.ts';
import { zoneCidrs } from './cidrs.ts';
import { nameTag } from './site.ts';
import type { Site } from './site.ts';

/** Subnets of one kind, one in each zone. */
export interface Subnets {
  readonly subnets: readonly string[];
  readonly cidrs: readonly string[];
  readonly routeTables: readonly string[];
  /** Their way out, where they have one: every route and every association. */
  readonly ready: Ready;
}

/** Everywhere, in a route. */
export const everywhere = '0.0.0.0/0';

/** Subnets whose addresses the world reaches, as far as security groups let it. */
export function publicSubnets(site: Site, vpcId: string, zones: readonly string[]): Subnets {
  const { scope, preset } = site;
  const gateway = new InternetGateway(scope, 'internet', {
    vpcId,
    tags: nameTag(site, 'internet'),
  });
  const table = new RouteTable(scope, 'public-table', { vpcId, tags: nameTag(site, 'public') });
  const route = new Route(scope, 'public-out', {
    routeTableId: table.id,
    destinationCidrBlock: everywhere,
    gatewayId: gateway.id,
  });
  const parts = zones.map((zone, index) => {
    const subnet = new Subnet(scope, `public-${index}`, {
      vpcId,
      availabilityZone: zone,
      cidrBlock: zoneCidrs.public(index),
      // Nodes in here have no other way out, and managed node groups refuse a subnet without it.
      mapPublicIpOnLaunch: preset.aws.publicNodes,
      tags: nameTag(site, `public-${index}`),
    });
    const association = new RouteTableAssociation(scope, `public-${index}-routes`, {
      subnetId: subnet.id,
      routeTableId: table.id,
    });
    return { subnet, association };
  });
  return {
    subnets: parts.map(({ subnet }) => subnet.id),
    cidrs: zones.map((_, index) => zoneCidrs.public(index)),
    routeTables: [table.id],
    ready: [gateway, route, ...parts.map(({ association }) => association)],
  };
}
