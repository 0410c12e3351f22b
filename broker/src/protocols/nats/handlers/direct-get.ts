import {
  BAD_DIRECT_GET,
  badRequest,
  EMPTY_DIRECT_GET,
  formatHeaders,
  MESSAGE_NOT_FOUND,
  readHeaders,
  replaceHeaders,
} from '../../../codecs/nats/index.ts';
import { BrokerError } from '../../../core/errors/index.ts';
import type { BusMessage, StoredMessage } from '../../../core/ports/index.ts';
import type { PartitionRoute, StationRoutes } from '../station-routes.ts';
import { wantedMessage } from './message-search.ts';
import type { MessageSearch, WantedMessage } from './message-search.ts';
import { readFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';
import { timestamp } from './timestamp.ts';

const SUBJECT_START = '$JS.API.DIRECT.GET.';

/**
 * `$JS.API.DIRECT.GET.<stream>`, or with a subject behind it for the newest message on that subject:
 * one message as it was stored, its place in headers of its own. Refused by status, not by JSON, which
 * clients would take for the message.
 */
export class DirectGet implements RequestHandler {
  readonly subject = `${SUBJECT_START}>`;
  readonly #routes: StationRoutes;
  readonly #search: MessageSearch;

  constructor(routes: StationRoutes, search: MessageSearch) {
    this.#routes = routes;
    this.#search = search;
  }

  async answer({ client, subject, reply, payload }: ClientRequest): Promise<undefined> {
    if (reply === undefined) return undefined;
    const [stream = '', ...rest] = subject.slice(SUBJECT_START.length).split('.');
    const route = this.#routes.byStream(stream);
    if (route === undefined) {
      client.noResponders(reply); // as a server without such a stream
      return undefined;
    }
    const { access } = client.identity;
    if (!access.may('read', route.station)) {
      client.inbox(reply).status(badRequest(access.refusal(route.station).wireText));
      return undefined;
    }
    const wanted =
      rest.length > 0 ? ({ kind: 'last', subject: rest.join('.') } as const) : read(payload);
    if (typeof wanted === 'string') {
      client.inbox(reply).status(wanted);
      return undefined;
    }
    const found = await this.#search.find(route, wanted);
    if ('sequence' in found) client.send(asReply(reply, found, route));
    else client.inbox(reply).status(MESSAGE_NOT_FOUND);
    return undefined;
  }

  /** Everything that can be refused has been, by status. */
  refusal(): undefined {
    return undefined;
  }
}

/** What makes a direct get one of several messages, which no station answers. */
const manyFields = ['batch', 'multi_last', 'up_to_seq', 'up_to_time', 'start_time'];

/** What is wanted, or the status that refuses it. */
function read(payload: Uint8Array): WantedMessage | string {
  if (payload.length === 0) return EMPTY_DIRECT_GET;
  try {
    const fields = readFields(payload);
    // Whoever asks for many waits for the mark behind the last one: one message is no answer.
    if (manyFields.some((name) => fields.isSet(name))) return BAD_DIRECT_GET;
    const wanted = wantedMessage(fields);
    return 'kind' in wanted ? wanted : BAD_DIRECT_GET;
  } catch (error) {
    if (error instanceof BrokerError) return BAD_DIRECT_GET;
    throw error;
  }
}

function asReply(reply: string, found: StoredMessage, route: PartitionRoute): BusMessage {
  const { message, headerBytes, sequence, storedAtMs } = found;
  const place = [
    { key: 'Nats-Stream', value: route.stream },
    { key: 'Nats-Subject', value: route.subject },
    { key: 'Nats-Sequence', value: String(sequence) },
    { key: 'Nats-Time-Stamp', value: timestamp(storedAtMs) },
  ];
  const block = formatHeaders(replaceHeaders(readHeaders(message, headerBytes), place));
  return {
    subject: reply,
    reply: undefined,
    message: Buffer.concat([block, message.subarray(headerBytes)]),
    headerBytes: block.length,
  };
}
