import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/**
 * A TCP port of 127.0.0.1 that nobody listened on a moment ago.
 *
 * Prefer port 0 where the program under test can tell which port it got: between this answer and
 * its use another process may take the port.
 */
export async function freePort(): Promise<number> {
  return (await portIfFree(0)) ?? freePort();
}

/**
 * A free port below those that systems give to outgoing connections and for port 0 (32768 and up on Linux): a
 * broker that is away for a moment finds it free again, however busy the machine is.
 */
export async function steadyPort(): Promise<number> {
  return (await portIfFree(randomInt(10_000, 30_000))) ?? steadyPort();
}

/** The port, or the one that was given for 0; undefined where somebody has it. */
async function portIfFree(wanted: number): Promise<number | undefined> {
  const server = createServer();
  try {
    server.listen(wanted, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    return undefined;
  }
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
