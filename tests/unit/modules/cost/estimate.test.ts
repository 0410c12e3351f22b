import { estimate, estimateText, monthlyEstimateUsd } from '../../../../modules/cost/index.ts';
import type { PriceList } from '../../../../modules/cost/index.ts';

const price = { asOf: '2026-01-01', source: 'a table', certain: true } as const;
const list: PriceList = {
  region: 'us-east-1',
  prices: [
    { item: 'EKS control plane', unit: 'hour', priceUsd: 0.1, ...price, asOf: '2026-02-02' },
    { item: 'public IPv4 address', unit: 'hour', priceUsd: 0.005, ...price },
    { item: 'network load balancer', unit: 'hour', priceUsd: 0.02, ...price },
    { item: 'NAT gateway', unit: 'hour', priceUsd: 0.05, ...price, asOf: '2020-01-01' },
    { item: 't4g.medium', unit: 'hour', priceUsd: 0.03, ...price },
    { item: 't4g.medium, spot', unit: 'hour', priceUsd: 0.01, ...price, certain: false },
    { item: 'gp3 disk', unit: 'GB-month', priceUsd: 0.08, ...price },
    { item: 'db.t4g.micro', unit: 'hour', priceUsd: 0.02, ...price },
    { item: 'database storage, gp3', unit: 'GB-month', priceUsd: 0.1, ...price },
    { item: 'secret', unit: 'month', priceUsd: 0.4, ...price },
  ],
};

const nodes = {
  aws_launch_template: {
    nodes: {
      instance_type: 't4g.medium',
      block_device_mappings: [{ ebs: { volume_size: 20 } }],
    },
  },
  aws_subnet: { public: { map_public_ip_on_launch: true }, private: {} },
};

function nodeGroup(subnet: string, more: object = {}) {
  return {
    resource: {
      ...nodes,
      aws_eks_node_group: {
        nodes: {
          launch_template: { id: '${aws_launch_template.nodes.id}' },
          subnet_ids: [`\${aws_subnet.${subnet}.id}`],
          scaling_config: { desired_size: 2 },
          ...more,
        },
      },
    },
  };
}

function counts(json: object): Record<string, number> {
  const { lines } = estimate(json as Record<string, unknown>, list);
  return Object.fromEntries(lines.map(({ item, count }) => [item, count]));
}

describe('estimate', () => {
  test('counts nodes with their disks, and an address where they stand in public', () => {
    expect(counts(nodeGroup('private'))).toEqual({ 't4g.medium': 2, 'gp3 disk': 40 });
    expect(counts(nodeGroup('public', { capacity_type: 'SPOT' }))).toEqual({
      't4g.medium, spot': 2,
      'gp3 disk': 40,
      'public IPv4 address': 2,
    });
  });

  test('counts a load balancer with an address in each of its zones', () => {
    const lb = { subnets: ['a', 'b', 'c'] };
    expect(counts({ resource: { aws_lb: { front: lb } } })).toEqual({
      'network load balancer': 1,
      'public IPv4 address': 3,
    });
    expect(counts({ resource: { aws_lb: { front: { ...lb, internal: true } } } })).toEqual({
      'network load balancer': 1,
    });
  });

  test('counts a database twice that has one standing by', () => {
    const database = { instance_class: 'db.t4g.micro', allocated_storage: 20, multi_az: true };
    expect(counts({ resource: { aws_db_instance: { database } } })).toEqual({
      'db.t4g.micro': 2,
      'database storage, gp3': 40,
    });
  });

  test('sums what is paid by the hour, the month and the size, the dearest first', () => {
    const json = {
      resource: {
        aws_secretsmanager_secret: { a: {}, b: {} },
        aws_ebs_volume: { disk: { size: 10 } },
        aws_eks_cluster: { cluster: {} },
      },
    };
    const found = estimate(json, list);
    expect(found.lines.map(({ item, monthUsd, hourUsd }) => [item, monthUsd, hourUsd])).toEqual([
      ['EKS control plane', 73, 0.1],
      ['secret', 0.8, 0.0011],
      ['gp3 disk', 0.8, 0.0011],
    ]);
    expect([found.monthUsd, found.hourUsd, found.asOf]).toEqual([74.6, 0.1022, '2026-01-01']);
  });

  test('says what it has no price for, and what is paid by use', () => {
    const json = {
      resource: {
        aws_db_instance: { database: { instance_class: 'db.r9.huge', allocated_storage: 10 } },
        aws_elasticache_cluster: { cache: {} },
        aws_nat_gateway: { nat: {} },
        kubernetes_secret_v1: { secret: {} },
        terraform_data: { lock: {} },
      },
    };
    const { unpriced, byUse } = estimate(json, list);
    expect(unpriced).toEqual(['aws_elasticache_cluster', 'db.r9.huge']);
    expect(Object.keys(byUse)).toEqual(['aws_nat_gateway']);
  });
});

describe('estimateText', () => {
  test('is a table with its sum, the day of its prices and what it leaves out', () => {
    const json = {
      resource: {
        ...nodeGroup('private', { capacity_type: 'SPOT' }).resource,
        aws_nat_gateway: { nat: {} },
        aws_elasticache_cluster: { cache: {} },
      },
    };
    expect(estimateText(estimate(json, list))).toMatchInlineSnapshot(`
     "                                           USD a month  an hour
       1 ×  NAT gateway                               36.50   0.0500
       2 ×  t4g.medium, spot (price uncertain)        14.60   0.0200
     40 GB  gp3 disk                                   3.20   0.0044
            in all                                    54.30   0.0744

     Estimate, list prices of 2020-01-01 for us-east-1, 730 hours a month; most of Europe costs 10 to 20 % more, some regions more than that.
     Beside it, by use:
       aws_nat_gateway  0.045 USD for each GB that goes through it
     Without a price, so not in the sum: aws_elasticache_cluster"
    `);
  });
});

describe('monthlyEstimateUsd', () => {
  test('is the sum in whole dollars, at the prices that come with the kit', () => {
    const json = {
      resource: { aws_eks_cluster: { cluster: {} }, aws_ebs_volume: { d: { size: 7 } } },
    };
    expect(monthlyEstimateUsd(json)).toBe(74);
  });
});
