import type { TerraformType } from '../schemas/schema.ts';
import type { Identity } from './identities.ts';
import type { ValuePath } from './schema-values.ts';
import { isObject, textAt } from './values.ts';
import type { Value } from './values.ts';

export const simulatedAccount = '210987654321';

/** What an invented value may depend on. */
export interface FakeSource {
  readonly type: string;
  readonly kind: 'resource' | 'data';
  readonly identity: Identity;
  readonly region: string;
  readonly planned: Value;
  /** Digits that are new for a resource and always the same for one question to a data source. */
  readonly hex: (digits: number) => string;
}

type Fake = (source: FakeSource) => Value;

const certificate = Buffer.from(
  '-----BEGIN CERTIFICATE-----\nc2ltdWxhdGVk\n-----END CERTIFICATE-----\n',
);
const zones = ['a', 'b', 'c'];
const domain = '.simulated.test';

/** By attribute, or by type and attribute where only that type means it so. */
const fakes: Readonly<Record<string, Fake>> = {
  account_id: () => simulatedAccount,
  owner_id: () => simulatedAccount,
  arn: ({ identity }) => identity.arn,
  'certificate_authority.data': () => certificate.toString('base64'),
  cidr_block: () => '10.99.0.0/16',
  dns_name: ({ identity }) => `${identity.name}${domain}`,
  id: ({ identity }) => identity.id,
  identifier: ({ identity }) => identity.name,
  name: ({ identity }) => identity.name,
  'metadata.name': ({ identity }) => identity.name,
  node_group_name: ({ identity }) => identity.name,
  partition: () => 'aws',
  port: () => 5432,
  private_ip: () => '10.0.0.5',
  public_ip: () => '203.0.113.7',
  region: ({ region }) => region,
  'vpc_config.cluster_security_group_id': ({ hex }) => `sg-${hex(17)}`,
  'vpc_config.vpc_id': ({ hex }) => `vpc-${hex(17)}`,
  zone_id: ({ hex }) => `Z${hex(20).toUpperCase()}`,

  'aws_acm_certificate.domain_validation_options': ({ planned, hex }) => {
    const name = textAt(planned, 'domain_name') ?? 'simulated.test';
    return [
      {
        domain_name: name,
        resource_record_name: `_${hex(16)}.${name}.`,
        resource_record_type: 'CNAME',
        resource_record_value: `_${hex(16)}.validations.test.`,
      },
    ];
  },
  'aws_availability_zones.names': ({ region }) => zones.map((zone) => `${region}${zone}`),
  'aws_availability_zones.zone_ids': () => zones.map((_, index) => `sim1-az${index + 1}`),
  'aws_availability_zones.id': ({ region }) => region,
  'aws_caller_identity.arn': () => `arn:aws:iam::${simulatedAccount}:user/simulated`,
  'aws_caller_identity.user_id': () => 'AIDASIMULATEDUSERID00',
  'aws_db_instance.address': ({ identity, region }) => `${identity.name}.${region}${domain}`,
  'aws_db_instance.endpoint': ({ identity, region }) => `${identity.name}.${region}${domain}:5432`,
  'aws_db_instance.id': ({ hex }) => `db-${hex(26).toUpperCase()}`,
  'aws_ecr_authorization_token.authorization_token': () =>
    Buffer.from('AWS:simulated').toString('base64'),
  'aws_ecr_authorization_token.expires_at': () => '2030-01-01T00:00:00Z',
  'aws_ecr_authorization_token.proxy_endpoint': ({ region }) => `https://${registry(region)}`,
  'aws_ecr_authorization_token.user_name': () => 'AWS',
  'aws_ecr_repository.registry_id': () => simulatedAccount,
  'aws_ecr_repository.repository_url': ({ identity, region }) =>
    `${registry(region)}/${identity.name}`,
  'aws_eks_cluster.endpoint': ({ identity, region, hex }) =>
    `https://${identity.name}-${hex(16)}.${region}${domain}`,
  'aws_eks_cluster.identity': ({ region, hex }) => [
    { oidc: [{ issuer: `https://${region}${domain}/oidc/${hex(16)}` }] },
  ],
  'aws_eks_cluster.platform_version': () => 'eks.1',
  'aws_eks_cluster.status': () => 'ACTIVE',
  'aws_eks_cluster.version': () => '1.36',
  'aws_eks_cluster_versions.cluster_versions': () => [
    clusterVersion('1.36'),
    clusterVersion('1.35'),
  ],
  'aws_eks_node_group.resources': ({ identity, hex }) => [
    {
      autoscaling_groups: [{ name: `eks-${identity.name}-${hex(8)}` }],
      remote_access_security_group_id: '',
    },
  ],
  'aws_eks_node_group.status': () => 'ACTIVE',
  'aws_iam_policy_document.json': ({ hex }) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: hex(8), Effect: 'Allow' }] }),
  'aws_iam_policy_document.minified_json': ({ hex }) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: hex(8), Effect: 'Allow' }] }),
  'aws_iam_session_context.issuer_arn': ({ planned }) => textAt(planned, 'arn') ?? '',
  'aws_kms_key.key_id': ({ identity }) => identity.id,
  'aws_launch_template.default_version': () => 1,
  'aws_launch_template.latest_version': () => 1,
  'aws_partition.dns_suffix': () => 'simulated.test',
  'aws_partition.id': () => 'aws',
  'aws_region.id': ({ region }) => region,
  'aws_region.name': ({ region }) => region,
  'aws_route53_zone.name_servers': () => zones.map((zone) => `ns-${zone}${domain}`),
  'aws_subnet.availability_zone': ({ region }) => `${region}a`,
};

