import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ServerProcess } from '../server-process.ts';
import type { Peer } from './peer.ts';

const host = '127.0.0.1';

/** The built broker of a checkout, with default settings on free ports. */
export function thebesPeer(options: { readonly name: string; readonly root: string }): Peer {
  const peer: Peer = {
    name: options.name,
    kind: 'thebes',
    durability: 'acked after the shared flush',
    async start(dataDir) {
      const process = await ServerProcess.start({
        program: globalThis.process.execPath,
        parameters: [join(options.root, 'broker/dist/main.js')],
        env: {
          THEBES_HOST: host,
          THEBES_CLIENT_PORT: '0',
          ...webSocketOff(options.root),
          THEBES_MONITORING_PORT: '0',
          THEBES_DATA_DIR: dataDir,
        },
        portFromLog: readyPort,
        readyTimeoutMs: 120_000,
      });
      const password = readFileSync(join(dataDir, 'root-password'), 'utf8').trim();
      return { peer, process, address: { host, port: process.port, user: 'root', password } };
    },
  };
  return peer;
}

/** A comparison also runs brokers from before there was WebSocket, which refuse a setting they do not know. */
function webSocketOff(root: string): Record<string, string> {
  const settings = readFileSync(join(root, 'broker/dist/config/settings.js'), 'utf8');
  return settings.includes('THEBES_WEBSOCKET_PORT') ? { THEBES_WEBSOCKET_PORT: 'off' } : {};
}

function readyPort(log: string): number | undefined {
  if (!log.includes('"event":"ready"')) return undefined;
  return Number(/"clientPort":(\d+)/.exec(log)?.[1]);
}
