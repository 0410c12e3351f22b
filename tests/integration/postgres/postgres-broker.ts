import { brokerVariables } from '../../../modules/platform/broker-variables.ts';
import { presets } from '../../../modules/presets/index.ts';
import { postgresUser, startBroker, startPostgres, TestAuthority } from '../../support/index.ts';
import type { BrokerProcess, BrokerProcessOptions, PostgresServer } from '../../support/index.ts';

/** The settings by which a broker keeps its metadata in a database of the test's server. */
export function postgresSettingsOf(
  server: PostgresServer,
  database: string,
): Readonly<Record<string, string>> {
  return {
    THEBES_METADATA: 'postgres',
    THEBES_POSTGRES_HOST: server.host,
    THEBES_POSTGRES_PORT: String(server.port),
    THEBES_POSTGRES_DATABASE: database,
    THEBES_POSTGRES_USER: postgresUser.name,
    THEBES_POSTGRES_PASSWORD_FILE: server.passwordFile,
  };
}

/** A real broker on a database. */
export function startPostgresBroker(
  server: PostgresServer,
  database: string,
  options: BrokerProcessOptions = {},
): Promise<BrokerProcess> {
  const env = { ...postgresSettingsOf(server, database), ...options.env };
  return startBroker({ ...options, env });
}

/** What a pod decides about itself; a process of a test has its own. */
const ofThePod = [
  'THEBES_HOST',
  'THEBES_CLIENT_PORT',
  'THEBES_WEBSOCKET_PORT',
  'THEBES_MONITORING_PORT',
  'THEBES_DATA_DIR',
  'THEBES_ROOT_PASSWORD_FILE',
];

/** The settings that a release in a cloud gives its broker, with the files of a test where the pod has its own. */
function releasedSettingsOf(
  server: PostgresServer,
  database: string,
  authorityFile: string,
): Readonly<Record<string, string>> {
  const released = brokerVariables(
    presets.sandbox,
    { kind: 'none' },
    {
      natsServers: [],
      database: {
        host: 'localhost',
        port: server.port,
        name: database,
        user: postgresUser.name,
        password: { kind: 'value', token: 'in its file' },
        authorities: 'in their file',
        connectionCountMax: presets.sandbox.aws.database.connectionCountMax,
        cidrs: [],
        ready: [],
      },
    },
  );
  return {
    ...Object.fromEntries(Object.entries(released).filter(([name]) => !ofThePod.includes(name))),
    THEBES_POSTGRES_PASSWORD_FILE: server.passwordFile,
    THEBES_POSTGRES_CA_FILE: authorityFile,
  };
}

/** How a broker is started, per place of its metadata; on Postgres as a release in a cloud does it. */
export const metadataKinds: readonly (readonly [string, () => () => Promise<BrokerProcess>])[] = [
  ['embedded', () => () => startBroker()],
  [
    'postgres',
    () => {
      const authority = new TestAuthority('authority of the database');
      let server: Promise<PostgresServer> | undefined;
      return async () => {
        server ??= startPostgres({ certificate: authority.sign('database') });
        const running = await server;
        const database = await running.createDatabase();
        return startBroker({ env: releasedSettingsOf(running, database, authority.file) });
      };
    },
  ],
];
