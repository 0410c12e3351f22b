import { awsVersions } from '../../modules/aws/index.ts';
import { publicPorts, sizes } from '../../modules/contract/index.ts';
import type { Size } from '../../modules/contract/index.ts';
import { violations } from '../../modules/policy/index.ts';
import { object } from '../../modules/synthesized/index.ts';
import type { Json, SynthesizedStack } from '../../modules/synthesized/index.ts';
import { AwsScene, only } from './aws-scene.ts';

const scene = new AwsScene();
const stacks = Object.fromEntries(sizes.map((size) => [size, scene.stack(size)])) as Record<
  Size,
  SynthesizedStack
>;

/** By type and the sizes that have them: the names of what is in the account. */
function addresses(): readonly string[] {
  const sizesOf = new Map<string, Size[]>();
  for (const size of sizes) {
    for (const { type, address } of stacks[size].resources) {
      if (type.startsWith('kubernetes_')) continue;
      sizesOf.set(address, [...(sizesOf.get(address) ?? []), size]);
    }
  }
  const lines = new Map<string, string[]>();
  for (const [address, having] of [...sizesOf].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const [type = '', name = ''] = address.split('.');
    const line = having.length === sizes.length ? type : `${type} (${having.join(', ')})`;
    lines.set(line, [...(lines.get(line) ?? []), name]);
  }
  return [...lines].map(([line, names]) => `${line}: ${names.join(' ')}`);
}

describe('AwsStack', () => {
  test('has these addresses; another one is another object, and takes the old one away', () => {
    expect(addresses().join('\n')).toMatchInlineSnapshot(`
     "aws_autoscaling_attachment: ingress-client-nodes-0 ingress-ws-nodes-0
     aws_autoscaling_attachment (small, medium, large): ingress-client-nodes-1 ingress-client-nodes-2 ingress-ws-nodes-1 ingress-ws-nodes-2
     aws_cloudwatch_log_group: cluster-log database-log-postgresql database-log-upgrade
     aws_cloudwatch_log_group (medium, large): flow-log-lines
     aws_db_instance: database
     aws_db_parameter_group: database-parameters
     aws_db_subnet_group: database-subnets
     aws_default_security_group: default-closed
     aws_ebs_volume (sandbox): disk-broker-0
     aws_ebs_volume (small, medium, large): disk-nats-0 disk-nats-1 disk-nats-2
     aws_ecr_lifecycle_policy: images-kept
     aws_ecr_repository: images
     aws_eip (small, medium, large): nat-0-address
     aws_eip (large): nat-1-address nat-2-address
     aws_eks_access_entry: admin-creator
     aws_eks_access_policy_association: admin-creator-rights
     aws_eks_addon: add-on-aws-ebs-csi-driver add-on-coredns add-on-eks-pod-identity-agent add-on-kube-proxy add-on-vpc-cni
     aws_eks_cluster: cluster
     aws_eks_node_group: nodes-0
     aws_eks_node_group (small, medium, large): nodes-1 nodes-2
     aws_flow_log (medium, large): flow-log
     aws_iam_role: cluster-role disks-role node-role
     aws_iam_role (medium, large): flow-log-role
     aws_iam_role_policy (small, medium, large): cluster-key-policy disks-key-policy
     aws_iam_role_policy (medium, large): flow-log-policy
     aws_iam_role_policy_attachment: cluster-policy disks-policy node-image-policy node-network-policy node-worker-policy
     aws_internet_gateway: internet
     aws_kms_alias (small, medium, large): key-alias
     aws_kms_key (small, medium, large): key
     aws_launch_template: nodes
     aws_lb: ingress
     aws_lb_listener: ingress-client ingress-ws
     aws_lb_target_group: ingress-client-targets ingress-ws-targets
     aws_nat_gateway (small, medium, large): nat-0
     aws_nat_gateway (large): nat-1 nat-2
     aws_route (small, medium, large): private-0-out private-1-out private-2-out
     aws_route: public-out
     aws_route_table: database-table public-table
     aws_route_table (small, medium, large): private-0-table private-1-table private-2-table
     aws_route_table_association: database-0-routes database-1-routes public-0-routes public-1-routes
     aws_route_table_association (small, medium, large): database-2-routes private-0-routes private-1-routes private-2-routes public-2-routes
     aws_secretsmanager_secret: password-database password-root
     aws_secretsmanager_secret (small, medium, large): password-nats-broker password-nats-routes password-nats-system
     aws_secretsmanager_secret_version: password-database-value password-root-value
     aws_secretsmanager_secret_version (small, medium, large): password-nats-broker-value password-nats-routes-value password-nats-system-value
     aws_security_group: database-group ingress-group
     aws_subnet: database-0 database-1 public-0 public-1
     aws_subnet (small, medium, large): database-2 private-0 private-1 private-2 public-2
     aws_vpc: network
     aws_vpc_endpoint: storage-endpoint
     aws_vpc_security_group_egress_rule: ingress-client-to-nodes ingress-ws-to-nodes
     aws_vpc_security_group_ingress_rule: database-from-nodes nodes-client-from-ingress nodes-ws-from-ingress
     aws_vpc_security_group_ingress_rule (sandbox): ingress-client-from-0-0-0-0-0 ingress-ws-from-0-0-0-0-0
     aws_vpc_security_group_ingress_rule (small, medium, large): ingress-client-from-203-0-113-0-24 ingress-ws-from-203-0-113-0-24
     terraform_data: account broker-image creator environment life record zones
     terraform_data (small, medium, large): lock"
    `);
  });
});

