import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { KitError, problem } from '../config/index.ts';
import { sourceHash } from './source-hash.ts';

const stampFile = '.source-hash';
const stagingPrefix = '.build-';

/**
 * Builds the broker into `broker/dist` unless it was built from the same source before; returns the
 * hash of that source.
 *
 * Two environments may deploy at once: each build goes to a folder of its own first, and its files
 * then replace those in `dist` one by one by rename, so that nobody ever reads half a file. There is
 * no lock that a killed build could leave behind.
 *
 * Types are erased, not checked, which takes less than half the time: `npm run check` checks them, and
 * the compiler settings (isolatedModules, erasableSyntaxOnly) make both ways write the same files.
 */
export function buildBroker(root: string, print: (line: string) => void): string {
  const broker = path.join(root, 'broker');
  const dist = path.join(broker, 'dist');
  const hash = sourceHash(broker);
  if (readStamp(dist) === hash) {
    print(`Broker is built already (source ${hash})`);
    return hash;
  }
  print(`Building the broker (source ${hash})`);
  mkdirSync(dist, { recursive: true });
  removeAbandoned(dist);
  const staging = path.join(dist, `${stagingPrefix}${process.pid}`);
  try {
    // The workspace's own build, told to write elsewhere: what follows `--` reaches tsc.
    const tscOptions = ['--noCheck', '--outDir', staging];
    const args = ['run', '--silent', '--workspace', 'broker', 'build', '--', ...tscOptions];
    const { status, error } = spawnSync('npm', args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) {
      throw new KitError([problem('BROKER_BUILD_FAILED', { status: String(status) })], error);
    }
    rmSync(path.join(dist, stampFile), { force: true });
    replaceFiles(staging, dist);
    writeFileSync(path.join(dist, stampFile), hash);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
  return hash;
}

function readStamp(dist: string): string | null {
  try {
    return readFileSync(path.join(dist, stampFile), 'utf8');
  } catch {
    return null; // Never built, or a build was cut short.
  }
}

function replaceFiles(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  const fresh = readdirSync(from, { withFileTypes: true });
  for (const entry of fresh) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) replaceFiles(source, target);
    else renameSync(source, target);
  }
  const names = new Set(fresh.map((entry) => entry.name));
  for (const old of readdirSync(to)) {
    if (names.has(old) || old.startsWith('.')) continue;
    rmSync(path.join(to, old), { recursive: true, force: true });
  }
}

function removeAbandoned(dist: string): void {
  for (const name of readdirSync(dist)) {
    if (!name.startsWith(stagingPrefix)) continue;
    try {
      process.kill(Number(name.slice(stagingPrefix.length)), 0);
    } catch {
      rmSync(path.join(dist, name), { recursive: true, force: true });
    }
  }
}
