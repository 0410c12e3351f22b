import { block } from '../../synthesized/index.ts';
import type { SynthesizedStack } from '../../synthesized/index.ts';
import { findings, isOn } from '../rule.ts';
import type { Finding, PolicyFacts, Rule } from '../rule.ts';

/** What of a cloud has a switch of its own against deletion, and its name. */
const switches: Readonly<Record<string, string>> = {
  aws_db_instance: 'deletion_protection',
  aws_eks_cluster: 'deletion_protection',
  aws_lb: 'enable_deletion_protection',
};

function withoutLock(stack: SynthesizedStack): Finding[] {
  const isLocked = stack
    .of('terraform_data')
    .some(({ config }) => block(config, 'lifecycle')?.['prevent_destroy'] === true);
  return isLocked
    ? []
    : [{ address: 'terraform_data.lock', what: 'is missing, or does not prevent destroy' }];
}

function withoutSnapshot(stack: SynthesizedStack): Finding[] {
  return findings(stack.of('aws_db_instance'), ({ config }) => {
    if (isOn(config['skip_final_snapshot'])) return 'skips its final snapshot';
    if (!(Number(config['backup_retention_period']) > 0)) return 'keeps no backups';
    return config['final_snapshot_identifier'] === undefined
      ? 'has no final_snapshot_identifier, so that it cannot be destroyed'
      : undefined;
  });
}

function check(stack: SynthesizedStack, { preset, mayDestroy }: PolicyFacts): Finding[] {
  const { stackLock, cloudSwitches, finalSnapshot } = preset.protection;
  const unlocked = stackLock && !mayDestroy ? withoutLock(stack) : [];
  const open =
    cloudSwitches && !mayDestroy
      ? findings(stack.of(...Object.keys(switches)), ({ type, config }) => {
          const name = switches[type] ?? '';
          return isOn(config[name]) ? undefined : `${name} is not true`;
        })
      : [];
  return [...unlocked, ...open, ...(finalSnapshot ? withoutSnapshot(stack) : [])];
}

/** What keeps an environment from going by mistake. */
export const protectionRules: readonly Rule[] = [
  {
    name: 'protected-sizes-locked',
    demand:
      'A size that is protected has the stack lock, the switches of the cloud, backups and a final snapshot, as its preset says.',
    why: 'A wrong word on a command line must not be enough to lose production.',
    check,
  },
];
