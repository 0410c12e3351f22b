import type { BrokerError } from '../../../core/errors/index.ts';
import type { AppendReceipt } from '../../../core/ports/index.ts';
import type { Client } from '../client.ts';
import { PubAckMessage } from '../pub-ack-message.ts';
import type { PartitionRoute } from '../station-routes.ts';

/** Why a message is not stored, in the protocol's own numbers (wire-protocol.md 3.1 and 3.9). */
export interface PublishError {
  readonly code: number;
  readonly errorCode: number;
  readonly description: string;
}

/** For a user who may not produce to the station, whom an `-ERR` would cost the connection. */
export function forbiddenPublish(error: BrokerError): PublishError {
  return { code: 403, errorCode: 10003, description: error.wireText };
}

/** Tells a client that its message is not stored, and why. */
export function refusePublish(
  client: Client,
  route: PartitionRoute,
  reply: string,
  error: PublishError,
): void {
  const { code, errorCode, description } = error;
  client.reply(
    reply,
    JSON.stringify({
      type: 'io.nats.jetstream.api.v1.pub_ack_response',
      error: { code, err_code: errorCode, description },
      stream: route.stream,
      seq: 0,
    }),
  );
}

/** Passes what became of one message on to the client that published it. */
export class PublishReceipt implements AppendReceipt {
  readonly #client: Client;
  readonly #route: PartitionRoute;
  readonly #reply: string | undefined;
  readonly #bytes: number;

  constructor(client: Client, route: PartitionRoute, reply: string | undefined, bytes: number) {
    this.#client = client;
    this.#route = route;
    this.#reply = reply;
    this.#bytes = bytes;
  }

  stored(sequence: number, duplicate: boolean): void {
    if (this.#reply !== undefined) {
      this.#client.send(new PubAckMessage(this.#reply, this.#route.stream, sequence, duplicate));
    }
    this.#client.workload.end(this.#bytes);
  }

  refused(error: BrokerError): void {
    if (this.#reply !== undefined) {
      if (error.code === 'STATION_NOT_FOUND') this.#client.noResponders(this.#reply);
      else refusePublish(this.#client, this.#route, this.#reply, publishErrorOf(error));
    }
    this.#client.workload.end(this.#bytes);
  }
}

function publishErrorOf(error: BrokerError): PublishError {
  switch (error.code) {
    case 'STORE_REFUSED':
    case 'STORE_FAILED':
      // Clients search for the first two words; people need the reason.
      return {
        code: 503,
        errorCode: 10023,
        description: `${error.wireText}: ${error.details['cause'] ?? 'no reason given'}`,
      };
    case 'MEMORY_STATIONS_FULL':
      // Not 503: Memphis SDKs take that for a station that is gone, and hide the reason.
      return { code: 500, errorCode: 10028, description: error.wireText };
    case 'DELAYED_MESSAGES_FULL':
      return { code: 500, errorCode: 10077, description: error.wireText };
    case 'SEQUENCE_UNEXPECTED':
      return { code: 400, errorCode: 10071, description: error.wireText };
    case 'BROKER_STOPPING':
      return { code: 503, errorCode: 10008, description: error.wireText };
    default:
      return { code: error.retryable ? 503 : 400, errorCode: 10077, description: error.wireText };
  }
}
