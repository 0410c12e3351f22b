import type { ScopeName } from './deployer-scopes.ts';

/** Actions on one scope: `['Tagged', 'ec2:DeleteVpc']`. */
export type Grant = readonly [scope: ScopeName, ...actions: string[]];

/** What a type of resource asks of AWS in its life: made, read, changed, tagged, removed. */
export interface Need {
  readonly grants: readonly Grant[];
  /** Services that are handed a role for it. */
  readonly passesRoleTo?: readonly string[];
  /** Services that make themselves a role on its first use in an account. */
  readonly linksRoleOf?: readonly string[];
}

const rules: Grant = ['Any', 'ec2:DescribeSecurityGroupRules', 'ec2:DescribeSecurityGroups'];
const ingress = ['ec2:AuthorizeSecurityGroupIngress', 'ec2:RevokeSecurityGroupIngress'];
const egress = ['ec2:AuthorizeSecurityGroupEgress', 'ec2:RevokeSecurityGroupEgress'];
const ofNodes: Grant = ['ClusterGroup', ...ingress, 'ec2:ModifySecurityGroupRules'];
const ec2Tags: readonly Grant[] = [
  ['Created', 'ec2:CreateTags'],
  ['Tagged', 'ec2:CreateTags', 'ec2:DeleteTags'],
];

/**
 * By type of resource, as its provider is known to call; tried on no account yet. Data sources and
 * ephemeral resources stand under `data.` and `ephemeral.`.
 */
