import type { BrokerError } from '../../../core/errors/index.ts';
import type { StationRegistry } from '../../../core/stations/index.ts';
import { apiErrorReply, apiReply, unavailable } from './api-reply.ts';
import type { RequestHandler } from './request-handler.ts';

/**
 * `$JS.API.INFO`: asked once by each connection of the SDK for Node, which only wants an answer.
 * Sizes are not added up for it.
 */
export class AccountInfo implements RequestHandler {
  readonly subject = '$JS.API.INFO';
  readonly #stations: StationRegistry;

  constructor(stations: StationRegistry) {
    this.#stations = stations;
  }

  answer(): Promise<string> {
    let streamCount = 0;
    for (const station of this.#stations.list()) streamCount += station.partitionCount;
    return Promise.resolve(
      apiReply('account_info', {
        memory: 0,
        storage: 0,
        streams: streamCount,
        consumers: 0,
        limits: {
          max_memory: -1,
          max_storage: -1,
          max_streams: -1,
          max_consumers: -1,
          max_ack_pending: -1,
          memory_max_stream_bytes: -1,
          storage_max_stream_bytes: -1,
          max_bytes_required: false,
        },
        api: { total: 0, errors: 0 },
      }),
    );
  }

  refusal(error: BrokerError): string {
    return apiErrorReply('account_info', unavailable(error.wireText));
  }
}
