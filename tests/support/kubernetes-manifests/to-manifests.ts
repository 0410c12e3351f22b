import { kinds } from './kinds.ts';

/** An object as the API of Kubernetes takes it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

type Json = Readonly<Record<string, unknown>>;

/** Arguments that are for Terraform and its provider alone. */
const ofTerraform =
  /^(depends_on|timeouts|lifecycle|provider|wait_\w+|data_wo_revision|storage_provisioner)$/;

/** Blocks that are repeated in Terraform, with what the API calls the list of them. */
const lists: Readonly<Record<string, string>> = {
  container: 'containers',
  env: 'env',
  env_from: 'envFrom',
  from: 'from',
  ingress: 'ingress',
  egress: 'egress',
  items: 'items',
  match_expressions: 'matchExpressions',
  node_selector_term: 'nodeSelectorTerms',
  ports: 'ports',
  sources: 'sources',
  to: 'to',
  toleration: 'tolerations',
  topology_spread_constraint: 'topologySpreadConstraints',
  volume: 'volumes',
  volume_claim_template: 'volumeClaimTemplates',
  volume_mount: 'volumeMounts',
};

/** Where the provider spells a field its own way. */
const otherNames: Readonly<Record<string, string>> = {
  cluster_ip: 'clusterIP',
  data_wo: 'stringData',
  host_ipc: 'hostIPC',
  host_pid: 'hostPID',
};

/** Keys that users choose, which nobody translates. */
const maps = new Set([
  'annotations',
  'capacity',
  'data',
  'data_wo',
  'labels',
  'limits',
  'match_labels',
  'parameters',
  'requests',
]);
/** Blocks called `selector` hold labels in a Service, and `match_labels` elsewhere. */
const isMap = (key: string, value: Json): boolean =>
  maps.has(key) || (key === 'selector' && !('match_labels' in value));

/** Fields that the provider takes as text and sends as numbers where they are some. */
const numbers = new Set([
  'fs_group',
  'max_surge',
  'max_unavailable',
  'min_available',
  'port',
  'replicas',
  'run_as_group',
  'run_as_user',
  'target_port',
]);

/**
 * The objects that the provider would send for these resources of a synthesized stack. Written against its
 * documentation: blocks become objects and lists, names of one object in another are filled in.
 */
export function toManifests(
  resources: Readonly<Record<string, Readonly<Record<string, Json>>>>,
): Manifest[] {
  const nameOf = (text: string): string =>
    text.replace(
      /\$\{(kubernetes_\w+)\.([\w-]+)\.metadata\[0\]\.name\}/g,
      (_, type: string, id: string) =>
        String((resources[type]?.[id]?.['metadata'] as Json)['name']),
    );
  return Object.entries(resources)
    .filter(([type]) => type.startsWith('kubernetes_'))
    .flatMap(([type, named]) => {
      const kind = kinds[type];
      if (kind === undefined) throw new Error(`There is no kind for ${type}; add it to kinds.ts`);
      const { apiVersion, kind: kindName } = kind;
      return Object.values(named).map(
        (resource) =>
          ({ apiVersion, kind: kindName, ...manifest(type, resource, nameOf) }) as Manifest,
      );
    });
}

function manifest(type: string, resource: Json, nameOf: (text: string) => string): Json {
  const own = Object.entries(resource).filter(([key]) => !ofTerraform.test(key));
  const fields = fieldsOf(Object.fromEntries(own), nameOf);
  if (type === 'kubernetes_secret_v1' && 'data' in fields) {
    // The provider encodes it; the API takes the same text under this name.
    const { data, ...rest } = fields;
    return { ...rest, stringData: data };
  }
  if (type === 'kubernetes_storage_class_v1') {
    return { ...fields, provisioner: resource['storage_provisioner'] };
  }
  return fields;
}

function fieldsOf(block: Json, nameOf: (text: string) => string): Json {
  const fields = Object.entries(block).map(([key, value]) => field(key, value, nameOf));
  // A volume's source is a block of its own in Terraform only.
  const { persistentVolumeSource, ...rest } = Object.fromEntries(fields) as Json;
  return persistentVolumeSource === undefined
    ? rest
    : { ...rest, ...(persistentVolumeSource as Json) };
}

function field(key: string, value: unknown, nameOf: (text: string) => string): [string, unknown] {
  const name = otherNames[key] ?? camelCase(key);
  if (typeof value === 'string') {
    if (numbers.has(key) && /^\d+$/.test(value)) return [name, Number(value)];
    return [name, key === 'default_mode' ? Number.parseInt(value, 8) : nameOf(value)];
  }
  if (Array.isArray(value)) return listField(key, name, value as unknown[], nameOf);
  if (typeof value !== 'object' || value === null) return [name, value];
  const block = value as Json;
  if (isMap(key, block)) {
    const texts = Object.entries(block).map(([k, v]) => [k, typeof v === 'string' ? nameOf(v) : v]);
    return [name, Object.fromEntries(texts) as Json];
  }
  // One block may stand without brackets.
  if (key in lists) return listField(key, name, [block], nameOf);
  return [name, fieldsOf(block, nameOf)];
}

function listField(
  key: string,
  name: string,
  values: readonly unknown[],
  nameOf: (text: string) => string,
): [string, unknown] {
  if (values.every((value) => typeof value !== 'object')) {
    return [name, values.map((value) => (typeof value === 'string' ? nameOf(value) : value))];
  }
  const blocks = values.map((value) => fieldsOf(value as Json, nameOf));
  const plural = key === 'port' ? 'ports' : lists[key];
  if (plural !== undefined) return [plural, blocks];
  if (blocks.length !== 1) throw new Error(`${key} stands ${blocks.length} times; is it a list?`);
  return [name, blocks[0]];
}

function camelCase(key: string): string {
  return key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
