import type { Preset } from '../contract/index.ts';

/** Cheap and short-lived: it can be lost, and asks nobody before it goes. */
export const sandbox: Preset = {
  size: 'sandbox',
  intent: 'one person, for hours to days',
  zoneCount: 1,
  nodesPerZone: 1,
  engine: 'embedded',
  broker: { replicas: 1, cpuMillis: 250, memoryMiB: 512, unavailableCountMax: null },
  diskGiB: 10,
  nats: null,
  protection: { stackLock: false, cloudSwitches: false, finalSnapshot: false },
  cidrsRequired: false,
  remoteStateRequired: false,
  lifetimeMs: 8 * 3_600_000,
  aws: {
    instanceType: 't4g.medium',
    spotAllowed: true,
    publicNodes: true,
    natGateways: 'none',
    database: {
      instanceClass: 'db.t4g.micro',
      storageGiB: 20,
      storageGiBMax: 50,
      multiAz: false,
      backupRetentionDays: 0,
      connectionCountMax: 112,
      performanceInsights: false,
    },
    customerKey: false,
    crossZoneLoadBalancing: false,
    flowLogs: false,
    controlPlaneLogs: [],
    logRetentionDays: 7,
    pinnedVersion: false,
  },
};
