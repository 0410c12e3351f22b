import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { repositoryRoot } from '../../support/index.ts';

const sources = dirname(fileURLToPath(import.meta.url));
const cache = join(repositoryRoot, '.cache/drills');

/** Why this machine cannot build preload libraries; undefined where it can. */
export function whyNoPreload(): string | undefined {
  if (process.platform !== 'linux') return 'libraries are preloaded on Linux only';
  const { status, error } = spawnSync(compiler(), ['--version']);
  if (status === 0) return undefined;
  const cause = error?.message ?? `it ended with exit code ${String(status)}`;
  return `there is no C compiler (tried ${compiler()}: ${cause}). Install one, or name it in CC`;
}

/** Path of a library for LD_PRELOAD: `record` or `faults`, compiled once for each state of its source. */
export function preloadLibrary(name: 'record' | 'faults'): string {
  const reason = whyNoPreload();
  if (reason !== undefined) throw new Error(`The drill needs ${name}.c: ${reason}`);
  const source = join(sources, `${name}.c`);
  const hash = createHash('sha256').update(readFileSync(source)).digest('hex').slice(0, 16);
  const library = join(cache, `${name}-${hash}.so`);
  if (existsSync(library)) return library;
  mkdirSync(cache, { recursive: true });
  // Two drills may build at once: each writes a file of its own, and the last rename wins.
  const fresh = `${library}.${String(process.pid)}`;
  const options = ['-O2', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', fresh, source];
  const { status, stderr } = spawnSync(compiler(), [...options, '-ldl', '-lpthread'], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${compiler()} refused ${source}:\n${stderr}`);
  renameSync(fresh, library);
  return library;
}

function compiler(): string {
  return process.env['CC'] ?? 'cc';
}

/**
 * For tests that need a library, as their first statement: true where none can be built, and then it has said
 * which test did not run and why. Where there is a compiler it is never true.
 */
export function saidNotRun(): boolean {
  const reason = whyNoPreload();
  if (reason === undefined) return false;
  console.warn(`NOT RUN: ${expect.getState().currentTestName ?? 'a test'}: ${reason}`);
  return true;
}
