import type { Preset } from '../contract/index.ts';

/** Production: the database has a second one standing by, and nothing goes by mistake. */
export const medium: Preset = {
  size: 'medium',
  intent: 'production, with a database that survives the loss of its machine',
  zoneCount: 3,
  nodesPerZone: 1,
  engine: 'jetstream',
  broker: { replicas: 3, cpuMillis: 500, memoryMiB: 1024, unavailableCountMax: 1 },
  diskGiB: 50,
  nats: { replicas: 3, cpuMillis: 500, memoryMiB: 2048 },
  protection: { stackLock: true, cloudSwitches: true, finalSnapshot: true },
  cidrsRequired: true,
  remoteStateRequired: true,
  lifetimeMs: null,
  aws: {
    instanceType: 'm7g.large',
    spotAllowed: false,
    publicNodes: false,
    natGateways: 'one',
    database: {
      instanceClass: 'db.t4g.medium',
      storageGiB: 50,
      storageGiBMax: 200,
      multiAz: true,
      backupRetentionDays: 14,
      connectionCountMax: 450,
      performanceInsights: true,
    },
    customerKey: true,
    crossZoneLoadBalancing: true,
    flowLogs: true,
    controlPlaneLogs: ['api', 'audit', 'authenticator'],
    logRetentionDays: 90,
    pinnedVersion: true,
  },
};
