import { readSettings } from '../../broker/src/config/index.ts';
import type { CloudSettings } from '../config/index.ts';
import { usualPorts } from '../contract/index.ts';
import type { Database, Preset } from '../contract/index.ts';
import { brokerPaths } from './broker-files.ts';
import { connectionBudget } from './connection-budget.ts';
import { natsUsers } from './nats-configuration.ts';

/** How long a broker may take to finish after SIGTERM; with the settling before it, less than the pod's grace. */
const stopTimeoutMs = 45_000;

/** Largest message that brokers take, headers included: their default. */
export const payloadBytesMax = readSettings({}).payloadBytesMax;

/**
 * The settings of every broker, all of them known to `broker/src/config`. None is a secret: passwords
 * are in files.
 */
export function brokerVariables(
  preset: Preset,
  tls: CloudSettings['tls'],
  parts: {
    readonly database: Database | undefined;
    /** host:port of the NATS servers; none with the embedded engine. */
    readonly natsServers: readonly string[];
  },
): Record<string, string> {
  return {
    THEBES_HOST: '0.0.0.0',
    THEBES_CLIENT_PORT: String(usualPorts.client),
    THEBES_WEBSOCKET_PORT: String(usualPorts.webSocket),
    THEBES_MONITORING_PORT: String(usualPorts.monitoring),
    THEBES_DATA_DIR: brokerPaths.data,
    THEBES_ROOT_PASSWORD_FILE: brokerPaths.rootPassword,
    THEBES_STOP_TIMEOUT_MS: String(stopTimeoutMs),
    THEBES_PAYLOAD_BYTES_MAX: String(payloadBytesMax),
    ...boundedByMemory(preset.broker.memoryMiB),
    ...(tls.kind === 'secret'
      ? {
          THEBES_TLS_CERT_FILE: brokerPaths.tlsCertificate,
          THEBES_TLS_KEY_FILE: brokerPaths.tlsKey,
        }
      : {}),
    ...engineVariables(preset, parts.natsServers),
    ...metadataVariables(preset, parts.database),
  };
}

/**
 * The heap of Node gets half of the pod's memory. The other half is for what is not on it: buffers of
 * connections, blocks of messages, pages of the store, checks of passwords.
 */
export function nodeOptions(memoryMiB: number): string {
  return `--max-old-space-size=${Math.floor(memoryMiB / 2)}`;
}

/**
 * Bounds whose defaults are for a larger machine. Full, they take about a third of the memory: 50 KiB
 * for each connection, 5 KB for each partition, and the messages of memory stations.
 */
function boundedByMemory(memoryMiB: number): Record<string, string> {
  return {
    THEBES_CONNECTION_COUNT_MAX: String(memoryMiB * 3),
    THEBES_TOTAL_PARTITION_COUNT_MAX: String(memoryMiB * 20),
    THEBES_MEMORY_STATION_BYTES_MAX: String((memoryMiB / 16) * 1024 * 1024),
  };
}

function engineVariables(
  { engine }: Preset,
  natsServers: readonly string[],
): Record<string, string> {
  if (engine === 'embedded') return { THEBES_ENGINE: engine };
  return {
    THEBES_ENGINE: engine,
    THEBES_NATS_SERVERS: natsServers.join(','),
    THEBES_NATS_USER: natsUsers.broker,
    THEBES_NATS_PASSWORD_FILE: brokerPaths.natsPassword,
  };
}

/** In parts, not as a URL: one that names TLS would overrule the authorities (requirements.md F6). */
function metadataVariables(
  { broker }: Preset,
  database: Database | undefined,
): Record<string, string> {
  if (database === undefined) return { THEBES_METADATA: 'embedded' };
  return {
    THEBES_METADATA: 'postgres',
    THEBES_POSTGRES_HOST: database.host,
    THEBES_POSTGRES_PORT: String(database.port),
    THEBES_POSTGRES_DATABASE: database.name,
    THEBES_POSTGRES_USER: database.user,
    THEBES_POSTGRES_PASSWORD_FILE: brokerPaths.postgresPassword,
    THEBES_POSTGRES_TLS: 'verify-full',
    ...(database.authorities === undefined
      ? {}
      : { THEBES_POSTGRES_CA_FILE: brokerPaths.postgresAuthorities }),
    ...(database.serverName === undefined
      ? {}
      : { THEBES_POSTGRES_SERVER_NAME: database.serverName }),
    THEBES_POSTGRES_CONNECTION_COUNT_MAX: String(connectionBudget(database, broker)),
  };
}
