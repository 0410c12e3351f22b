import type { Preset } from '../contract/index.ts';

/** Production that survives the loss of a zone (iac.md 2.4 has the sums). */
export const large: Preset = {
  size: 'large',
  intent: 'production that survives the loss of a zone',
  zoneCount: 3,
  nodesPerZone: 2,
  engine: 'jetstream',
  broker: { replicas: 6, cpuMillis: 1000, memoryMiB: 2048, unavailableCountMax: 1 },
  diskGiB: 200,
  nats: { replicas: 3, cpuMillis: 2000, memoryMiB: 8192 },
  protection: { stackLock: true, cloudSwitches: true, finalSnapshot: true },
  cidrsRequired: true,
  remoteStateRequired: true,
  lifetimeMs: null,
  aws: {
    instanceType: 'm7g.xlarge',
    spotAllowed: false,
    publicNodes: false,
    natGateways: 'perZone',
    database: {
      instanceClass: 'db.m7g.large',
      storageGiB: 100,
      storageGiBMax: 500,
      multiAz: true,
      backupRetentionDays: 30,
      connectionCountMax: 900,
      performanceInsights: true,
    },
    customerKey: true,
    crossZoneLoadBalancing: true,
    flowLogs: true,
    controlPlaneLogs: ['api', 'audit', 'authenticator'],
    logRetentionDays: 365,
    pinnedVersion: true,
  },
};
