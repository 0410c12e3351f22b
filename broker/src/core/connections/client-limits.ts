import { utf8Bytes } from '../../foundation/index.ts';
import { BrokerError } from '../errors/index.ts';

/** What one client may make the broker remember of it. */
export interface ClientLimits {
  readonly connectionIdBytesMax: number;
  /** Producers of one connection, and consumers of one connection. */
  readonly clientsPerConnectionMax: number;
}

/** Throws CONNECTION_ID_TOO_LONG or TOO_MANY_CLIENTS_OF_CONNECTION when there is no room for one more. */
export function refuseBeyond(limits: ClientLimits, connectionId: string, count: number): void {
  const length = utf8Bytes(connectionId);
  if (length > limits.connectionIdBytesMax) {
    throw new BrokerError('CONNECTION_ID_TOO_LONG', {
      length,
      limit: limits.connectionIdBytesMax,
    });
  }
  if (count >= limits.clientsPerConnectionMax) {
    throw new BrokerError('TOO_MANY_CLIENTS_OF_CONNECTION', {
      count,
      limit: limits.clientsPerConnectionMax,
    });
  }
}
