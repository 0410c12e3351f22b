type Json = Record<string, unknown>;
export type Resources = Record<string, Record<string, Json>>;

/** A stack in the form that cdktf synthesizes, with room for what a test changes. */
export interface SmallStack {
  terraform: { required_providers: Record<string, { source: string; version: string }> };
  provider: Json;
  data: Resources;
  ephemeral: Resources;
  resource: Resources;
  output: Record<string, Json>;
}

const policies = 'arn:aws:iam::aws:policy';
const restricted = {
  allow_privilege_escalation: false,
  capabilities: { drop: ['ALL'] },
  run_as_non_root: true,
  seccomp_profile: { type: 'RuntimeDefault' },
};

/**
 * The smallest stack that has a bit of everything: a network, a cluster with nodes and a way in, a
 * database whose password nobody sees, and workloads in the cluster. Everything that must wait for
 * something else says so.
 */
export function smallStack(): SmallStack {
  return {
    terraform: {
      required_providers: {
        aws: { source: 'aws', version: '6.25.0' },
        kubernetes: { source: 'kubernetes', version: '2.38.0' },
        random: { source: 'hashicorp/random', version: '3.7.2' },
      },
    },
    provider: {
      aws: [{ region: 'eu-central-1', default_tags: [{ tags: { 'kit:env': 'dev' } }] }],
      kubernetes: [
        {
          host: '${aws_eks_cluster.main.endpoint}',
          cluster_ca_certificate:
            '${base64decode(aws_eks_cluster.main.certificate_authority[0].data)}',
          exec: { api_version: 'client.authentication.k8s.io/v1beta1', command: 'aws' },
        },
      ],
      random: [{}],
    },
    data: {
      aws_availability_zones: { zones: { state: 'available' } },
      aws_caller_identity: { me: {} },
    },
    ephemeral: {
      aws_secretsmanager_secret_version: {
        database: { secret_id: '${aws_secretsmanager_secret_version.database.secret_id}' },
      },
      random_password: { database: { length: 24, special: false } },
    },
    resource: { ...network(), ...cluster(), ...database(), ...workloads() },
    output: {
      account: { value: '${data.aws_caller_identity.me.account_id}' },
      endpoint: { value: '${aws_eks_cluster.main.endpoint}' },
    },
  };
}

function network(): Resources {
  const zone = '${element(data.aws_availability_zones.zones.names, count.index)}';
  return {
    aws_vpc: { main: { cidr_block: '10.0.0.0/16', enable_dns_hostnames: true } },
    aws_internet_gateway: { main: { vpc_id: '${aws_vpc.main.id}' } },
    aws_subnet: {
      node: {
        count: 2,
        availability_zone: zone,
        cidr_block: '${cidrsubnet(aws_vpc.main.cidr_block, 4, count.index)}',
        vpc_id: '${aws_vpc.main.id}',
      },
    },
    aws_route_table: { main: { vpc_id: '${aws_vpc.main.id}' } },
    aws_route: {
      out: {
        destination_cidr_block: '0.0.0.0/0',
        gateway_id: '${aws_internet_gateway.main.id}',
        route_table_id: '${aws_route_table.main.id}',
      },
    },
    aws_security_group: {
      database: {
        description: 'database of dev',
        name: 'dev-database',
        vpc_id: '${aws_vpc.main.id}',
      },
    },
  };
}

function cluster(): Resources {
  return {
    aws_iam_role: {
      cluster: { assume_role_policy: '{}', name: 'dev-cluster' },
      node: { assume_role_policy: '{}', name: 'dev-node' },
    },
    aws_iam_role_policy_attachment: {
      node: {
        policy_arn: `${policies}/AmazonEKSWorkerNodePolicy`,
        role: '${aws_iam_role.node.name}',
      },
    },
    aws_eks_cluster: {
      main: {
        access_config: {
          authentication_mode: 'API',
          bootstrap_cluster_creator_admin_permissions: false,
        },
        name: 'dev',
        role_arn: '${aws_iam_role.cluster.arn}',
        vpc_config: { subnet_ids: '${aws_subnet.node[*].id}' },
      },
    },
    aws_eks_access_entry: {
      admin: {
        cluster_name: '${aws_eks_cluster.main.name}',
        principal_arn: '${data.aws_caller_identity.me.arn}',
      },
    },
    aws_eks_access_policy_association: {
      admin: {
        access_scope: { type: 'cluster' },
        cluster_name: '${aws_eks_cluster.main.name}',
        policy_arn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
        principal_arn: '${aws_eks_access_entry.admin.principal_arn}',
      },
    },
    aws_launch_template: { node: { instance_type: 't4g.medium', name: 'dev-node' } },
    aws_eks_node_group: {
      node: {
        cluster_name: '${aws_eks_cluster.main.name}',
        depends_on: ['aws_iam_role_policy_attachment.node', 'aws_route.out'],
        launch_template: {
          id: '${aws_launch_template.node.id}',
          version: '${aws_launch_template.node.latest_version}',
        },
        node_group_name: 'dev-node',
        node_role_arn: '${aws_iam_role.node.arn}',
        scaling_config: { desired_size: 1, max_size: 1, min_size: 1 },
        subnet_ids: '${aws_subnet.node[*].id}',
      },
    },
  };
}

function database(): Resources {
  return {
    aws_secretsmanager_secret: { database: { name: 'dev-database', recovery_window_in_days: 0 } },
    aws_secretsmanager_secret_version: {
      database: {
        secret_id: '${aws_secretsmanager_secret.database.id}',
        secret_string_wo: '${ephemeral.random_password.database.result}',
        secret_string_wo_version: 1,
      },
    },
    aws_db_subnet_group: {
      main: { name: 'dev', subnet_ids: '${aws_subnet.node[*].id}' },
    },
    aws_db_instance: {
      main: {
        allocated_storage: 20,
        db_subnet_group_name: '${aws_db_subnet_group.main.name}',
        engine: 'postgres',
        identifier: 'dev-database',
        instance_class: 'db.t4g.micro',
        password_wo: '${ephemeral.aws_secretsmanager_secret_version.database.secret_string}',
        password_wo_version: 1,
        skip_final_snapshot: true,
        username: 'broker',
        vpc_security_group_ids: ['${aws_security_group.database.id}'],
      },
    },
  };
}

function workloads(): Resources {
  const namespace = '${kubernetes_namespace_v1.broker.metadata[0].name}';
  return {
    kubernetes_namespace_v1: {
      broker: {
        depends_on: ['aws_eks_access_policy_association.admin', 'aws_eks_node_group.node'],
        metadata: {
          labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
          name: 'broker',
        },
      },
    },
    kubernetes_secret_v1: {
      database: {
        data_wo: {
          password: '${ephemeral.aws_secretsmanager_secret_version.database.secret_string}',
        },
        data_wo_revision: 1,
        metadata: { name: 'database', namespace },
      },
    },
    kubernetes_stateful_set_v1: {
      broker: {
        metadata: { name: 'broker', namespace },
        spec: {
          replicas: 1,
          selector: { match_labels: { app: 'broker' } },
          service_name: 'broker',
          template: {
            metadata: { labels: { app: 'broker' } },
            spec: {
              container: [
                {
                  env: [
                    {
                      name: 'PASSWORD',
                      value_from: {
                        secret_key_ref: {
                          key: 'password',
                          name: '${kubernetes_secret_v1.database.metadata[0].name}',
                        },
                      },
                    },
                  ],
                  image: 'broker@sha256:0',
                  name: 'broker',
                  security_context: restricted,
                },
              ],
            },
          },
        },
      },
    },
  };
}
