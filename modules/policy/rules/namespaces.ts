import { block, blocks, object } from '../../synthesized/index.ts';
import type { SynthesizedResource, SynthesizedStack } from '../../synthesized/index.ts';
import { findings } from '../rule.ts';
import type { Finding, Rule } from '../rule.ts';
import { containersIn } from './workloads.ts';

function namespacesIn(stack: SynthesizedStack): readonly SynthesizedResource[] {
  return stack.of('kubernetes_namespace', 'kubernetes_namespace_v1');
}

/** The namespaces of this stack that an object names as the one it is in. */
function placeOf({ config }: SynthesizedResource, stack: SynthesizedStack): readonly string[] {
  const known = namespacesIn(stack).map(({ address }) => address);
  const named = stack.namedIn({ namespace: block(config, 'metadata')?.['namespace'] });
  return named.filter((address) => known.includes(address));
}

function outside(stack: SynthesizedStack): Finding[] {
  const workloads = [...new Set(containersIn(stack).map(({ workload }) => workload))];
  return findings(workloads, (workload) =>
    placeOf(workload, stack).length === 0 ? 'is in no namespace of this stack' : undefined,
  );
}

/** Chooses every pod, and lets nothing in or out. */
function closesAll({ config }: SynthesizedResource): boolean {
  const spec = block(config, 'spec');
  const types = [spec?.['policy_types']].flat();
  return (
    Object.keys(block(spec, 'pod_selector') ?? {}).length === 0 &&
    ['Ingress', 'Egress'].every((type) => types.includes(type)) &&
    ['ingress', 'egress'].every((rule) => blocks(spec, rule).length === 0)
  );
}

function open(stack: SynthesizedStack): Finding[] {
  const closed = stack
    .of('kubernetes_network_policy', 'kubernetes_network_policy_v1')
    .filter(closesAll)
    .flatMap((policy) => placeOf(policy, stack));
  return findings(namespacesIn(stack), ({ address }) =>
    closed.includes(address) ? undefined : 'has no network policy that denies by default',
  );
}

/** What holds for the places in which workloads are. */
export const namespaceRules: readonly Rule[] = [
  {
    name: 'namespaces-restricted',
    demand:
      'Each namespace enforces the pod security level restricted, and each workload is in one of them.',
    why: 'The rules of this page look at what Terraform makes; the cluster itself has to refuse the rest.',
    check: (stack) => [
      ...findings(namespacesIn(stack), ({ config }) => {
        const labels = object(block(config, 'metadata')?.['labels']);
        return labels['pod-security.kubernetes.io/enforce'] === 'restricted'
          ? undefined
          : 'does not enforce restricted';
      }),
      ...outside(stack),
    ],
  },
  {
    name: 'namespaces-closed',
    demand: 'Each namespace has a network policy by which nobody talks to anybody, unless said.',
    why: 'Without it every pod of the cluster reaches every other, whatever the other policies say.',
    check: open,
  },
];
