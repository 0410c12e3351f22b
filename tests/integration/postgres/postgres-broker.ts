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

/** How a broker is started, per place of its metadata; on Postgres with the protection that a cloud's database has. */
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
        return startPostgresBroker(running, await running.createDatabase(), {
          env: {
            THEBES_POSTGRES_TLS: 'verify-full',
            THEBES_POSTGRES_CA_FILE: authority.file,
            THEBES_POSTGRES_SERVER_NAME: 'localhost',
          },
        });
      };
    },
  ],
];
