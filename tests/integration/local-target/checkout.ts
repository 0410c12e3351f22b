import { transformSync } from '@swc/core';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { ProcessIdentity } from '../../../modules/host/index.ts';
import { sourceHash } from '../../../modules/image/index.ts';
import { findBrokers, localHome } from '../../../modules/local/index.ts';
import type { LocalHome } from '../../../modules/local/index.ts';
import { registerRelease, repositoryRoot, tempDir } from '../../support/index.ts';

/** A program that stands in for the broker, or the broker itself. */
export type BrokerSource = 'real' | 'healthy' | 'never-ready' | 'ends-at-once' | 'not-compiling';

/** How a command ended, and everything it wrote. */
export interface CommandResult {
  readonly code: number | null;
  readonly output: string;
}

export type Variables = Readonly<Record<string, string>>;

/**
 * A copy of the checkout in a folder of its own: whatever a test deploys, changes or breaks there,
 * neither the project nor another test sees it. Only the installed packages are shared.
 */
export class Checkout {
  readonly root: string;

  constructor(broker: BrokerSource) {
    this.root = realpathSync(tempDir());
    registerRelease(() => {
      // Whatever a failed test left running.
      for (const pid of this.processes()) process.kill(pid, 'SIGKILL');
    });
    const files = ['cdktf.json', 'kit.config.ts', 'package.json', 'package-lock.json'];
    const build = ['.dockerignore', 'broker/Dockerfile'];
    const folders = ['stacks', 'modules', 'scripts', 'examples'];
    const workspace = ['package.json', 'tsconfig.json', 'tsconfig.build.json'];
    for (const entry of [
      ...files,
      ...build,
      ...folders,
      ...workspace.map((file) => `broker/${file}`),
    ]) {
      const from = path.join(repositoryRoot, entry);
      cpSync(from, path.join(this.root, entry), { recursive: true });
    }
    // npm puts a package into the workspace where the root has another version of it.
    for (const packages of ['node_modules', 'broker/node_modules']) {
      const installed = path.join(repositoryRoot, packages);
      if (existsSync(installed)) symlinkSync(installed, path.join(this.root, packages));
    }
    this.useBroker(broker);
  }

  /** Replaces the broker's source. */
  useBroker(broker: BrokerSource): void {
    const source = path.join(this.root, 'broker', 'src');
    rmSync(source, { recursive: true, force: true });
    if (broker === 'real') {
      cpSync(path.join(repositoryRoot, 'broker', 'src'), source, { recursive: true });
    } else {
      mkdirSync(source);
      // What the kit knows of a broker: its settings, and what they are made of.
      for (const folder of ['config', 'core/errors', 'foundation']) {
        const from = path.join(repositoryRoot, 'broker', 'src', folder);
        cpSync(from, path.join(source, folder), { recursive: true });
      }
      const folder = path.join(repositoryRoot, 'tests/integration/local-target/stand-ins');
      // A program that must not compile cannot end in .ts, or the project would not compile either.
      const file = broker === 'not-compiling' ? `${broker}.ts.txt` : `${broker}.ts`;
      cpSync(path.join(folder, file), path.join(source, 'main.ts'));
    }
  }

  stateDirectory(environment: string): string {
    return path.join(this.root, 'state', environment);
  }

  home(environment: string): LocalHome {
    return localHome(this.stateDirectory(environment));
  }

  /** The pid of the one broker process of an environment; undefined when there is none. */
  brokerPid(environment: string): number | undefined {
    const brokers = findBrokers(this.home(environment));
    if (brokers.length > 1) throw new Error(`${brokers.length} brokers run for ${environment}`);
    return brokers[0]?.pid;
  }

  /** Puts the built broker in place without the compiler, which would take most of a test's time. */
  prebuild(): void {
    const broker = path.join(this.root, 'broker');
    const dist = path.join(broker, 'dist');
    const source = readFileSync(path.join(broker, 'src', 'main.ts'), 'utf8');
    const { code } = transformSync(source, {
      jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    });
    mkdirSync(dist, { recursive: true });
    writeFileSync(path.join(dist, 'main.js'), code);
    writeFileSync(path.join(dist, '.source-hash'), sourceHash(broker));
  }

  /** Makes the kit forget which process it started. */
  deleteRecord(environment: string): void {
    rmSync(this.home(environment).processFile);
  }

  /** Makes the kit believe that it started this process. */
  writeRecord(environment: string, record: ProcessIdentity & { run: string }): void {
    writeFileSync(this.home(environment).processFile, JSON.stringify(record));
  }

  /** `cdktf <verb> local` with these variables. */
  cdktf(verb: 'deploy' | 'destroy' | 'synth', variables: Variables): Promise<CommandResult> {
    return finished(this.startCdktf(verb, variables));
  }

  /** The same, in a process group of its own, while it runs. */
  startCdktf(verb: 'deploy' | 'destroy' | 'synth', variables: Variables): ChildProcess {
    const cdktf = path.join('node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf');
    const args = verb === 'synth' ? [verb] : [verb, 'local', '--auto-approve'];
    return this.startNode([cdktf, ...args], variables);
  }

  /** A Node program in this checkout. */
  node(args: readonly string[], variables: Variables): Promise<CommandResult> {
    return finished(this.startNode(args, variables));
  }

  startNode(args: readonly string[], variables: Variables): ChildProcess {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('KIT_'));
    return spawn(process.execPath, [...args], {
      cwd: this.root,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...Object.fromEntries(inherited),
        CHECKPOINT_DISABLE: '1',
        CDKTF_SKIP_PROVIDER_LOCK: 'true',
        CI: 'true',
        NO_COLOR: '1',
        ...variables,
      },
    });
  }

  /** Every process that works in this checkout. */
  processes(): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && workingDirectory(name)?.startsWith(this.root))
      .map(Number);
  }
}

/** Settings for an environment on ports that nobody else uses. */
export async function freshEnvironment(name: string, firstPort?: number): Promise<Variables> {
  const client = await quietPort(firstPort);
  const webSocket = await quietPort(client + 1);
  const monitoring = await quietPort(webSocket + 1);
  return {
    KIT_ENV: name,
    KIT_CLIENT_PORT: String(client),
    KIT_WEBSOCKET_PORT: String(webSocket),
    KIT_MONITORING_PORT: String(monitoring),
  };
}

/**
 * A free port below those that the system hands out by itself: a deploy takes seconds until it
 * listens, and until then no connection of another test may happen to get it.
 */
export async function quietPort(first = 20_000 + (process.pid % 1_000) * 10): Promise<number> {
  for (let port = first; port < 32_000; port += 1) {
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
  throw new Error(`no free port from ${first} to 32000`);
}

/** The result of a started command, once it has ended and closed its output. */
export function finished(child: ChildProcess): Promise<CommandResult> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // Terraform runs in a terminal of cdktf's and colours what it writes.
    child.once('close', (code) => resolve({ code, output: stripVTControlCharacters(output) }));
  });
}

/** Resolves when a started command has written a text. */
export function written(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
      if (output.includes(text)) resolve();
    });
    child.once('close', () => reject(new Error(`ended without writing "${text}":\n${output}`)));
  });
}

/** The lines of a file, none when it does not exist. */
export function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

function workingDirectory(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined; // It ended, or belongs to another user.
  }
}
