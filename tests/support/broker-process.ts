import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { registerRelease } from './release-registry.ts';
import { repositoryRoot } from './repository.ts';
import { tempDir } from './temp-dir.ts';
import { waitUntil } from './wait-until.ts';

/** How a broker of a test differs from the plain one. */
export interface BrokerProcessOptions {
  /** A new temporary directory unless told otherwise. */
  readonly dataDir?: string;
  /** Added to the environment: THEBES_* settings, LD_PRELOAD for the drills. */
  readonly env?: Readonly<Record<string, string>>;
  /** The Node that runs it; the one that runs the test unless told otherwise. */
  readonly nodePath?: string;
  readonly nodeArguments?: readonly string[];
  /** The built entry file; `broker/dist/main.js` unless told otherwise. */
  readonly entryPath?: string;
  readonly readyTimeoutMs?: number;
}

/** How a process ended: one of the two is null. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One line of the broker's log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** The real built broker as a child process; made by `startBroker`. */
export class BrokerProcess {
  readonly dataDir: string;
  readonly #options: BrokerProcessOptions;
  #child: ChildProcess | undefined;
  #ended: Promise<ProcessEnd> = Promise.resolve({ code: null, signal: null });
  #stdout = '';
  #stderr = '';
  #clientPort = 0;
  #webSocketPort = 0;
  #monitoringPort = 0;

  constructor(options: BrokerProcessOptions) {
    this.#options = options;
    this.dataDir = options.dataDir ?? tempDir();
  }

  /** The same after a restart. */
  get clientPort(): number {
    return this.#clientPort;
  }

  /** The same after a restart. */
  get webSocketPort(): number {
    return this.#webSocketPort;
  }

  /** The same after a restart. */
  get monitoringPort(): number {
    return this.#monitoringPort;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('The broker of this test does not run');
    return pid;
  }

  /** Password of the user `root`, as the broker generated it. */
  get rootPassword(): string {
    return readFileSync(join(this.dataDir, 'root-password'), 'utf8').trim();
  }

  /** Everything logged so far, restarts included; lines that are not JSON come as `{ text }`. */
  get log(): readonly LogLine[] {
    return this.#stdout.split('\n').filter(Boolean).map(parseLogLine);
  }

  /** Everything written to stderr so far, restarts included. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Settles when the current process is over, however that came. */
  get ended(): Promise<ProcessEnd> {
    return this.#ended;
  }

  /** Starts the process and resolves when it listens; rejects with its output when it does not. */
  async start(): Promise<void> {
    if (this.#child !== undefined) throw new Error('The broker of this test runs already');
    const entry = this.#options.entryPath ?? join(repositoryRoot, 'broker/dist/main.js');
    if (!existsSync(entry)) throw new Error(`${entry} is missing: npm run build`);

    const seenLines = this.log.length;
    const child = spawn(
      this.#options.nodePath ?? process.execPath,
      [...(this.#options.nodeArguments ?? []), entry],
      { cwd: this.dataDir, env: this.#environment(), stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#child = child;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    const end: { value?: ProcessEnd } = {};
    this.#ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      // `close`, not `exit`: only then has all output been read.
      child.once('close', (code, signal) => {
        end.value = { code, signal };
        this.#child = undefined;
        resolve(end.value);
      });
    });
    this.#ended.catch(() => (this.#child = undefined)); // a start that failed is reported below

    const ready = await waitUntil(
      () => end.value ?? this.log.slice(seenLines).find((line) => line['event'] === 'ready'),
      { timeoutMs: this.#options.readyTimeoutMs ?? 20_000, what: 'the broker to be ready' },
    ).catch(async (error: unknown) => {
      await this.kill9();
      throw this.#startError('was not ready in time', error);
    });
    if (end.value !== undefined) {
      throw this.#startError(`ended with ${end.value.signal ?? `exit code ${end.value.code}`}`);
    }
    this.#clientPort = Number((ready as LogLine)['clientPort']);
    this.#webSocketPort = Number((ready as LogLine)['webSocketPort'] ?? 0);
    this.#monitoringPort = Number((ready as LogLine)['monitoringPort']);
  }

  /** SIGKILL; resolves when the process is gone. Does nothing when it is already. */
  async kill9(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended.catch(() => undefined);
  }

  /** SIGTERM; resolves with how the process ended. */
  async stop(): Promise<ProcessEnd> {
    this.#child?.kill('SIGTERM');
    return this.#ended;
  }

  /** Starts again on the same data and the same ports, stopping it first where it runs. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  #environment(): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('THEBES_'));
    return {
      ...Object.fromEntries(inherited),
      THEBES_HOST: '127.0.0.1',
      THEBES_CLIENT_PORT: String(this.#clientPort),
      THEBES_WEBSOCKET_PORT: String(this.#webSocketPort),
      THEBES_MONITORING_PORT: String(this.#monitoringPort),
      THEBES_DATA_DIR: this.dataDir,
      ...this.#options.env,
    };
  }

  #startError(what: string, cause?: unknown): Error {
    return new Error(`The broker ${what}.\nstdout:\n${this.#stdout}\nstderr:\n${this.#stderr}`, {
      cause,
    });
  }
}

function parseLogLine(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return { text }; // half a line, or a message that did not come from the logger
  }
}

/** Starts the built broker on free ports of 127.0.0.1; it is killed when the test file is over. */
export async function startBroker(options: BrokerProcessOptions = {}): Promise<BrokerProcess> {
  const broker = new BrokerProcess(options);
  registerRelease(() => broker.kill9());
  await broker.start();
  return broker;
}
