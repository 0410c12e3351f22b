import type { BrokerError } from '../../../core/errors/index.ts';
import type { AppendReceipt } from '../../../core/ports/index.ts';
import { allocateUnfilled } from '../../../foundation/index.ts';
import type { Client } from '../client.ts';
import type { PartitionRoute } from '../station-routes.ts';

/** Why a message is not stored, in the protocol's own numbers (wire-protocol.md 3.1 and 3.9). */
export interface PublishError {
  readonly code: number;
  readonly errorCode: number;
  readonly description: string;
}

const SEQUENCE_DIGITS_MAX = 16; // of 2^53
const END = '}';
const DUPLICATE_END = ',"duplicate":true}';

/**
 * Writes the answers to publishes. One is written for each message, so nothing is made for it: the
 * bytes are put together in the same memory every time, and whoever sends them copies them.
 */
export class PubAckWriter {
  #scratch = allocateUnfilled(512);

  /** Tells the client that its message is on disk. */
  stored(
    client: Client,
    route: PartitionRoute,
    reply: string,
    { sequence, duplicate }: { sequence: number; duplicate: boolean },
  ): void {
    const start = route.pubAckStart;
    const end = duplicate ? DUPLICATE_END : END;
    const bytesMax = start.length + SEQUENCE_DIGITS_MAX + end.length;
    if (bytesMax > this.#scratch.length) this.#scratch = allocateUnfilled(bytesMax);
    const scratch = this.#scratch;
    scratch.set(start);
    let offset = writeCount(scratch, start.length, sequence);
    for (let index = 0; index < end.length; index++) scratch[offset++] = end.charCodeAt(index);
    client.replyBytes(reply, new Uint8Array(scratch.buffer, scratch.byteOffset, offset));
  }

  /** Tells the client that its message is not stored, and why. */
  refused(client: Client, route: PartitionRoute, reply: string, error: PublishError): void {
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
}

/** Passes what became of one message on to the client that published it. */
export class PublishReceipt implements AppendReceipt {
  readonly #writer: PubAckWriter;
  readonly #client: Client;
  readonly #route: PartitionRoute;
  readonly #reply: string | undefined;
  readonly #bytes: number;

  constructor(
    writer: PubAckWriter,
    client: Client,
    route: PartitionRoute,
    reply: string | undefined,
    bytes: number,
  ) {
    this.#writer = writer;
    this.#client = client;
    this.#route = route;
    this.#reply = reply;
    this.#bytes = bytes;
  }

  stored(sequence: number, duplicate: boolean): void {
    if (this.#reply !== undefined) {
      this.#writer.stored(this.#client, this.#route, this.#reply, { sequence, duplicate });
    }
    this.#client.workload.end(this.#bytes);
  }

  refused(error: BrokerError): void {
    if (this.#reply !== undefined) {
      if (error.code === 'STATION_NOT_FOUND') this.#client.noResponders(this.#reply);
      else this.#writer.refused(this.#client, this.#route, this.#reply, publishErrorOf(error));
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
    case 'BROKER_STOPPING':
      return { code: 503, errorCode: 10008, description: error.wireText };
    default:
      return { code: error.retryable ? 503 : 400, errorCode: 10077, description: error.wireText };
  }
}

function writeCount(target: Uint8Array, offset: number, count: number): number {
  let places = 1;
  for (let limit = 10; count >= limit; limit *= 10) places++;
  let rest = count;
  for (let index = offset + places - 1; index >= offset; index--) {
    const next = Math.floor(rest / 10);
    target[index] = 0x30 + rest - next * 10;
    rest = next;
  }
  return offset + places;
}
