import type { Preset } from '../contract/index.ts';

/** Three of everything that keeps messages, the least of everything else. */
export const small: Preset = {
  size: 'small',
  intent: 'a team, staging, first production',
  zoneCount: 3,
  nodesPerZone: 1,
  engine: 'jetstream',
  broker: { replicas: 2, cpuMillis: 250, memoryMiB: 512, unavailableCountMax: 1 },
  diskGiB: 20,
  nats: { replicas: 3, cpuMillis: 250, memoryMiB: 512 },
  protection: { stackLock: true, cloudSwitches: false, finalSnapshot: true },
  cidrsRequired: true,
  remoteStateRequired: false,
  lifetimeMs: null,
  aws: {
    instanceType: 't4g.medium',
    spotAllowed: false,
    publicNodes: false,
    natGateways: 'one',
    database: {
      instanceClass: 'db.t4g.small',
      storageGiB: 20,
      storageGiBMax: 100,
      multiAz: false,
      backupRetentionDays: 7,
      connectionCountMax: 225,
      performanceInsights: false,
    },
    customerKey: true,
    crossZoneLoadBalancing: false,
    flowLogs: false,
    controlPlaneLogs: [],
    logRetentionDays: 30,
    pinnedVersion: true,
  },
};
