import { block, blocks } from '../../synthesized/index.ts';
import { findings, isOn } from '../rule.ts';
import type { Rule } from '../rule.ts';

/** What holds for whatever keeps data. */
export const storageRules: readonly Rule[] = [
  {
    name: 'storage-encrypted',
    demand:
      'Databases, disks and the disks of nodes are encrypted; where the size has a key of its own, secrets of the cluster are too.',
    why: 'A disk or snapshot that leaves our hands must be unreadable, and neither can be encrypted afterwards without a copy.',
    check: (stack, { preset }) => [
      ...findings(stack.of('aws_db_instance'), ({ config }) =>
        isOn(config['storage_encrypted']) ? undefined : 'storage_encrypted is not true',
      ),
      ...findings(stack.of('aws_ebs_volume'), ({ config }) =>
        isOn(config['encrypted']) ? undefined : 'encrypted is not true',
      ),
      ...findings(stack.of('aws_launch_template'), ({ config }) => {
        const disks = blocks(config, 'block_device_mappings').map((one) => block(one, 'ebs'));
        if (disks.length === 0) return 'the disk of its nodes is not set';
        return disks.every((disk) => isOn(disk?.['encrypted']))
          ? undefined
          : 'a disk of its nodes is not encrypted';
      }),
      ...findings(stack.of('aws_eks_node_group'), ({ config }) =>
        block(config, 'launch_template') === undefined
          ? 'has no launch_template, which says how its nodes are'
          : undefined,
      ),
      ...findings(preset.aws.customerKey ? stack.of('aws_eks_cluster') : [], ({ config }) =>
        [block(config, 'encryption_config')?.['resources']].flat().includes('secrets')
          ? undefined
          : 'encryption_config lacks secrets',
      ),
    ],
  },
  {
    name: 'database-private',
    demand: 'A database has no public address.',
    why: 'A password is no fence: what cannot be reached cannot be guessed at.',
    check: (stack) =>
      findings(stack.of('aws_db_instance'), ({ config }) =>
        config['publicly_accessible'] === false ? undefined : 'publicly_accessible is not false',
      ),
  },
  {
    name: 'database-logs',
    demand: 'A database hands its log to the cloud.',
    why: 'What a database said before it failed is gone with it otherwise.',
    check: (stack) =>
      findings(stack.of('aws_db_instance'), ({ config }) =>
        [config['enabled_cloudwatch_logs_exports']].flat().includes('postgresql')
          ? undefined
          : 'enabled_cloudwatch_logs_exports lacks postgresql',
      ),
  },
  {
    name: 'database-speaks-tls',
    demand: 'A database refuses connections in clear.',
    why: 'Passwords and metadata cross subnets that others may come to share.',
    check: (stack) => [
      ...findings(stack.of('aws_db_parameter_group'), ({ config }) =>
        blocks(config, 'parameter').some(
          ({ name, value }) => name === 'rds.force_ssl' && value === '1',
        )
          ? undefined
          : 'rds.force_ssl is not 1',
      ),
      ...findings(stack.of('aws_db_instance'), ({ config }) =>
        stack.namedIn({ of: config['parameter_group_name'] }).length > 0
          ? undefined
          : 'has no parameter group of this stack',
      ),
    ],
  },
];
