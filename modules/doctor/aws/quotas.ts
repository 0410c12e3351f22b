import type { AwsSettings } from '../../config/index.ts';
import { blocks, block } from '../../synthesized/index.ts';
import { advice } from '../advice.ts';
import { ok, warning } from '../examination.ts';
import type { Examined } from '../examination.ts';
import type { Outside } from '../../outside/index.ts';
import { askAws } from '../../outside/index.ts';

/** Processors of the nodes that the presets name. */
const processorCounts: Readonly<Record<string, number>> = {
  't4g.medium': 2,
  'm7g.large': 2,
  'm7g.xlarge': 4,
};

interface Quota {
  readonly name: string;
  readonly service: string;
  readonly code: string;
  readonly need: number;
  /** What is asked for those in use; not asked where AWS does not count them in one answer. */
  readonly usage?: { readonly args: readonly string[]; readonly list: string };
}

function quotasOf({ preset, spot, natPerZone }: AwsSettings): readonly Quota[] {
  const { instanceType, natGateways } = preset.aws;
  const nodes = preset.zoneCount * preset.nodesPerZone;
  const gateways = { none: 0, one: natPerZone ? preset.zoneCount : 1, perZone: preset.zoneCount };
  return [
    {
      name: `processors of ${spot ? 'spot' : 'on-demand'} instances`,
      service: 'ec2',
      code: spot ? 'L-34B43A08' : 'L-1216C47A',
      need: nodes * (processorCounts[instanceType] ?? 0),
    },
    {
      name: 'VPCs',
      service: 'vpc',
      code: 'L-F678F1CE',
      need: 1,
      usage: { args: ['ec2', 'describe-vpcs'], list: 'Vpcs' },
    },
    {
      name: 'elastic addresses',
      service: 'ec2',
      code: 'L-0263D0A3',
      need: gateways[natGateways],
      usage: { args: ['ec2', 'describe-addresses'], list: 'Addresses' },
    },
  ];
}

/** Whether the account has room for the environment, as far as it can be read. */
export async function examineQuotas(outside: Outside, settings: AwsSettings): Promise<Examined[]> {
  const wanted = quotasOf(settings).filter(({ need }) => need > 0);
  return Promise.all(wanted.map((quota) => examineQuota(outside, quota, settings.region)));
}

async function examineQuota(outside: Outside, quota: Quota, region: string): Promise<Examined> {
  const { service, code, need, usage } = quota;
  const name = `quota of ${quota.name}`;
  const how = ['--service-code', service, '--quota-code', code, '--region', region];
  const limits = await askAws(outside, ['service-quotas', 'get-service-quota', ...how]);
  const uses =
    usage === undefined ? undefined : await askAws(outside, [...usage.args, '--region', region]);
  const unread = [limits, uses].find((asked) => asked?.isAnswered === false);
  if (unread?.isAnswered === false || !limits.isAnswered) {
    const reason = unread?.isAnswered === false ? unread.reason : '';
    return warning(
      name,
      advice('NOT_READABLE', {
        what: `The ${name}`,
        reason,
        need: 'the permission servicequotas:GetServiceQuota, and to list what is there',
      }),
    );
  }
  const limit = Number(block(limits.answer, 'Quota')?.['Value']);
  const used =
    usage === undefined || uses?.isAnswered !== true ? 0 : blocks(uses.answer, usage.list).length;
  return used + need <= limit
    ? ok(name, `${limit}, of which ${used} are in use and ${need} are needed`)
    : warning(
        name,
        advice('QUOTA_SMALL', { quota: quota.name, limit, used, need, code, service, region }),
      );
}