describe.each(sizes)('AwsStack (size=%s)', (size) => {
  const stack = stacks[size];

  test('keeps every policy', () => {
    const { preset, aws } = scene.kit(size);
    const facts = {
      preset,
      clientCidrs: aws.clientCidrs,
      mayDestroy: false,
      versions: Object.values(awsVersions),
    };
    expect(violations(stack.json, facts)).toEqual([]);
  });

  test('waits with everything for the environment, so that its record goes last', () => {
    const loose = stack.resources
      .map(({ address }) => address)
      .filter((address) => address !== 'terraform_data.environment')
      .filter((address) => !stack.needs(address).has('terraform_data.environment'));
    expect(loose).toEqual([]);
  });

  test('gives nodes their roles, network add-ons and every way out first', () => {
    const before = [
      ...stack.of('aws_route'),
      ...stack.of('aws_nat_gateway', 'aws_internet_gateway', 'aws_vpc_endpoint'),
      ...stack.of('aws_route_table_association').filter(({ name }) => !/^database/.test(name)),
      ...stack.of('aws_iam_role_policy_attachment').filter(({ name }) => /^node-/.test(name)),
      ...stack.of('aws_eks_addon').filter(({ name }) => /vpc-cni|kube-proxy/.test(name)),
    ].map(({ address }) => address);
    const groups = stack.of('aws_eks_node_group');
    expect(groups).toHaveLength(scene.kit(size).preset.zoneCount);
    for (const { address } of groups) {
      expect([...stack.needs(address)]).toEqual(expect.arrayContaining(before));
    }
  });

  test('rolls one zone after the other', () => {
    const [, ...later] = stack.of('aws_eks_node_group').map(({ address }) => address);
    later.forEach((address, index) => {
      expect([...stack.needs(address)]).toContain(`aws_eks_node_group.nodes-${index}`);
    });
    expect(later).toHaveLength(scene.kit(size).preset.zoneCount - 1);
  });

  test('runs the other add-ons on nodes, the one for disks with an identity of its own', () => {
    for (const name of ['coredns', 'eks-pod-identity-agent', 'aws-ebs-csi-driver']) {
      const needed = stack.needs(`aws_eks_addon.add-on-${name}`);
      expect([...needed]).toContain('aws_eks_node_group.nodes-0');
    }
    const disks = only(stack, 'aws_eks_addon', 'add-on-aws-ebs-csi-driver');
    expect(disks['pod_identity_association']).toEqual([
      { role_arn: '${aws_iam_role.disks-role.arn}', service_account: 'ebs-csi-controller-sa' },
    ]);
    expect([...stack.needs('aws_eks_addon.add-on-aws-ebs-csi-driver')]).toEqual(
      expect.arrayContaining([
        'aws_iam_role_policy_attachment.disks-policy',
        'aws_eks_addon.add-on-eks-pod-identity-agent',
      ]),
    );
    expect(only(stack, 'aws_iam_role_policy_attachment', 'disks-policy')['policy_arn']).toMatch(
      /\/AmazonEBSCSIDriverPolicyV2$/,
    );
  });

  test('enforces network policies, which the add-on leaves off', () => {
    const { configuration_values: values } = only(stack, 'aws_eks_addon', 'add-on-vpc-cni');
    expect(JSON.parse(values as string)).toEqual({ enableNetworkPolicy: 'true' });
  });

  test('makes the log group before the cluster, which would make one without an end', () => {
    const needed = stack.needs('aws_eks_cluster.cluster');
    expect([...needed]).toContain('aws_cloudwatch_log_group.cluster-log');
    const { name } = only(stack, 'aws_eks_cluster');
    expect(name).toBe('thebes-dev-${terraform_data.life.output.suffix}');
    expect(only(stack, 'aws_cloudwatch_log_group', 'cluster-log')['name']).toBe(
      `/aws/eks/${String(name)}/cluster`,
    );
  });

  test('is reached by its nodes from inside, and from outside by who administers it', () => {
    expect(only(stack, 'aws_eks_cluster')['vpc_config']).toMatchObject({
      endpoint_private_access: true,
      endpoint_public_access: true,
      public_access_cidrs: scene.kit(size).aws.adminCidrs,
    });
  });

  test('lets in who is named, and not whoever happens to create the cluster', () => {
    expect(only(stack, 'aws_eks_cluster')['access_config']).toEqual({
      authentication_mode: 'API',
      bootstrap_cluster_creator_admin_permissions: false,
    });
    expect(
      only(stack, 'aws_eks_access_policy_association', 'admin-creator-rights')['principal_arn'],
    ).toBe('${aws_eks_access_entry.admin-creator.principal_arn}');
  });

  test('lets nothing in the cluster outlive its nodes and its administrators', () => {
    const objects = stack.resources.filter(({ type }) => type.startsWith('kubernetes_'));
    expect(objects.length).toBeGreaterThan(10);
    const before = [
      ...stack.of(
        'aws_eks_node_group',
        'aws_eks_access_policy_association',
        'aws_eks_access_entry',
      ),
      ...stack.of('aws_lb_listener', 'aws_autoscaling_attachment', 'aws_eks_addon'),
    ].map(({ address }) => address);
    for (const { address } of objects) {
      expect([...stack.needs(address)]).toEqual(expect.arrayContaining(before));
    }
  });

  test('makes machines that answer nobody but themselves, with tags that never change', () => {
    const template = only(stack, 'aws_launch_template');
    expect(template['metadata_options']).toEqual({
      http_endpoint: 'enabled',
      http_tokens: 'required',
      http_put_response_hop_limit: 1,
    });
    expect(template['tag_specifications']).toEqual(
      ['instance', 'volume', 'network-interface'].map((type) => ({
        resource_type: type,
        tags: { 'kit:name': 'thebes', 'kit:env': 'dev', Name: 'thebes-dev-node' },
      })),
    );
  });

  test('leaves to the launch template what would replace a node group', () => {
    expect(only(stack, 'aws_launch_template')['instance_type']).toMatch(/^(t4g|m7g)\./);
    for (const { config } of stack.of('aws_eks_node_group')) {
      expect(config).not.toHaveProperty('instance_types');
      expect(config).not.toHaveProperty('disk_size');
      expect(config).not.toHaveProperty('node_group_name');
      expect(config).toMatchObject({
        version: '${aws_eks_cluster.cluster.version}',
        lifecycle: { create_before_destroy: true },
      });
    }
  });

  test('has a database that speaks TLS alone, to the nodes alone, with a password nobody sees', () => {
    expect(only(stack, 'aws_db_instance')).toMatchObject({
      engine: 'postgres',
      engine_version: '17',
      storage_encrypted: true,
      publicly_accessible: false,
      password_wo: '${ephemeral.aws_secretsmanager_secret_version.password-database.secret_string}',
      password_wo_version: 1,
      delete_automated_backups: true,
    });
    expect(only(stack, 'aws_db_parameter_group')['parameter']).toContainEqual({
      name: 'rds.force_ssl',
      value: '1',
    });
    const rules = stack
      .of('aws_vpc_security_group_ingress_rule')
      .filter(
        ({ config }) => config['security_group_id'] === '${aws_security_group.database-group.id}',
      );
    expect(rules.map(({ config }) => config)).toEqual([
      {
        security_group_id: '${aws_security_group.database-group.id}',
        description: 'Postgres from the nodes',
        referenced_security_group_id:
          '${aws_eks_cluster.cluster.vpc_config[0].cluster_security_group_id}',
        ip_protocol: 'tcp',
        from_port: 5432,
        to_port: 5432,
      },
    ]);
  });

  test('has no way out of the subnets of the database', () => {
    const tables = stack.of('aws_route').map(({ config }) => config['route_table_id']);
    expect(tables).not.toContain('${aws_route_table.database-table.id}');
    const ofDatabase = stack
      .of('aws_route_table_association')
      .filter(({ name }) => name.startsWith('database-'));
    expect(ofDatabase.map(({ config }) => config['route_table_id'])).toEqual(
      ofDatabase.map(() => '${aws_route_table.database-table.id}'),
    );
  });

  test('reads each password back from where it is kept, once it is there', () => {
    const { ephemeral } = stack.json as { ephemeral: Record<string, Record<string, Json>> };
    const generated = Object.keys(ephemeral['random_password'] ?? {});
    expect(generated).toContain('password-root');
    expect(Object.keys(ephemeral['aws_secretsmanager_secret_version'] ?? {})).toEqual(generated);
    for (const name of generated) {
      expect(ephemeral['aws_secretsmanager_secret_version']?.[name]).toEqual({
        secret_id: `\${aws_secretsmanager_secret_version.${name}-value.secret_id}`,
        version_id: `\${aws_secretsmanager_secret_version.${name}-value.version_id}`,
      });
      expect(only(stack, 'aws_secretsmanager_secret_version', `${name}-value`)).toEqual({
        secret_id: `\${aws_secretsmanager_secret.${name}.id}`,
        secret_string_wo: `\${ephemeral.random_password.${name}.result}`,
        secret_string_wo_version: 1,
      });
    }
  });

  test('opens the ports that the broker listens on, and no other', () => {
    const served = publicPorts.filter(({ isServed }) => isServed);
    const listeners = stack.of('aws_lb_listener').map(({ config }) => config['port']);
    expect(listeners).toEqual(served.map(({ port }) => port));
    const opened = stack
      .of('aws_vpc_security_group_ingress_rule')
      .filter(({ config }) => config['cidr_ipv4'] !== undefined)
      .map(({ config }) => [config['cidr_ipv4'], config['from_port'], config['to_port']]);
    const from = size === 'sandbox' ? '0.0.0.0/0' : '203.0.113.0/24';
    expect(opened).toEqual(served.map(({ port }) => [from, port, port]));
  });

  test('keeps quiet sessions for an hour, and every node behind each port', () => {
    for (const { config } of stack.of('aws_lb_listener')) {
      expect(config).toMatchObject({ protocol: 'TCP', tcp_idle_timeout_seconds: 3600 });
    }
    const { zoneCount } = scene.kit(size).preset;
    const attached = stack.of('aws_autoscaling_attachment').map(({ config }) => config);
    expect(attached).toHaveLength(zoneCount * stack.of('aws_lb_listener').length);
    expect(attached[0]).toEqual({
      autoscaling_group_name:
        '${aws_eks_node_group.nodes-0.resources[0].autoscaling_groups[0].name}',
      lb_target_group_arn: '${aws_lb_target_group.ingress-client-targets.arn}',
    });
  });

  test('spans two zones with control plane and database, and names them once for all', () => {
    const count = size === 'sandbox' ? 2 : 3;
    const zones = only(stack, 'terraform_data', 'zones');
    expect(zones).toMatchObject({ lifecycle: { ignore_changes: ['input'] } });
    const subnets = object(only(stack, 'aws_eks_cluster')['vpc_config'])['subnet_ids'] as unknown[];
    expect(subnets).toHaveLength(count);
    expect(only(stack, 'aws_db_subnet_group')['subnet_ids']).toHaveLength(count);
    expect(only(stack, 'aws_subnet', 'database-1')['availability_zone']).toBe(
      '${terraform_data.zones.output.names[1]}',
    );
  });

  test('attaches disks that the driver may touch, each in the zone of its node', () => {
    const disks = stack.of('aws_ebs_volume');
    expect(disks).toHaveLength(scene.kit(size).preset.nats?.replicas ?? 1);
    disks.forEach(({ config }, index) => {
      expect(config).toMatchObject({
        availability_zone: `\${terraform_data.zones.output.names[${index}]}`,
        encrypted: true,
        size: scene.kit(size).preset.diskGiB,
        tags: { 'ebs.csi.aws.com/cluster': 'true' },
      });
    });
  });

  test('tags everything by the provider', () => {
    const [provider] = stack.providers('aws');
    expect(provider).toEqual({
      region: 'eu-central-1',
      default_tags: [
        {
          tags: {
            'kit:name': 'thebes',
            'kit:env': 'dev',
            'kit:size': size,
            'kit:owner': 'ada',
            'kit:expires': size === 'sandbox' ? '1796068800' : 'never',
          },
        },
      ],
    });
  });

  test('describes every group and every rule', () => {
    const described = stack.of(
      'aws_security_group',
      'aws_vpc_security_group_ingress_rule',
      'aws_vpc_security_group_egress_rule',
    );
    expect(described.filter(({ config }) => config['description'] === undefined)).toEqual([]);
  });

  test('pins what it asks providers and services for', () => {
    const { required_providers: providers } = object(stack.json['terraform']);
    expect(providers).toMatchObject({
      aws: { version: '6.25.0' },
      random: { source: 'hashicorp/random', version: '3.7.2' },
    });
    const { version } = only(stack, 'aws_eks_cluster');
    expect(version).toBe(size === 'sandbox' ? undefined : awsVersions.kubernetes.version);
  });
});
