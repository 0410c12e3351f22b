import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group/index.js';
import { DbInstance } from '@cdktf/provider-aws/lib/db-instance/index.js';
import { DbParameterGroup } from '@cdktf/provider-aws/lib/db-parameter-group/index.js';
import { DbSubnetGroup } from '@cdktf/provider-aws/lib/db-subnet-group/index.js';
import { TerraformLocal } from '../cdk.ts';
import type { Credential, Database } from '../contract/index.ts';
import type { AwsCluster } from './cluster.ts';
import { databaseAuthorities } from './database-authorities.ts';
import { databaseGroup } from './database-group.ts';
import { encryptedWith } from './encryption-key.ts';
import type { AwsNetwork } from './network.ts';
import { isDeletionProtected, keptFromDestroy } from './deletion-protection.ts';
import { nameOf } from './site.ts';
import type { Site } from './site.ts';
import { awsVersions } from './versions.ts';

const databaseName = 'thebes';
const databaseUser = 'thebes';
const port = 5432;
const exportedLogs = ['postgresql', 'upgrade'];

/** The Postgres that metadata are kept in: encrypted, with TLS or not at all, reached from nodes alone. */
export function database(
  site: Site,
  order: {
    readonly network: AwsNetwork;
    readonly cluster: AwsCluster;
    readonly password: Credential;
    readonly key: string | undefined;
  },
): Database {
  const { scope, settings, preset, after } = site;
  const { database: size } = preset.aws;
  const { network, cluster, password, key } = order;
  const subnets = new DbSubnetGroup(scope, 'database-subnets', {
    name: settings.name,
    description: `Database of ${settings.name}`,
    subnetIds: [...network.databaseSubnets],
  });
  const group = databaseGroup(site, { vpcId: network.id, from: cluster.securityGroup, port });
  const parameters = new DbParameterGroup(scope, 'database-parameters', {
    // With the version: the next one's has to be there while this one is still in use.
    name: nameOf(site, `postgres${awsVersions.postgres.version}`),
    family: `postgres${awsVersions.postgres.version}`,
    description: `Database of ${settings.name}`,
    parameter: [
      { name: 'rds.force_ssl', value: '1' },
      { name: 'log_connections', value: '1' },
      { name: 'log_disconnections', value: '1' },
    ],
    lifecycle: { createBeforeDestroy: true },
    dependsOn: [...after],
  });
  // Made before RDS makes them, which would leave them behind and keep them for ever.
  const logs = exportedLogs.map(
    (log) =>
      new CloudwatchLogGroup(scope, `database-log-${log}`, {
        name: `/aws/rds/instance/${settings.name}/${log}`,
        retentionInDays: preset.aws.logRetentionDays,
        dependsOn: [...after],
      }),
  );
  const authorities = databaseAuthorities(settings.region);
  const instance = new DbInstance(scope, 'database', {
    identifier: settings.name,
    engine: 'postgres',
    // Without a minor version: those are raised by AWS, and a plan must not take one back.
    engineVersion: awsVersions.postgres.version,
    autoMinorVersionUpgrade: true,
    engineLifecycleSupport: 'open-source-rds-extended-support-disabled',
    instanceClass: size.instanceClass,
    applyImmediately: true,
    storageType: 'gp3',
    allocatedStorage: size.storageGiB,
    maxAllocatedStorage: size.storageGiBMax,
    storageEncrypted: true,
    ...encryptedWith(key),
    dbName: databaseName,
    username: databaseUser,
    ...writtenOnly(password),
    multiAz: size.multiAz,
    port,
    publiclyAccessible: false,
    dbSubnetGroupName: subnets.name,
    vpcSecurityGroupIds: [group.id],
    parameterGroupName: parameters.name,
    caCertIdentifier: 'rds-ca-rsa2048-g1',
    enabledCloudwatchLogsExports: exportedLogs,
    performanceInsightsEnabled: size.performanceInsights,
    backupRetentionPeriod: size.backupRetentionDays,
    copyTagsToSnapshot: true,
    // The final snapshot holds the last state; backups beside it would go on costing, and nobody would know.
    deleteAutomatedBackups: true,
    ...leavingBehind(site),
    deletionProtection: isDeletionProtected(site),
    lifecycle: {
      ...keptFromDestroy(site),
      precondition: [knownAuthorities(site, authorities)],
    },
    timeouts: { create: '60m', update: '120m', delete: '60m' },
    dependsOn: [...logs, ...password.ready, ...group.ready],
  });
  return {
    host: instance.address,
    port,
    name: databaseName,
    user: databaseUser,
    password: password.secret,
    authorities: authorities.join('\n'),
    connectionCountMax: size.connectionCountMax,
    cidrs: network.databaseCidrs,
    ready: [instance, ...group.ready],
  };
}

function writtenOnly({ secret }: Credential): { passwordWo?: string; passwordWoVersion?: number } {
  return secret.kind === 'writeOnly'
    ? { passwordWo: secret.expression, passwordWoVersion: secret.version }
    : {};
}

/** The name of the last snapshot stays taken after the database is gone, hence the suffix (pitfall 12). */
function leavingBehind(site: Site): Partial<ConstructorParameters<typeof DbInstance>[2]> {
  return site.preset.protection.finalSnapshot
    ? {
        skipFinalSnapshot: false,
        finalSnapshotIdentifier: nameOf(site, `final-${site.suffix}`),
      }
    : { skipFinalSnapshot: true };
}

/** Without them no broker could verify the database, and it would refuse to start. */
function knownAuthorities({ scope, settings }: Site, authorities: readonly string[]) {
  // By way of a local: Terraform rejects a condition that is plainly false.
  const known = new TerraformLocal(scope, 'database_authorities', authorities.length);
  return {
    condition: `\${${known.fqn} > 0}`,
    errorMessage: `The kit does not have the certificates of RDS in ${settings.region} yet. Set KIT_REGION to another region, or KIT_DATABASE=embedded in a sandbox.`,
  };
}
