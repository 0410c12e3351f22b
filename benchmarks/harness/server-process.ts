import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { registerRelease } from '../../tests/support/index.ts';

/** How to start a server and how to see that it listens. */
export interface ServerCommand {
  readonly program: string;
  readonly parameters: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Reads the port out of everything logged so far; undefined as long as it is not ready. */
  readonly portFromLog: (log: string) => number | undefined;
  readonly readyTimeoutMs: number;
}

/** Memory of a process as the kernel counts it, in bytes. */
export interface ProcessMemory {
  /** Everything resident: heap, stacks, code and mapped pages of files. */
  readonly residentBytes: number;
  /** The part that no file backs. */
  readonly anonymousBytes: number;
}

const logCharactersMax = 64 * 1024;
const stopTimeoutMs = 60_000;
/** Unit of /proc/<pid>/stat: the kernel shows every program this value, whatever its own is. */
const clockTicksPerSecond = 100;

/** A server under test, stopped by its own pid and by nothing else. */
export class ServerProcess {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Starts it and resolves when its log says that it is ready; rejects with the log otherwise. */
  static async start(command: ServerCommand): Promise<ServerProcess> {
    const child = spawn(command.program, [...command.parameters], {
      env: { ...environmentWithoutSettings(), ...command.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    registerRelease(async () => endOf(child, 'SIGKILL'));
    const port = await readyPort(child, command).catch((error: unknown) => {
      child.kill('SIGKILL');
      throw error;
    });
    return new ServerProcess(child, port);
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  get memory(): ProcessMemory {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    const bytes = (name: string): number =>
      Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
    return { residentBytes: bytes('VmRSS'), anonymousBytes: bytes('RssAnon') };
  }

  /** Processor time taken so far by all its threads, in the program and in the kernel. */
  get processorSeconds(): number {
    const stat = readFileSync(`/proc/${this.pid}/stat`, 'utf8');
    // The name in parentheses may hold blanks; what follows it starts with field 3.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / clockTicksPerSecond;
  }

  /** SIGTERM, and SIGKILL after a minute. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), stopTimeoutMs);
    await endOf(this.#child, 'SIGTERM');
    clearTimeout(timer);
  }

  /** SIGKILL: no chance to flush or to say goodbye. */
  async kill9(): Promise<void> {
    await endOf(this.#child, 'SIGKILL');
  }
}

/** Sends a signal and resolves when the process is gone, which it may be already. */
async function endOf(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

/** Settings of whoever runs the benchmark must not reach the broker that is measured. */
function environmentWithoutSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.startsWith('THEBES_') && !name.startsWith('NODE_'),
    ),
  );
}

async function readyPort(child: ChildProcess, command: ServerCommand): Promise<number> {
  return new Promise((resolve, reject) => {
    let log = '';
    const what = `${command.program} ${command.parameters.join(' ')}`;
    const timer = setTimeout(() => {
      reject(new Error(`${what} was not ready within ${command.readyTimeoutMs} ms:\n${log}`));
    }, command.readyTimeoutMs);
    const read = (text: string): void => {
      log = (log + text).slice(-logCharactersMax);
      const port = command.portFromLog(log);
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(port);
    };
    child.stdout?.setEncoding('utf8').on('data', read);
    child.stderr?.setEncoding('utf8').on('data', read);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      reject(new Error(`${what} ended with ${signal ?? `exit code ${code}`}:\n${log}`));
    });
  });
}
