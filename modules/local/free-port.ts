import { createServer } from 'node:net';
import { problem } from '../config/index.ts';
import type { Problem } from '../config/index.ts';
import { commandOf, listenerOn } from '../host/index.ts';
import type { ProcessIdentity } from '../host/index.ts';

/** A port that the broker is about to listen on. */
export interface WantedPort {
  readonly name: string;
  readonly variable: string;
  readonly host: string;
  readonly port: number;
}

/**
 * What keeps a port from being listened on; null when nothing does. A port held by one of `own` is
 * free: that process is about to be replaced.
 */
export async function portProblem(
  wanted: WantedPort,
  own: readonly ProcessIdentity[],
): Promise<Problem | null> {
  const error = await tryListening(wanted);
  if (error === null) return null;
  const { name, variable } = wanted;
  const address = `${wanted.host}:${wanted.port}`;
  if (error.code !== 'EADDRINUSE') {
    return problem('PORT_REFUSED', { name, variable, address, reason: error.message });
  }
  const holder = listenerOn(wanted.port);
  if (holder === null) {
    return problem('PORT_TAKEN', { name, variable, address, holder: 'a process of another user' });
  }
  if (own.some((process) => process.pid === holder.pid)) return null;
  const description = `process ${holder.pid}: ${commandOf(holder.pid)}`;
  return problem('PORT_TAKEN', { name, variable, address, holder: description });
}

function tryListening({ host, port }: WantedPort): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', resolve);
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
