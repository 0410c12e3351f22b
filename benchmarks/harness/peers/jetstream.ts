import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServerProcess } from '../server-process.ts';
import type { Peer } from './peer.ts';

const host = '127.0.0.1';

/** A nats-server with JetStream on files: with its default sync, or with `sync_interval: always`. */
export function jetStreamPeer(options: {
  readonly name: string;
  readonly binary: string;
  readonly sync: 'default' | 'always';
}): Peer {
  const always = options.sync === 'always';
  const peer: Peer = {
    name: options.name,
    kind: 'jetstream',
    durability: always
      ? 'sync_interval: always, each message flushed by itself'
      : 'default: acked unsynced, flushed every 2 minutes',
    async start(dataDir) {
      mkdirSync(dataDir, { recursive: true });
      const configuration = join(dataDir, 'nats-server.conf');
      const sync = always ? 'sync_interval: always' : '';
      writeFileSync(
        configuration,
        `jetstream { store_dir: "${dataDir}", max_file_store: 60GB, ${sync} }\n`,
      );
      const process = await ServerProcess.start({
        program: options.binary,
        parameters: ['--config', configuration, '--addr', host, '--port', '-1'],
        portFromLog: readyPort,
        readyTimeoutMs: 120_000,
      });
      return { peer, process, address: { host, port: process.port } };
    },
  };
  return peer;
}

function readyPort(log: string): number | undefined {
  if (!log.includes('Server is ready')) return undefined;
  return Number(/Listening for client connections on 127\.0\.0\.1:(\d+)/.exec(log)?.[1]);
}