function registry(region: string): string {
  return `${simulatedAccount}.dkr.ecr.${region}${domain}`;
}

function clusterVersion(version: string): Value {
  return {
    cluster_version: version,
    default_version: version === '1.36',
    status: 'STANDARD_SUPPORT',
  };
}

/** A value for what the cloud decides: of the right type always, and plausible where stacks look at it. */
export function inventValue(type: TerraformType, path: ValuePath, source: FakeSource): Value {
  const name = path.at(-1) ?? '';
  const known =
    fakes[`${source.type}.${path.join('.')}`] ??
    fakes[path.slice(-2).join('.')] ??
    (path.length === 1 || typeof type === 'string' ? fakes[name] : undefined);
  if (known !== undefined) return shaped(known(source), type, path, source);
  return byType(type, path, source);
}

/** A fake may leave out fields of an object; they are invented here. */
function shaped(value: Value, type: TerraformType, path: ValuePath, source: FakeSource): Value {
  if (typeof type === 'string') {
    if (type === 'number') return typeof value === 'number' ? value : 1;
    return value;
  }
  const [kind, inner] = type;
  if (kind === 'object') {
    const given = isObject(value) ? value : {};
    return Object.fromEntries(
      Object.entries(inner).map(([name, element]) => {
        const field = given[name];
        const at = [...path, name];
        return [
          name,
          field === undefined
            ? inventValue(element, at, source)
            : shaped(field, element, at, source),
        ];
      }),
    );
  }
  return Array.isArray(value)
    ? value.map((element) => shaped(element, inner, path, source))
    : value;
}

function byType(type: TerraformType, path: ValuePath, source: FakeSource): Value {
  const name = path.at(-1) ?? '';
  if (type === 'string') {
    return /(^|_)arn$/.test(name)
      ? source.identity.arn
      : `simulated-${name.replace(/_/g, '-')}-${source.hex(6)}`;
  }
  if (type === 'number') return 1;
  if (type === 'bool') return false;
  if (type === 'dynamic') return null;
  const [kind, inner] = type;
  if (kind === 'object') return shaped({}, type, path, source);
  if (kind === 'map') return {};
  if (kind === 'set') return [];
  // Stacks take the first, second and third of what a data source lists.
  const elements = source.kind === 'data' && typeof inner === 'string' ? 3 : 1;
  return Array.from({ length: elements }, () => inventValue(inner, path, source));
}
