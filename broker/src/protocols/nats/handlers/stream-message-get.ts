import type { BrokerError } from '../../../core/errors/index.ts';
import type { StoredMessage } from '../../../core/ports/index.ts';
import type { PartitionRoute, StationRoutes } from '../station-routes.ts';
import { apiErrorOf, apiErrorReply, apiReply, streamNotFound } from './api-reply.ts';
import { wantedMessage } from './message-search.ts';
import type { MessageSearch } from './message-search.ts';
import { readOptionalFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';
import { timestamp } from './timestamp.ts';

const SUBJECT_START = '$JS.API.STREAM.MSG.GET.';

/** `$JS.API.STREAM.MSG.GET.<stream>`: one message, in JSON. */
export class StreamMessageGet implements RequestHandler {
  readonly subject = `${SUBJECT_START}>`;
  readonly #routes: StationRoutes;
  readonly #search: MessageSearch;

  constructor(routes: StationRoutes, search: MessageSearch) {
    this.#routes = routes;
    this.#search = search;
  }

  async answer({ client, subject, payload }: ClientRequest): Promise<string> {
    const wanted = wantedMessage(readOptionalFields(payload));
    const route = this.#routes.byStream(subject.slice(SUBJECT_START.length));
    if (route === undefined) return apiErrorReply('stream_msg_get', streamNotFound);
    client.identity.access.demand('read', route.station);
    const found = 'kind' in wanted ? await this.#search.find(route, wanted) : wanted;
    return 'sequence' in found
      ? apiReply('stream_msg_get', { message: describe(found, route) })
      : apiErrorReply('stream_msg_get', found);
  }

  refusal(error: BrokerError): string {
    return apiErrorReply('stream_msg_get', apiErrorOf(error));
  }
}

/** Bytes are in base64; what is empty is left out, as clients expect. */
function describe(found: StoredMessage, route: PartitionRoute): object {
  const { message, headerBytes, sequence, storedAtMs } = found;
  const headers = message.subarray(0, headerBytes);
  const payload = message.subarray(headerBytes);
  return {
    subject: route.subject,
    seq: sequence,
    ...(headers.length > 0 ? { hdrs: base64(headers) } : {}),
    ...(payload.length > 0 ? { data: base64(payload) } : {}),
    time: timestamp(storedAtMs),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