export const deployerActions: Readonly<Record<string, Need>> = {
  aws_acm_certificate: {
    grants: [
      ['Any', 'acm:AddTagsToCertificate', 'acm:RequestCertificate'],
      ['Tagged', 'acm:DeleteCertificate', 'acm:DescribeCertificate'],
      ['Tagged', 'acm:ListTagsForCertificate', 'acm:RemoveTagsFromCertificate'],
    ],
  },
  aws_acm_certificate_validation: { grants: [['Tagged', 'acm:DescribeCertificate']] },
  aws_autoscaling_attachment: {
    grants: [
      ['Any', 'autoscaling:DescribeAutoScalingGroups'],
      ['Machines', 'autoscaling:AttachLoadBalancerTargetGroups'],
      ['Machines', 'autoscaling:DetachLoadBalancerTargetGroups'],
    ],
  },
  aws_cloudwatch_log_group: {
    grants: [
      ['Any', 'logs:DescribeLogGroups'],
      ['Logs', 'logs:CreateLogGroup', 'logs:DeleteLogGroup', 'logs:PutRetentionPolicy'],
      ['Logs', 'logs:ListTagsForResource', 'logs:TagResource', 'logs:UntagResource'],
    ],
  },
  aws_db_instance: {
    grants: [
      ['Any', 'rds:DescribeDBInstances'],
      ['Databases', 'rds:CreateDBInstance', 'rds:DeleteDBInstance', 'rds:ModifyDBInstance'],
      ['Databases', 'rds:CreateDBSnapshot', 'rds:RebootDBInstance'],
      ['Databases', 'rds:AddTagsToResource', 'rds:ListTagsForResource'],
      ['Databases', 'rds:RemoveTagsFromResource'],
    ],
    linksRoleOf: ['rds.amazonaws.com'],
  },
  aws_db_parameter_group: {
    grants: [
      ['Any', 'rds:DescribeDBParameterGroups'],
      ['Databases', 'rds:CreateDBParameterGroup', 'rds:DeleteDBParameterGroup'],
      ['Databases', 'rds:DescribeDBParameters', 'rds:ModifyDBParameterGroup'],
      ['Databases', 'rds:ResetDBParameterGroup'],
    ],
  },
  aws_db_subnet_group: {
    grants: [
      ['Any', 'rds:DescribeDBSubnetGroups'],
      ['Databases', 'rds:CreateDBSubnetGroup', 'rds:DeleteDBSubnetGroup'],
      ['Databases', 'rds:ModifyDBSubnetGroup'],
    ],
  },
  aws_default_security_group: {
    grants: [rules, ['Groups', 'ec2:CreateTags'], ['Tagged', ...ingress, ...egress]],
  },
  aws_ebs_volume: {
    grants: [
      ['Any', 'ec2:CreateVolume', 'ec2:DescribeVolumes', 'ec2:DescribeVolumesModifications'],
      ['Any', 'ec2:CreateSnapshot', 'ec2:DescribeSnapshots'],
      ['Tagged', 'ec2:DeleteVolume', 'ec2:ModifyVolume'],
      ...ec2Tags,
    ],
  },
  aws_ecr_lifecycle_policy: {
    grants: [
      ['Images', 'ecr:DeleteLifecyclePolicy', 'ecr:GetLifecyclePolicy', 'ecr:PutLifecyclePolicy'],
    ],
  },
  aws_ecr_repository: {
    grants: [
      ['Images', 'ecr:CreateRepository', 'ecr:DeleteRepository', 'ecr:DescribeRepositories'],
      ['Images', 'ecr:ListTagsForResource', 'ecr:TagResource', 'ecr:UntagResource'],
      ['Images', 'ecr:PutImageScanningConfiguration', 'ecr:PutImageTagMutability'],
      // The image is pushed by whoever deploys.
      ['Any', 'ecr:GetAuthorizationToken'],
      ['Images', 'ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:DescribeImages'],
      ['Images', 'ecr:CompleteLayerUpload', 'ecr:GetDownloadUrlForLayer'],
      ['Images', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart'],
    ],
  },
  aws_eip: {
    grants: [
      ['Any', 'ec2:AllocateAddress', 'ec2:DescribeAddresses', 'ec2:DescribeAddressesAttribute'],
      ['Tagged', 'ec2:DisassociateAddress', 'ec2:ReleaseAddress'],
      ...ec2Tags,
    ],
  },
  aws_eks_access_entry: {
    grants: [
      ['Clusters', 'eks:CreateAccessEntry', 'eks:DeleteAccessEntry', 'eks:DescribeAccessEntry'],
      ['Clusters', 'eks:UpdateAccessEntry', 'eks:TagResource', 'eks:UntagResource'],
    ],
  },
  aws_eks_access_policy_association: {
    grants: [
      ['Clusters', 'eks:AssociateAccessPolicy', 'eks:DisassociateAccessPolicy'],
      ['Clusters', 'eks:ListAssociatedAccessPolicies'],
    ],
  },
  aws_eks_addon: {
    grants: [
      ['Clusters', 'eks:CreateAddon', 'eks:DeleteAddon', 'eks:DescribeAddon', 'eks:UpdateAddon'],
      ['Clusters', 'eks:CreatePodIdentityAssociation', 'eks:DeletePodIdentityAssociation'],
      ['Clusters', 'eks:DescribePodIdentityAssociation', 'eks:ListPodIdentityAssociations'],
      ['Clusters', 'eks:DescribeUpdate', 'eks:UpdatePodIdentityAssociation'],
    ],
    passesRoleTo: ['pods.eks.amazonaws.com'],
  },
  aws_eks_cluster: {
    grants: [
      ['Clusters', 'eks:CreateCluster', 'eks:DeleteCluster', 'eks:DescribeCluster'],
      ['Clusters', 'eks:UpdateClusterConfig', 'eks:UpdateClusterVersion', 'eks:DescribeUpdate'],
      ['Clusters', 'eks:TagResource', 'eks:UntagResource'],
    ],
    passesRoleTo: ['eks.amazonaws.com'],
    linksRoleOf: ['eks.amazonaws.com'],
  },
  aws_eks_node_group: {
    grants: [
      ['Clusters', 'eks:CreateNodegroup', 'eks:DeleteNodegroup', 'eks:DescribeNodegroup'],
      ['Clusters', 'eks:UpdateNodegroupConfig', 'eks:UpdateNodegroupVersion'],
      ['Clusters', 'eks:DescribeUpdate'],
      // EKS asks whether who hands it a launch template could start its machines.
      ['Any', 'ec2:RunInstances'],
    ],
    passesRoleTo: ['ec2.amazonaws.com'],
    linksRoleOf: ['autoscaling.amazonaws.com', 'eks-nodegroup.amazonaws.com', 'spot.amazonaws.com'],
  },
  aws_flow_log: {
    grants: [
      ['Any', 'ec2:CreateFlowLogs', 'ec2:DescribeFlowLogs'],
      ['Tagged', 'ec2:DeleteFlowLogs'],
      ...ec2Tags,
    ],
    passesRoleTo: ['vpc-flow-logs.amazonaws.com'],
  },
  aws_iam_role: {
    grants: [
      ['Roles', 'iam:CreateRole', 'iam:DeleteRole', 'iam:GetRole', 'iam:UpdateRole'],
      ['Roles', 'iam:ListAttachedRolePolicies', 'iam:ListInstanceProfilesForRole'],
      ['Roles', 'iam:ListRolePolicies', 'iam:TagRole', 'iam:UntagRole'],
      ['Roles', 'iam:UpdateAssumeRolePolicy', 'iam:UpdateRoleDescription'],
    ],
  },
  aws_iam_role_policy: {
    grants: [['Roles', 'iam:DeleteRolePolicy', 'iam:GetRolePolicy', 'iam:PutRolePolicy']],
  },
  // Attaching is allowed for the policies that are attached, and no other; see `deployerPolicy`.
  aws_iam_role_policy_attachment: { grants: [['Roles', 'iam:ListAttachedRolePolicies']] },
  aws_internet_gateway: {
    grants: [
      ['Any', 'ec2:CreateInternetGateway', 'ec2:DescribeInternetGateways'],
      ['Tagged', 'ec2:AttachInternetGateway', 'ec2:DeleteInternetGateway'],
      ['Tagged', 'ec2:DetachInternetGateway'],
      ...ec2Tags,
    ],
  },
  aws_kms_alias: {
    grants: [
      ['Any', 'kms:ListAliases'],
      ['Aliases', 'kms:CreateAlias', 'kms:DeleteAlias', 'kms:UpdateAlias'],
      ['Tagged', 'kms:CreateAlias', 'kms:DeleteAlias', 'kms:UpdateAlias'],
    ],
  },
  aws_kms_key: {
    grants: [
      ['Any', 'kms:CreateKey', 'kms:TagResource'],
      ['Tagged', 'kms:DescribeKey', 'kms:EnableKeyRotation', 'kms:GetKeyPolicy'],
      ['Tagged', 'kms:GetKeyRotationStatus', 'kms:ListResourceTags', 'kms:ScheduleKeyDeletion'],
      ['Tagged', 'kms:UntagResource', 'kms:UpdateKeyDescription'],
      // Services encrypt in the name of who makes a secret, a disk or a database.
      ['Tagged', 'kms:CreateGrant', 'kms:Decrypt', 'kms:GenerateDataKey'],
      ['Tagged', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    ],
  },
  aws_launch_template: {
    grants: [
      ['Any', 'ec2:CreateLaunchTemplate', 'ec2:DescribeLaunchTemplates'],
      ['Any', 'ec2:DescribeLaunchTemplateVersions'],
      ['Tagged', 'ec2:CreateLaunchTemplateVersion', 'ec2:DeleteLaunchTemplate'],
      ['Tagged', 'ec2:ModifyLaunchTemplate'],
      ...ec2Tags,
    ],
  },
  aws_lb: {
    grants: [
      ['Any', 'elasticloadbalancing:DescribeCapacityReservation'],
      ['Any', 'elasticloadbalancing:DescribeLoadBalancerAttributes'],
      ['Any', 'elasticloadbalancing:DescribeLoadBalancers', 'elasticloadbalancing:DescribeTags'],
      ['Balancers', 'elasticloadbalancing:AddTags', 'elasticloadbalancing:RemoveTags'],
      ['Balancers', 'elasticloadbalancing:CreateLoadBalancer'],
      ['Balancers', 'elasticloadbalancing:DeleteLoadBalancer'],
      ['Balancers', 'elasticloadbalancing:ModifyLoadBalancerAttributes'],
      ['Balancers', 'elasticloadbalancing:SetSecurityGroups', 'elasticloadbalancing:SetSubnets'],
      ['Any', 'ec2:DescribeNetworkInterfaces'],
    ],
    linksRoleOf: ['elasticloadbalancing.amazonaws.com'],
  },
  aws_lb_listener: {
    grants: [
      ['Any', 'elasticloadbalancing:DescribeListenerAttributes'],
      ['Any', 'elasticloadbalancing:DescribeListeners'],
      ['Balancers', 'elasticloadbalancing:CreateListener', 'elasticloadbalancing:DeleteListener'],
      ['Balancers', 'elasticloadbalancing:ModifyListener'],
      ['Balancers', 'elasticloadbalancing:ModifyListenerAttributes'],
    ],
  },
  aws_lb_target_group: {
    grants: [
      ['Any', 'elasticloadbalancing:DescribeTargetGroupAttributes'],
      ['Any', 'elasticloadbalancing:DescribeTargetGroups'],
      ['Balancers', 'elasticloadbalancing:CreateTargetGroup'],
      ['Balancers', 'elasticloadbalancing:DeleteTargetGroup'],
      ['Balancers', 'elasticloadbalancing:ModifyTargetGroup'],
      ['Balancers', 'elasticloadbalancing:ModifyTargetGroupAttributes'],
    ],
  },
  aws_nat_gateway: {
    grants: [
      ['Any', 'ec2:CreateNatGateway', 'ec2:DescribeNatGateways'],
      ['Tagged', 'ec2:DeleteNatGateway'],
      ...ec2Tags,
    ],
  },
  aws_route: {
    grants: [
      ['Any', 'ec2:DescribeRouteTables'],
      ['Tagged', 'ec2:CreateRoute', 'ec2:DeleteRoute', 'ec2:ReplaceRoute'],
    ],
  },
  aws_route53_record: {
    grants: [
      ['Zones', 'route53:ChangeResourceRecordSets', 'route53:GetChange', 'route53:GetHostedZone'],
      ['Zones', 'route53:ListResourceRecordSets'],
    ],
  },
  aws_route_table: {
    grants: [
      ['Any', 'ec2:CreateRouteTable', 'ec2:DescribeRouteTables'],
      ['Tagged', 'ec2:DeleteRouteTable'],
      ...ec2Tags,
    ],
  },
  aws_route_table_association: {
    grants: [
      ['Any', 'ec2:DescribeRouteTables'],
      ['Tagged', 'ec2:AssociateRouteTable', 'ec2:DisassociateRouteTable'],
      ['Tagged', 'ec2:ReplaceRouteTableAssociation'],
    ],
  },
  aws_secretsmanager_secret: {
    grants: [
      ['Secrets', 'secretsmanager:CreateSecret', 'secretsmanager:DeleteSecret'],
      ['Secrets', 'secretsmanager:DescribeSecret', 'secretsmanager:GetResourcePolicy'],
      ['Secrets', 'secretsmanager:TagResource', 'secretsmanager:UntagResource'],
      ['Secrets', 'secretsmanager:UpdateSecret'],
    ],
  },
  aws_secretsmanager_secret_version: {
    grants: [
      ['Secrets', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
      ['Secrets', 'secretsmanager:UpdateSecretVersionStage'],
    ],
  },
  aws_security_group: {
    grants: [
      ['Any', 'ec2:CreateSecurityGroup', 'ec2:DescribeNetworkInterfaces'],
      rules,
      ['Tagged', 'ec2:DeleteSecurityGroup', ...egress],
      ...ec2Tags,
    ],
  },
  aws_subnet: {
    grants: [
      ['Any', 'ec2:CreateSubnet', 'ec2:DescribeSubnets'],
      ['Tagged', 'ec2:DeleteSubnet', 'ec2:ModifySubnetAttribute'],
      ...ec2Tags,
    ],
  },
  aws_vpc: {
    grants: [
      ['Any', 'ec2:CreateVpc', 'ec2:DescribeVpcAttribute', 'ec2:DescribeVpcs'],
      ['Any', 'ec2:DescribeNetworkAcls', 'ec2:DescribeRouteTables', 'ec2:DescribeSecurityGroups'],
      ['Tagged', 'ec2:DeleteVpc', 'ec2:ModifyVpcAttribute'],
      ...ec2Tags,
    ],
  },
  aws_vpc_endpoint: {
    grants: [
      ['Any', 'ec2:CreateVpcEndpoint', 'ec2:DescribePrefixLists', 'ec2:DescribeVpcEndpoints'],
      ['Tagged', 'ec2:DeleteVpcEndpoints', 'ec2:ModifyVpcEndpoint'],
      ...ec2Tags,
    ],
  },
  aws_vpc_security_group_egress_rule: {
    grants: [rules, ['Tagged', ...egress, 'ec2:ModifySecurityGroupRules'], ...ec2Tags],
  },
  aws_vpc_security_group_ingress_rule: {
    grants: [rules, ['Tagged', ...ingress, 'ec2:ModifySecurityGroupRules'], ofNodes, ...ec2Tags],
  },
  'data.aws_availability_zones': { grants: [['Any', 'ec2:DescribeAvailabilityZones']] },
  'data.aws_caller_identity': { grants: [['Any', 'sts:GetCallerIdentity']] },
  'data.aws_eks_cluster_auth': { grants: [['Any', 'sts:GetCallerIdentity']] },
  // The role of whoever deploys, whatever it is called.
  'data.aws_iam_session_context': { grants: [['Any', 'iam:GetRole']] },
  'data.aws_route53_zone': {
    grants: [
      ['Any', 'route53:ListHostedZones'],
      ['Zones', 'route53:GetHostedZone', 'route53:ListTagsForResource'],
    ],
  },
  'ephemeral.aws_secretsmanager_secret_version': {
    grants: [['Secrets', 'secretsmanager:GetSecretValue']],
  },
};
