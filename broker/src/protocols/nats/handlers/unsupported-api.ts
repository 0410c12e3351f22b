import type { BrokerError } from '../../../core/errors/index.ts';
import { apiErrorReply, unavailable } from './api-reply.ts';
import type { ApiError } from './api-reply.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

const SUBJECT_START = '$JS.API.';

/** The words at the start of a request's subject, and what its answer calls itself. */
const kinds = [
  ['STREAM.CREATE.', 'stream_create'],
  ['STREAM.UPDATE.', 'stream_update'],
  ['STREAM.DELETE.', 'stream_delete'],
  ['STREAM.PURGE.', 'stream_purge'],
  ['STREAM.LIST', 'stream_list'],
  ['STREAM.MSG.GET.', 'stream_msg_get'],
  ['STREAM.MSG.DELETE.', 'stream_msg_delete'],
  ['STREAM.SNAPSHOT.', 'stream_snapshot'],
  ['STREAM.RESTORE.', 'stream_restore'],
  ['STREAM.TEMPLATE.NAMES', 'stream_template_names'],
  ['CONSUMER.DURABLE.CREATE.', 'consumer_create'],
  ['CONSUMER.CREATE.', 'consumer_create'],
  ['CONSUMER.DELETE.', 'consumer_delete'],
  ['CONSUMER.NAMES.', 'consumer_names'],
  ['CONSUMER.LIST.', 'consumer_list'],
] as const;

const notSupported: ApiError = {
  code: 501,
  err_code: 10003,
  description:
    'this request is not supported; create and remove stations and consumers with a Memphis SDK',
};

/** `$JS.API.>` where nothing more particular answers: says so, in the shape that the client waits for. */
export class UnsupportedApi implements RequestHandler {
  readonly subject = `${SUBJECT_START}>`;

  answer({ subject }: ClientRequest): Promise<string> {
    const request = subject.slice(SUBJECT_START.length);
    const kind = kinds.find(([start]) => request.startsWith(start))?.[1] ?? 'error';
    return Promise.resolve(apiErrorReply(kind, notSupported));
  }

  refusal(error: BrokerError): string {
    return apiErrorReply('error', unavailable(error.wireText));
  }
}
