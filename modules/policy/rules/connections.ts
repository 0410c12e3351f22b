import { block, blocks, textsIn } from '../../synthesized/index.ts';
import type { SynthesizedResource, SynthesizedStack } from '../../synthesized/index.ts';
import type { Finding, PolicyFacts, Rule } from '../rule.ts';

/** Each with what of it leaves a connection unproven. */
const careless: readonly [RegExp, string][] = [
  [/rejectUnauthorized["']?\s*[:=]\s*["']?false/i, 'rejectUnauthorized: false'],
  [/sslmode["']?\s*[:=]\s*["']?(disable|allow|prefer|require|no-verify)\b/i, 'a weak sslmode'],
  [/NODE_TLS_REJECT_UNAUTHORIZED/, 'NODE_TLS_REJECT_UNAUTHORIZED'],
  [/THEBES_POSTGRES_TLS=off/, 'THEBES_POSTGRES_TLS: off'],
];

function unproven(stack: SynthesizedStack): Finding[] {
  const parts: [string, unknown][] = [
    ...stack.resources.map(({ address, config }): [string, unknown] => [address, config]),
    ...['aws', 'kubernetes'].flatMap((name) =>
      stack.providers(name).map((config): [string, unknown] => [`provider.${name}`, config]),
    ),
  ];
  return parts.flatMap(([address, config]) => {
    const texts = [
      ...[...textsIn(config)].map(({ path, text }) => `${path.at(-1)}=${text}`),
      ...variablesIn(config),
    ];
    const found = careless.filter(([form]) => texts.some((text) => form.test(text)));
    const isInsecure =
      address.startsWith('provider.') && (config as { insecure?: unknown }).insecure === true;
    return [...found.map(([, what]) => what), ...(isInsecure ? ['insecure = true'] : [])].map(
      (what) => ({ address, what: `has ${what}` }),
    );
  });
}

/** The variables of containers, which are pairs of a name and a value, as `name=value`. */
function variablesIn(config: unknown): string[] {
  const pairs = JSON.stringify(config).matchAll(/"name":"(\w+)","value":"([^"]*)"/g);
  return [...pairs].map(([, name = '', value = '']) => `${name}=${value}`);
}

const poolVariable = 'THEBES_POSTGRES_CONNECTION_COUNT_MAX';
/** Kept for who looks after the database, and for what the server keeps for itself. */
const reserveCount = 10;

/** The setting of a workload, given to its container or through a map of the cluster. */
function poolCount(workload: SynthesizedResource, stack: SynthesizedStack): number | undefined {
  const ofContainers = blocks(block(workload.config, 'spec.template.spec'), 'container')
    .flatMap((container) => blocks(container, 'env'))
    .find(({ name }) => name === poolVariable)?.['value'];
  const ofMaps = stack
    .of('kubernetes_config_map', 'kubernetes_config_map_v1')
    .filter(({ address }) => stack.needs(workload.address).has(address))
    .map(({ config }) => block(config, 'data')?.[poolVariable])
    .find((value) => value !== undefined);
  const value = ofContainers ?? ofMaps;
  return value === undefined ? undefined : Number(value);
}

function overspent(stack: SynthesizedStack, { preset }: PolicyFacts): Finding[] {
  const [database] = stack.of('aws_db_instance');
  if (database === undefined) return [];
  const brokers = stack
    .of('kubernetes_deployment_v1', 'kubernetes_stateful_set_v1')
    .flatMap((workload) => {
      const count = poolCount(workload, stack);
      return count === undefined ? [] : [{ workload, count }];
    });
  const allowed = preset.aws.database.connectionCountMax - reserveCount;
  return brokers.flatMap(({ workload, count }) => {
    const spec = block(workload.config, 'spec');
    const surge = block(spec, 'strategy.rolling_update')?.['max_surge'] ?? 0;
    const pods = Number(spec?.['replicas']) + Number(surge);
    return pods * count <= allowed
      ? []
      : [
          {
            address: workload.address,
            what: `${pods} pods with ${count} connections each, where the database has ${allowed} to give`,
          },
        ];
  });
}

/** How parts talk to each other. */
export const connectionRules: readonly Rule[] = [
  {
    name: 'certificates-verified',
    demand: 'Nothing is told to accept a certificate that nobody vouches for.',
    why: 'Encryption towards a stranger protects from nobody; the right authority is handed to the pods instead.',
    check: unproven,
  },
  {
    name: 'connections-within-budget',
    demand:
      'All brokers together, one more while one is replaced, open no more connections than the database allows, less ten.',
    why: 'A roll-out that takes the last connection takes down the brokers that still worked.',
    check: overspent,
  },
];
