import { randomUUID } from 'node:crypto';
import type { MetadataStore } from '../../../broker/src/core/ports/index.ts';
import { postgresSettings, readSettings } from '../../../broker/src/config/index.ts';
import {
  PostgresDatabase,
  PostgresMetadataStore,
} from '../../../broker/src/metadata/postgres/index.ts';
import type {
  Database,
  PostgresOptions,
  PostgresParts,
} from '../../../broker/src/metadata/postgres/index.ts';
import { SystemClock, SystemScheduler } from '../../../broker/src/host/index.ts';
import { postgresUser, silentLogger, startPostgres } from '../../support/index.ts';
import type { PostgresServer } from '../../support/index.ts';
import type { MetadataAdapter, MetadataHome } from './adapters.ts';

/** What the broker would be told of a database of the test's server. */
export function postgresOptions(
  server: PostgresServer,
  database: string,
  different: Partial<PostgresOptions> = {},
): PostgresOptions {
  const settings = readSettings({
    THEBES_METADATA: 'postgres',
    THEBES_POSTGRES_HOST: server.host,
    THEBES_POSTGRES_PORT: String(server.port),
    THEBES_POSTGRES_DATABASE: database,
    THEBES_POSTGRES_USER: postgresUser.name,
    THEBES_POSTGRES_PASSWORD_FILE: server.passwordFile,
  });
  return { ...postgresSettings(settings), ...different };
}

/** The real outside world. */
export function postgresParts(different: Partial<PostgresParts> = {}): PostgresParts {
  return {
    clock: new SystemClock(),
    scheduler: new SystemScheduler(),
    logger: silentLogger,
    newId: randomUUID,
    chance: Math.random,
    onReach: () => undefined,
    ...different,
  };
}

/** A store over a database, as main makes it. */
function metadataOn(
  database: Database,
  options: PostgresOptions,
  storeId = 'store',
): PostgresMetadataStore {
  return new PostgresMetadataStore(database, postgresParts(), { ...options, storeId });
}

class PostgresHome implements MetadataHome {
  readonly #server: () => Promise<PostgresServer>;
  #name: string | undefined;
  #database: PostgresDatabase | undefined;
  #metadata: MetadataStore | undefined;

  constructor(server: () => Promise<PostgresServer>) {
    this.#server = server;
  }

  async open(): Promise<MetadataStore> {
    await this.close();
    const server = await this.#server();
    this.#name ??= await server.createDatabase();
    const options = postgresOptions(server, this.#name);
    this.#database = await PostgresDatabase.open(options, postgresParts());
    this.#metadata = metadataOn(this.#database, options);
    return this.#metadata;
  }

  refuse(): void {
    throw new Error('Faults of Postgres are planted in tests/contract/metadata-store/faults.ts');
  }

  accept(): void {
    this.refuse();
  }

  async close(): Promise<void> {
    await this.#metadata?.close();
    await this.#database?.close();
  }
}

/** `metadata/postgres` on a real server, a database for each behaviour. */
export function postgresAdapter(): MetadataAdapter {
  let server: Promise<PostgresServer> | undefined;
  const start = (): Promise<PostgresServer> => (server ??= startPostgres());
  return {
    name: 'postgres',
    capabilities: {
      durable: true,
      storeFaults: 'it fails statement by statement: metadata-store-faults.test.ts plants that',
    },
    createHome: () => new PostgresHome(start),
  };
}
