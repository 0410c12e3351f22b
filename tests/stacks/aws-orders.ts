import type { SimulationRun } from '../support/simulated-providers/index.ts';

/** Orders that a cloud needs, each by an edge of the graph (iac.md 6.2, 6.6 and 8). */
export function checkOrder(run: SimulationRun): void {
  // The API answers, and knows who asks, until the last object in the cluster is gone.
  run
    .gone('kubernetes_*')
    .before('aws_eks_node_group', 'aws_eks_access_*', 'aws_eks_addon', 'aws_eks_cluster');
  run.gone('aws_eks_access_policy_association').before('aws_eks_access_entry');
  // The service goes before what leads clients to it, and no client before the load balancer.
  run.gone('kubernetes_*').before('aws_lb_listener', 'aws_autoscaling_attachment');
  run.gone('aws_lb_listener.ingress-ws').before('aws_lb', 'aws_lb_target_group.ingress-ws-*');
  // Nodes can speak to AWS until they are gone, and give back disks and addresses.
  run
    .gone('aws_eks_node_group')
    .before(
      'aws_route',
      'aws_route_table_association.public-*',
      'aws_internet_gateway',
      'aws_vpc_endpoint',
      'aws_iam_role_policy_attachment.node-*',
      'aws_eks_addon.add-on-vpc-cni',
      'aws_eks_addon.add-on-kube-proxy',
    );
  // Disks are given back by their driver, which runs on nodes, and deleted when nobody has them.
  const disks = run.destroyed.filter((address) => address.startsWith('aws_ebs_volume.'));
  for (const disk of disks) {
    const pod = disk.replace('aws_ebs_volume.disk-', '');
    run
      .gone(`kubernetes_persistent_volume_v1.platform-volume-messages-${pod}`)
      .before(disk, 'aws_eks_addon.add-on-aws-ebs-csi-driver');
  }
  run.gone('aws_eks_addon.add-on-aws-ebs-csi-driver').before('aws_eks_node_group');
  // What would be made again behind our back goes after who would make it.
  run
    .gone('aws_eks_cluster')
    .before(
      'aws_cloudwatch_log_group.cluster-log',
      'aws_iam_role_policy_attachment.cluster-policy',
    );
  run
    .gone('aws_db_instance')
    .before(
      'aws_cloudwatch_log_group.database-log-*',
      'aws_db_subnet_group',
      'aws_secretsmanager_secret_version.password-database-value',
    );
}

/** Nodes in private subnets reach the world through NAT gateways, which do so by the public route. */
export function checkOrderOfPrivateNetwork(run: SimulationRun): void {
  run
    .gone('aws_eks_node_group')
    .before('aws_nat_gateway', 'aws_eip', 'aws_route_table_association.private-*');
  run.gone('aws_nat_gateway').before('aws_route.public-out', 'aws_internet_gateway');
  run.gone('aws_db_instance').before('aws_kms_key');
  run.gone('aws_ebs_volume').before('aws_kms_key');
  run.gone('aws_eks_cluster').before('aws_kms_key');
}
