import { spawnSync } from 'node:child_process';
import { KitError, problem } from '../config/index.ts';

/** A program that builds images on this machine. */
export type EngineName = 'docker' | 'podman';

/** How a command ended and what it said. */
export interface CommandEnd {
  /** Null: it could not be started, or was killed. */
  readonly status: number | null;
  readonly output: string;
  readonly errorOutput: string;
}

/** Runs a command to its end; what it writes is kept, or shown where `show` says so. */
export function runCommand(
  command: readonly string[],
  options: {
    readonly cwd?: string;
    /** What it reads from its standard input. */
    readonly input?: string;
    readonly variables?: Readonly<Record<string, string>>;
    readonly show?: boolean;
  } = {},
): CommandEnd {
  const [file = '', ...args] = command;
  const { status, stdout, stderr, error } = spawnSync(file, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.variables },
    encoding: 'utf8',
    input: options.input ?? '',
    ...(options.show === true ? { stdio: ['ignore', 'inherit', 'inherit'] } : {}),
  });
  return { status, output: stdout ?? '', errorOutput: stderr ?? error?.message ?? '' };
}

/** The container engine of this machine: Docker where its server answers, else Podman, which needs none. */
export function findEngine(): EngineName {
  const docker = runCommand(['docker', 'version', '--format', '{{.Server.Version}}']);
  if (docker.status === 0) return 'docker';
  if (runCommand(['podman', '--version']).status === 0) return 'podman';
  const isInstalled = docker.status !== null;
  throw new KitError([
    isInstalled
      ? problem('IMAGE_ENGINE_SILENT', { reason: lastLines(docker.errorOutput, 3) })
      : problem('IMAGE_ENGINE_MISSING', undefined),
  ]);
}

/** The end of what a program said, where the reason of a failure stands. */
export function lastLines(text: string, count: number): string {
  return text.trim().split('\n').slice(-count).join('\n    ');
}
