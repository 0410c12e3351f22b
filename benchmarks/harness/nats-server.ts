import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { natsServerPath, natsServerVersion, repositoryRoot } from '../../tests/support/index.ts';

/** A nats-server to compare with, or the reason why there is none. */
export type NatsServer =
  | { readonly path: string; readonly version: string }
  | { readonly path: undefined; readonly reason: string };

/**
 * The nats-server that benchmarks compare with: NATS_SERVER_BIN, the cache, PATH, and where `install`
 * allows it and Go is present, a build of the pinned version into the cache (once, about a minute).
 */
export function findNatsServer(options: { readonly install: boolean }): NatsServer {
  const found = natsServerPath();
  if (found !== undefined) return describe(found);
  const wanted = `nats-server ${natsServerVersion}`;
  if (!options.install) {
    return missing(`${wanted} is neither in PATH nor named by NATS_SERVER_BIN nor in .cache`);
  }
  const target = join(repositoryRoot, `.cache/nats-server-${natsServerVersion}/nats-server`);
  mkdirSync(dirname(target), { recursive: true });
  const built = spawnSync(
    'go',
    ['install', `github.com/nats-io/nats-server/v2@v${natsServerVersion}`],
    { env: { ...process.env, GOBIN: dirname(target) }, encoding: 'utf8' },
  );
  if (built.error !== undefined) return missing(`${wanted} was not found, and Go is not installed`);
  if (built.status !== 0) {
    const lines = built.stderr.trim().split('\n').slice(-3).join(' / ');
    return missing(`${wanted} could not be built by go install: ${lines}`);
  }
  return describe(target);
}

function describe(path: string): NatsServer {
  const output = execFileSync(path, ['--version'], { encoding: 'utf8' });
  const version = /v(\d+\.\d+\.\d+\S*)/.exec(output)?.[1] ?? output.trim();
  return { path, version };
}

function missing(reason: string): NatsServer {
  return { path: undefined, reason };
}
