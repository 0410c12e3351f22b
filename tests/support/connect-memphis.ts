import { createMemphisInstance } from 'memphis-dev';
import type { Memphis } from 'memphis-dev';
import type { BrokerProcess } from './broker-process.ts';
import { registerRelease } from './release-registry.ts';

/** How a client of a test connects. */
export interface MemphisConnectOptions {
  readonly username?: string;
  readonly password?: string;
  /** Time between two tries to reconnect; the SDK's own 1500 ms would make tests slow. */
  readonly reconnectIntervalMs?: number;
}

/** The published Node SDK, connected to the broker as root; closed when the test file is over. */
export async function connectMemphis(
  broker: Pick<BrokerProcess, 'clientPort' | 'rootPassword'>,
  options: MemphisConnectOptions = {},
): Promise<Memphis> {
  const memphis = await createMemphisInstance().connect({
    host: '127.0.0.1',
    port: broker.clientPort,
    username: options.username ?? 'root',
    password: options.password ?? broker.rootPassword,
    reconnectIntervalMs: options.reconnectIntervalMs ?? 100,
    timeoutMs: 5_000,
    suppressLogs: true,
  });
  registerRelease(() => memphis.close());
  return memphis;
}
