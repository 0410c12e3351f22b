import { object } from '../../synthesized/index.ts';
import type { SynthesizedStack } from '../../synthesized/index.ts';
import type { Finding, PolicyFacts, Rule } from '../rule.ts';
import { findings } from '../rule.ts';

/** Arguments that ask for a version of somebody's service. */
const askedFor: Readonly<Record<string, string>> = {
  aws_eks_cluster: 'version',
  aws_db_instance: 'engine_version',
};

function loosePins(stack: SynthesizedStack): Finding[] {
  const required = object(object(stack.json['terraform'])['required_providers']);
  return Object.entries(required)
    .filter(([, provider]) => !/^=? ?\d+\.\d+\.\d+$/.test(String(object(provider)['version'])))
    .map(([name, provider]) => ({
      address: `terraform.required_providers.${name}`,
      what: `is asked for as ${String(object(provider)['version'])}`,
    }));
}

function unsupported(stack: SynthesizedStack, { versions, today, preset }: PolicyFacts): Finding[] {
  return findings(stack.of(...Object.keys(askedFor)), ({ type, config }) => {
    const version = config[askedFor[type] ?? ''];
    const isLoose = version === undefined && type === 'aws_eks_cluster';
    if (isLoose && preset.aws.pinnedVersion) return 'leaves its version to the cloud';
    if (typeof version !== 'string' || version.includes('${')) return undefined;
    const known = versions.find((one) => one.version === version);
    if (known === undefined) return `asks for ${version}, of which no end is written down`;
    const isOver = today !== undefined && today >= new Date(`${known.endsOn}T24:00:00Z`);
    return isOver
      ? `asks for ${known.product} ${version}, supported until ${known.endsOn}`
      : undefined;
  });
}

/** What is asked for by number. */
export const versionRules: readonly Rule[] = [
  {
    name: 'providers-pinned',
    demand: 'Each provider is asked for by one exact version.',
    why: 'The plan that was reviewed and the one that is applied have to come from the same program.',
    check: loosePins,
  },
  {
    name: 'versions-supported',
    demand:
      'Each version of a service has an end written down beside it, and is not past it; from size small up it is asked for by number.',
    why: 'An old Kubernetes costs six times more, an old Postgres is replaced by the cloud when it likes.',
    check: unsupported,
  },
];
