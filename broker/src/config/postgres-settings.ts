import { limits } from './limits.ts';
import type { Settings } from './settings.ts';

/** What the adapter for Postgres is told: the settings, with the bounds that are none. */
export function postgresSettings(settings: Settings): {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly passwordFile: string;
  readonly tls: 'verify-full' | 'off';
  readonly authorityFile: string;
  readonly serverName: string;
  /** Whether metadata and password leave this machine in clear. */
  readonly isExposed: boolean;
  readonly connectionCountMax: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly changeTimeoutMs: number;
  readonly removalTimeoutMs: number;
  readonly startTimeoutMs: number;
  readonly retryDelayMs: number;
  readonly connectionAgeMaxMs: number;
  readonly probeIntervalMs: number;
  readonly probeWhileAwayIntervalMs: number;
  readonly repairIntervalMs: number;
} {
  const { postgresHost, postgresTls } = settings;
  const isNear = isThisMachine(postgresHost);
  const automatic = isNear ? 'off' : 'verify-full';
  const tls =
    postgresTls === 'auto' && settings.postgresAuthorityFile === '' ? automatic : postgresTls;
  return {
    host: postgresHost,
    port: settings.postgresPort,
    database: settings.postgresDatabase,
    user: settings.postgresUser,
    passwordFile: settings.postgresPasswordFile,
    tls: tls === 'auto' ? 'verify-full' : tls,
    authorityFile: settings.postgresAuthorityFile,
    serverName: settings.postgresServerName,
    isExposed: tls === 'off' && !isNear,
    connectionCountMax: settings.postgresConnectionCountMax,
    connectTimeoutMs: limits.postgresConnectTimeoutMs,
    statementTimeoutMs: limits.postgresStatementTimeoutMs,
    changeTimeoutMs: limits.postgresChangeTimeoutMs,
    removalTimeoutMs: limits.postgresRemovalTimeoutMs,
    startTimeoutMs: limits.postgresStartTimeoutMs,
    retryDelayMs: limits.postgresRetryDelayMs,
    connectionAgeMaxMs: limits.postgresConnectionAgeMaxMs,
    probeIntervalMs: limits.postgresProbeIntervalMs,
    probeWhileAwayIntervalMs: limits.postgresProbeWhileAwayIntervalMs,
    repairIntervalMs: limits.postgresRepairIntervalMs,
  };
}

/** Whether a host, or the directory of a Unix socket, leads nowhere else than to this machine. */
function isThisMachine(host: string): boolean {
  return host.startsWith('/') || /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);
}
