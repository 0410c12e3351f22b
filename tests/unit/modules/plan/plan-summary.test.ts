import { planText, summarizePlan } from '../../../../modules/plan/index.ts';

function planOf(...changes: readonly [address: string, actions: string[], paths?: unknown[]][]) {
  return {
    resource_changes: changes.map(([address, actions, paths]) => ({
      address,
      mode: address.startsWith('data.') ? 'data' : 'managed',
      type: address.split('.')[0],
      change: { actions, ...(paths === undefined ? {} : { replace_paths: paths }) },
    })),
  };
}

describe('summarizePlan', () => {
  test('tells acts apart, and leaves out what stays and what is only read', () => {
    const { changes, harmful } = summarizePlan(
      planOf(
        ['aws_vpc.network', ['no-op']],
        ['data.aws_region.here', ['read']],
        ['aws_subnet.a', ['create']],
        ['aws_lb.front', ['update']],
        ['aws_launch_template.nodes', ['create', 'delete']],
        ['aws_route.out', ['delete']],
        ['kubernetes_secret_v1.one', ['forget']],
      ),
    );
    expect(changes.map(({ address, act }) => [address, act])).toEqual([
      ['aws_subnet.a', 'create'],
      ['aws_lb.front', 'update'],
      ['aws_launch_template.nodes', 'replace'],
      ['aws_route.out', 'destroy'],
      ['kubernetes_secret_v1.one', 'forget'],
    ]);
    expect(harmful).toEqual([]);
  });

  test.each(['aws_db_instance.database', 'aws_ebs_volume.disk', 'aws_eks_cluster.cluster'])(
    'finds harm in replacing and in destroying %s, none in changing it',
    (address) => {
      const of = (...actions: string[]) => summarizePlan(planOf([address, actions])).harmful;
      expect(of('delete', 'create')).toHaveLength(1);
      expect(of('delete')).toHaveLength(1);
      expect(of('update')).toEqual([]);
      expect(of('create')).toEqual([]);
    },
  );

  test('finds harm in replacing all groups of nodes at once, none in some of them', () => {
    const groups = (last: string[]) =>
      summarizePlan(
        planOf(
          ['aws_eks_node_group.nodes-0', ['create', 'delete']],
          ['aws_eks_node_group.nodes-1', last],
        ),
      ).harmful;
    expect(groups(['update'])).toEqual([]);
    expect(groups(['create', 'delete'])).toHaveLength(2);
  });

  test('says which argument has something built anew', () => {
    const { changes } = summarizePlan(
      planOf([
        'aws_db_instance.database',
        ['delete', 'create'],
        [['storage_encrypted'], ['vpc', 0, 'id']],
      ]),
    );
    expect(changes[0]?.because).toEqual(['storage_encrypted', 'vpc.0.id']);
  });
});

describe('planText', () => {
  test('counts, and names what is built anew and what is lost', () => {
    const plan = planOf(
      ['aws_subnet.a', ['create']],
      ['aws_subnet.b', ['create']],
      ['aws_lb.front', ['update']],
      ['aws_db_instance.database', ['delete', 'create'], [['storage_encrypted']]],
      ['aws_ebs_volume.disk', ['delete']],
    );
    expect(planText(summarizePlan(plan))).toMatchInlineSnapshot(`
      "2 to create, 1 to update, 1 to replace, 1 to destroy

      Built anew:
        replace aws_db_instance.database, because of storage_encrypted

      THIS TAKES AWAY what holds data, or all that runs:
        replace aws_db_instance.database, because of storage_encrypted
        destroy aws_ebs_volume.disk"
    `);
  });

  test('says that nothing changes', () => {
    expect(planText(summarizePlan(planOf(['aws_vpc.network', ['no-op']])))).toBe(
      'Nothing changes.',
    );
  });
});
