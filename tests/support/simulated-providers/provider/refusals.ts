import type { Refusal } from './refusal.ts';
import { apiRefusal } from './refusal.ts';
import type { ResourceCall } from './resource-call.ts';
import { blocksAt, isObject, textAt, valueAt } from './values.ts';
import type { Value } from './values.ts';

/** A text that an argument takes; `accepts` says it in words. */
interface TextRule {
  readonly matches: RegExp;
  readonly rejects?: RegExp;
  readonly accepts: string;
}

const loadBalancerName: TextRule = {
  matches: /^[A-Za-z0-9-]{1,32}$/,
  rejects: /^-|-$|^internal-/,
  accepts: 'at most 32 letters, digits and hyphens, with a letter or digit at both ends',
};
const rdsIdentifier: TextRule = {
  matches: /^[a-z][a-z0-9-]{0,62}$/,
  rejects: /--|-$/,
  accepts: 'lower-case letters, digits and single hyphens, beginning with a letter, at most 63',
};
const rdsGroupName: TextRule = {
  matches: /^[a-z0-9 ._-]{1,255}$/,
  accepts: 'lower-case letters, digits, periods, underscores, spaces and hyphens, at most 255',
};
const groupDescription: TextRule = {
  matches: /^[0-9A-Za-z_ .:/()#,@[\]+=&;{}!$*-]{0,255}$/,
  accepts: 'at most 255 characters of 0-9A-Za-z_ .:/()#,@[]+=&;{}!$*-',
};
const iamName: TextRule = {
  matches: /^[\w+=,.@-]{1,64}$/,
  accepts: 'at most 64 letters, digits and characters of _+=,.@-',
};

/** Checked by the providers before anything is asked of a cloud. */
const texts: Readonly<Record<string, Readonly<Record<string, TextRule>>>> = {
  aws_db_instance: { identifier: rdsIdentifier, final_snapshot_identifier: snapshotName() },
  aws_db_parameter_group: { name: rdsIdentifier },
  aws_db_subnet_group: { name: rdsGroupName },
  aws_ecr_repository: {
    name: {
      matches: /^(?=.{2,256}$)(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/,
      accepts:
        '2 to 256 lower-case letters and digits, parted by single periods, underscores, hyphens or slashes',
    },
  },
  aws_eks_cluster: {
    name: {
      matches: /^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/,
      accepts:
        'at most 100 letters, digits, hyphens and underscores, beginning with a letter or digit',
    },
  },
  aws_iam_role: { name: iamName },
  aws_iam_role_policy: { name: { ...iamName, matches: /^[\w+=,.@-]{1,128}$/ } },
  aws_lb: {
    name: loadBalancerName,
    load_balancer_type: {
      matches: /^(application|gateway|network)$/,
      accepts: 'application, gateway or network',
    },
  },
  aws_lb_target_group: {
    name: loadBalancerName,
    protocol: {
      matches: /^(GENEVE|HTTP|HTTPS|QUIC|TCP|TCP_QUIC|TCP_UDP|TLS|UDP)$/,
      accepts: 'GENEVE, HTTP, HTTPS, QUIC, TCP, TCP_QUIC, TCP_UDP, TLS or UDP',
    },
  },
  aws_secretsmanager_secret: {
    name: {
      matches: /^[\w+=./@-]{1,512}$/,
      accepts: 'at most 512 letters, digits and characters of _+=./@-',
    },
  },
  aws_security_group: {
    description: groupDescription,
    name: {
      matches: /^.{0,255}$/,
      rejects: /^sg-/,
      accepts: 'at most 255 characters, not beginning with sg-',
    },
  },
  aws_vpc_security_group_egress_rule: { description: groupDescription },
  aws_vpc_security_group_ingress_rule: { description: groupDescription },
  kubernetes_service_v1: {
    'spec.type': {
      matches: /^(ClusterIP|ExternalName|LoadBalancer|NodePort)$/,
      accepts: 'ClusterIP, ExternalName, LoadBalancer or NodePort',
    },
  },
  kubernetes_stateful_set_v1: {
    'spec.pod_management_policy': {
      matches: /^(OrderedReady|Parallel)$/,
      accepts: 'OrderedReady or Parallel',
    },
  },
};

function snapshotName(): TextRule {
  return { ...rdsIdentifier, matches: /^[A-Za-z][0-9A-Za-z-]{0,254}$/ };
}

const label = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/** Names that become part of a host name are shorter and know no period. */
const dnsLabelOnly = new Set(['kubernetes_namespace_v1', 'kubernetes_service_v1']);

/** Arguments of which a provider takes one at most. */
const exclusive: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  aws_db_instance: [
    ['password', 'password_wo'],
    ['password', 'manage_master_user_password'],
    ['password_wo', 'manage_master_user_password'],
    ['identifier', 'identifier_prefix'],
  ],
  aws_iam_role: [['name', 'name_prefix']],
  aws_lb: [['name', 'name_prefix']],
  aws_lb_target_group: [['name', 'name_prefix']],
  aws_secretsmanager_secret: [['name', 'name_prefix']],
  aws_secretsmanager_secret_version: [
    ['secret_string', 'secret_string_wo'],
    ['secret_string', 'secret_binary'],
  ],
  aws_security_group: [['name', 'name_prefix']],
  digitalocean_loadbalancer: [['droplet_ids', 'droplet_tag']],
  kubernetes_secret_v1: [
    ['data', 'data_wo'],
    ['binary_data', 'binary_data_wo'],
  ],
};

function invalid(path: readonly (string | number)[], text: string, accepts: string): Refusal {
  const name = path.filter((step) => typeof step === 'string').join('.');
  return {
    summary: `Invalid value of ${name}`,
    detail: `"${text}" is not possible. Use ${accepts}.`,
    path,
  };
}

/** What a provider says when it is shown a configuration; values that are not known yet are not judged. */
export function validationRefusals(type: string, config: Value): readonly Refusal[] {
  const found: Refusal[] = [];
  for (const [path, rule] of Object.entries(texts[type] ?? {})) {
    const names = path.split('.');
    const text = textAt(config, ...names);
    if (text === undefined) continue;
    if (!rule.matches.test(text) || rule.rejects?.test(text) === true) {
      found.push(invalid(intoBlocks(names), text, rule.accepts));
    }
  }
  for (const [one, other] of exclusive[type] ?? []) {
    if (isGiven(valueAt(config, one)) && isGiven(valueAt(config, other))) {
      found.push({
        summary: 'Conflicting configuration arguments',
        detail: `"${one}" conflicts with ${other}: give one of them.`,
        path: [one],
      });
    }
  }
  return type.startsWith('kubernetes_') ? [...found, ...kubernetesNames(type, config)] : found;
}

function isGiven(value: Value | undefined): boolean {
  return value !== undefined && value !== null;
}

function intoBlocks(names: readonly string[]): (string | number)[] {
  return names.flatMap((name, index) => (index < names.length - 1 ? [name, 0] : [name]));
}

function kubernetesNames(type: string, config: Value): readonly Refusal[] {
  const found: Refusal[] = [];
  const short = dnsLabelOnly.has(type);
  const name = textAt(config, 'metadata', 'name');
  if (name !== undefined) {
    const parts = short ? [name] : name.split('.');
    const right = parts.every((part) => label.test(part)) && name.length <= (short ? 63 : 253);
    const accepts = `lower-case letters, digits and hyphens (RFC 1123), at most ${short ? 63 : 253}`;
    if (!right) found.push(invalid(['metadata', 0, 'name'], name, accepts));
  }
  const labels = valueAt(config, 'metadata', 'labels');
  for (const [key, value] of Object.entries(isObject(labels) ? labels : {})) {
    const wrong = !/^([a-z0-9.-]+\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/.test(key);
    const text = typeof value === 'string' ? value : '';
    if (wrong || !/^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/.test(text)) {
      const accepts =
        'at most 63 letters, digits and characters of -_., with a letter or digit at both ends';
      found.push(invalid(['metadata', 0, 'labels'], `${key}=${text}`, accepts));
    }
  }
  return found;
}

const tagKeysMax = 50;
const tagText = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** What no provider checks and the API behind it refuses when the object is made or changed. */
export function refuseApiNames(call: ResourceCall): Refusal | undefined {
  if (call.op !== 'create' && call.op !== 'update') return undefined;
  return wrongTags(call) ?? mismatchedSelector(call);
}

function wrongTags({ op, type, values }: ResourceCall): Refusal | undefined {
  const tags = isObject(values['tags_all']) ? values['tags_all'] : values['tags'];
  if (!type.startsWith('aws_') || !isObject(tags)) return undefined;
  const doing = `${op} of ${type}`;
  const entries = Object.entries(tags).map(
    ([key, value]) => [key, String(value as string)] as const,
  );
  if (entries.length > tagKeysMax) {
    return apiRefusal(doing, 'TagLimitExceeded', `${entries.length} tags; at most ${tagKeysMax}`);
  }
  const wrong = entries.find(
    ([key, value]) =>
      key === '' ||
      key.length > 128 ||
      value.length > 256 ||
      key.toLowerCase().startsWith('aws:') ||
      !tagText.test(key) ||
      !tagText.test(value),
  );
  if (wrong === undefined) return undefined;
  return apiRefusal(
    doing,
    'InvalidParameterValue',
    `tag "${wrong[0]}" = "${wrong[1]}": letters, digits, spaces and characters of _.:/=+-@, 128 and 256 at most, no key of aws:`,
  );
}

function mismatchedSelector({ op, type, values }: ResourceCall): Refusal | undefined {
  if (
    ![
      'kubernetes_deployment_v1',
      'kubernetes_stateful_set_v1',
      'kubernetes_daemon_set_v1',
    ].includes(type)
  ) {
    return undefined;
  }
  const wanted = valueAt(values, 'spec', 'selector', 'match_labels');
  const [metadata] = blocksAt(values, 'spec', 'template', 'metadata');
  const labels = valueAt(metadata, 'labels');
  const missing = Object.entries(isObject(wanted) ? wanted : {}).filter(
    ([key, value]) => !isObject(labels) || labels[key] !== value,
  );
  if (missing.length === 0) return undefined;
  return apiRefusal(
    `${op} of ${type}`,
    'Invalid',
    'spec.template.metadata.labels: `selector` does not match template `labels`',
  );
}
