import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import {
  natsAccounts,
  natsConfiguration,
  natsFiles,
  natsRoutes,
} from '../../../modules/platform/nats-configuration.ts';
import {
  natsServerPath,
  natsServerVersion,
  registerRelease,
  steadyPort,
  tempDir,
  waitUntil,
} from '../../support/index.ts';

/** Passwords of the test's cluster; long enough to be found in a log by. */
export const passwords = {
  broker: 'brokerPasswordOfTheTest',
  routes: 'routesPasswordOfTheTest',
  system: 'systemPasswordOfTheTest',
} as const;

type Ports = Readonly<Record<'client' | 'routes' | 'monitoring', number>>;

/** A NATS server of this machine, run with what the kit would give it in a cluster. */
export class NatsServer {
  readonly ports: Ports;
  readonly pidFile: string;
  readonly #folder: string;
  readonly #name: string;
  #child: ChildProcess | undefined;
  #log = '';

  constructor(folder: string, name: string, ports: Ports) {
    this.ports = ports;
    this.pidFile = join(folder, 'nats.pid');
    this.#folder = folder;
    this.#name = name;
  }

  /** Everything it has logged so far. */
  get log(): string {
    return this.#log;
  }

  start(routes: readonly string[]): void {
    mkdirSync(this.#folder, { recursive: true });
    const write = (file: string, content: string): void =>
      writeFileSync(join(this.#folder, file), content);
    write(
      natsFiles.configuration,
      natsConfiguration({
        clusterName: 'thebes-test',
        // As in a pod: the name comes from a variable.
        serverName: '$SERVER_NAME',
        storeDirectory: join(this.#folder, 'messages'),
        pidFile: this.pidFile,
        fileStoreBytesMax: 256 * 1024 ** 2,
        memoryStoreBytesMax: 16 * 1024 ** 2,
        payloadBytesMax: 1_048_576,
        host: '127.0.0.1',
        ports: this.ports,
      }),
    );
    write(natsFiles.accounts, natsAccounts(passwords));
    write(natsFiles.routes, natsRoutes(passwords.routes, routes));

    const child = spawn(
      serverProgram(),
      ['--config', join(this.#folder, natsFiles.configuration)],
      { env: { ...process.env, SERVER_NAME: this.#name }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#child = child;
    registerRelease(() => this.kill());
    for (const output of [child.stdout, child.stderr]) {
      output.setEncoding('utf8').on('data', (text: string) => (this.#log += text));
    }
  }

  /** SIGTERM, as Kubernetes sends it. */
  terminate(): void {
    this.#child?.kill('SIGTERM');
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  }

  /** The answer of a path of its monitoring port. */
  async ask(
    path: string,
  ): Promise<{ readonly status: number; readonly answer: ReturnType<typeof JSON.parse> }> {
    const response = await fetch(`http://127.0.0.1:${this.ports.monitoring}${path}`);
    return { status: response.status, answer: await response.json() };
  }

  /** A client that is closed when the test file is over; without a password unless one is given. */
  async connect(login: { user?: string; pass?: string } = {}): Promise<NatsConnection> {
    const connection = await connect({
      servers: `127.0.0.1:${this.ports.client}`,
      reconnect: false,
      ...login,
    });
    registerRelease(() => connection.close());
    return connection;
  }
}

/** Three servers that know each other; resolves when all are as ready as their probes ask for. */
export async function startCluster(): Promise<readonly [NatsServer, NatsServer, NatsServer]> {
  const folder = tempDir();
  const server = async (index: number): Promise<NatsServer> => {
    const [client, routes, monitoring] = [
      await steadyPort(),
      await steadyPort(),
      await steadyPort(),
    ];
    const name = `thebes-test-nats-${index}`;
    return new NatsServer(join(folder, name), name, { client, routes, monitoring });
  };
  const servers = [await server(0), await server(1), await server(2)] as const;
  const routes = servers.map(({ ports }) => `127.0.0.1:${ports.routes}`);
  for (const one of servers) one.start(routes);
  for (const one of servers) {
    await waitUntil(async () => (await one.ask('/healthz?js-server-only=true')).status === 200, {
      timeoutMs: 40_000,
      what: 'three NATS servers to be a cluster',
    });
  }
  return servers;
}

/** The program under test; `npm test` puts it into .cache. */
export function serverProgram(): string {
  const path = natsServerPath();
  if (path === undefined) {
    throw new Error(
      `nats-server ${natsServerVersion} is not there: run npm test once where Go is installed, or name it by NATS_SERVER_BIN`,
    );
  }
  return path;
}
