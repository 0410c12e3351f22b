import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { FlowLog } from '@cdktf/provider-aws/lib/flow-log/index.js';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy/index.js';
import { policyAllowing, serviceRole } from './role.ts';
import { nameTag } from './site.ts';
import type { Site } from './site.ts';

/** Who talked to whom in the network, in a log group of ours. */
export function flowLog(site: Site, vpcId: string): void {
  const { scope, settings, preset, after } = site;
  const logs = new CloudwatchLogGroup(scope, 'flow-log-lines', {
    name: `/${settings.name}/flow-log`,
    retentionInDays: preset.aws.logRetentionDays,
    dependsOn: [...after],
  });
  const role = serviceRole(site, 'flow-log', { service: 'vpc-flow-logs.amazonaws.com' });
  const policy = new IamRolePolicy(scope, 'flow-log-policy', {
    role: role.name,
    name: 'write-flow-log',
    policy: policyAllowing({
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
      Resource: [logs.arn, `${logs.arn}:*`],
    }),
  });
  new FlowLog(scope, 'flow-log', {
    vpcId,
    trafficType: 'ALL',
    logDestination: logs.arn,
    iamRoleArn: role.arn,
    tags: nameTag(site, 'flow-log'),
    dependsOn: [policy],
  });
}
