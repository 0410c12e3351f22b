import { fileURLToPath } from 'node:url';
import { ServerProcess } from '../server-process.ts';
import type { Peer } from './peer.ts';

const host = '127.0.0.1';

/** The socket that only answers: what the client reaches against it is the client's own ceiling. */
export function answeringPeer(name: string): Peer {
  const peer: Peer = {
    name,
    kind: 'answering',
    durability: 'nothing is stored',
    async start() {
      const process = await ServerProcess.start({
        program: globalThis.process.execPath,
        parameters: [
          '--import',
          'tsx',
          fileURLToPath(new URL('./answering-main.ts', import.meta.url)),
        ],
        portFromLog: (log) => Number(/listening on (\d+)/.exec(log)?.[1]) || undefined,
        readyTimeoutMs: 20_000,
      });
      return { peer, process, address: { host, port: process.port } };
    },
  };
  return peer;
}
