/** A stack in small that keeps every rule: whatever a test plants in it, that alone is found. */
export function soundStack() {
  const nodes = {
    cluster_name: '${aws_eks_cluster.cluster.name}',
    launch_template: { id: '${aws_launch_template.nodes.id}' },
  };
  const namespace = '${kubernetes_namespace_v1.broker.metadata[0].name}';
  const tags = { 'kit:env': 'prod', 'kit:expires': 'never', 'kit:owner': 'ops' };
  return {
    terraform: {
      required_providers: {
        aws: { source: 'aws', version: '6.25.0' },
        kubernetes: { source: 'kubernetes', version: '2.38.0' },
      },
    },
    provider: {
      aws: [{ region: 'eu-central-1', default_tags: [{ tags: { ...tags } }] }] as [Loose],
      kubernetes: [{ host: '${aws_eks_cluster.cluster.endpoint}' }] as Loose[],
    },
    locals: {
      nodes: '${aws_eks_node_group.nodes-a.arn}${aws_eks_node_group.nodes-b.arn}',
    } as Record<string, unknown>,
    resource: {
      terraform_data: {
        lock: { lifecycle: { prevent_destroy: true } } as Loose,
      },
      aws_vpc: { vpc: { cidr_block: '10.40.0.0/16' } },
      aws_flow_log: { log: { vpc_id: '${aws_vpc.vpc.id}' } } as Loose,
      aws_eks_cluster: {
        cluster: {
          name: 'thebes-prod',
          version: '1.36',
          deletion_protection: true,
          vpc_config: { endpoint_public_access: true, public_access_cidrs: ['192.0.2.4/32'] },
          encryption_config: { resources: ['secrets'] },
        } as Loose,
      },
      aws_launch_template: {
        nodes: {
          metadata_options: { http_tokens: 'required', http_put_response_hop_limit: 1 } as Loose,
          block_device_mappings: [{ ebs: { volume_size: 20, encrypted: 'true' } as Loose }],
          tag_specifications: [
            { resource_type: 'instance', tags: { 'kit:env': 'prod' } as Loose },
            { resource_type: 'volume', tags: { 'kit:env': 'prod' } as Loose },
          ],
        },
      },
      aws_eks_node_group: {
        'nodes-a': { ...nodes } as Loose,
        'nodes-b': { ...nodes } as Loose,
      },
      aws_iam_role_policy: {
        disks: {
          policy: '{"Statement":{"Effect":"Allow","Action":["kms:Decrypt"],"Resource":"*"}}',
        } as Loose,
      },
      aws_iam_role_policy_attachment: {
        nodes: { policy_arn: 'arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy' } as Loose,
      },
      aws_ecr_repository: { broker: { image_tag_mutability: 'IMMUTABLE' } as Loose },
      aws_eks_access_policy_association: {
        admin: { cluster_name: '${aws_eks_cluster.cluster.name}' },
      },
      aws_ebs_volume: { 'messages-0': { size: 20, encrypted: true } as Loose },
      aws_db_parameter_group: {
        database: { parameter: [{ name: 'rds.force_ssl', value: '1' }] },
      },
      aws_db_instance: {
        database: {
          engine_version: '17',
          storage_encrypted: true,
          publicly_accessible: false,
          enabled_cloudwatch_logs_exports: ['postgresql', 'upgrade'],
          deletion_protection: true,
          skip_final_snapshot: false,
          final_snapshot_identifier: 'thebes-prod-final-0abc1',
          backup_retention_period: 14,
          parameter_group_name: '${aws_db_parameter_group.database.name}',
          password_wo: '${ephemeral.aws_secretsmanager_secret_version.database.secret_string}',
          password_wo_version: 1,
        } as Loose,
      },
      aws_lb: {
        front: {
          security_groups: ['${aws_security_group.front.id}'],
          enable_deletion_protection: true,
        } as Loose,
      },
      aws_security_group: {
        front: { description: 'load balancer' } as Loose,
        database: { description: 'database' } as Loose,
      },
      aws_vpc_security_group_ingress_rule: {
        clients: {
          description: 'clients',
          security_group_id: '${aws_security_group.front.id}',
          cidr_ipv4: '203.0.113.0/24',
        },
        'database-from-nodes': {
          description: 'brokers',
          security_group_id: '${aws_security_group.database.id}',
          referenced_security_group_id:
            '${aws_eks_cluster.cluster.vpc_config[0].security_group_id}',
        },
      } as Record<string, Loose>,
      kubernetes_namespace_v1: {
        broker: {
          metadata: {
            name: 'broker',
            labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
          },
          depends_on: ['aws_eks_access_policy_association.admin', 'local.nodes'],
        } as Loose,
      },
      kubernetes_network_policy_v1: {
        'default-deny': {
          metadata: { namespace },
          spec: { pod_selector: {}, policy_types: ['Ingress', 'Egress'] } as Loose,
        },
      },
      kubernetes_persistent_volume_claim_v1: {
        'messages-0': { metadata: { namespace }, spec: { volume_name: 'messages-0' } as Loose },
      },
      kubernetes_secret_v1: {
        database: {
          metadata: { namespace },
          data_wo: {
            password: '${ephemeral.random_password.database.result}',
            'nats.conf': 'user: "x", password: "${ephemeral.random_password.database.result}"',
          } as Loose,
        },
      },
      kubernetes_config_map_v1: {
        broker: {
          metadata: { namespace },
          data: {
            THEBES_POSTGRES_CONNECTION_COUNT_MAX: '10',
            'nats.conf': 'authorization { user: broker, password: $NATS_PASSWORD }',
          } as Loose,
        },
      },
      kubernetes_service_v1: {
        broker: {
          metadata: { namespace },
          spec: { type: 'NodePort' },
        },
      },
      kubernetes_deployment_v1: {
        broker: {
          metadata: { namespace } as Loose,
          spec: {
            replicas: '3',
            strategy: { rolling_update: { max_surge: '1' } },
            template: {
              spec: {
                security_context: { run_as_non_root: true, run_as_user: '1000' } as Loose,
                container: [
                  {
                    name: 'broker',
                    image: '${aws_ecr_repository.broker.repository_url}:src-0123456789ab',
                    env: [
                      { name: 'THEBES_POSTGRES_PASSWORD_FILE', value: '/secrets/database' },
                    ] as Loose[],
                    env_from: [
                      {
                        config_map_ref: {
                          name: '${kubernetes_config_map_v1.broker.metadata[0].name}',
                        },
                      },
                    ],
                    resources: {
                      requests: { cpu: '500m', memory: '1Gi' },
                      limits: { memory: '1Gi' },
                    },
                    security_context: {
                      allow_privilege_escalation: false,
                      capabilities: { drop: ['ALL'] },
                    },
                  },
                ] as [Loose],
              },
            },
          },
        },
      },
    },
  };
}

/** Parts of which a test may make anything. */
type Loose = Record<string, unknown>;
export type SoundStack = ReturnType<typeof soundStack>;
