import type { BrokerError } from '../../../core/errors/index.ts';
import { apiErrorReply, notSupported, unavailable } from './api-reply.ts';
import type { ApiError } from './api-reply.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

const SUBJECT_START = '$JS.API.';

/** The words at the start of a request's subject, and what its answer calls itself. */
const kinds = [
  ['STREAM.CREATE.', 'stream_create'],
  ['STREAM.UPDATE.', 'stream_update'],
  ['STREAM.DELETE.', 'stream_delete'],
  ['STREAM.MSG.DELETE.', 'stream_msg_delete'],
  ['STREAM.SNAPSHOT.', 'stream_snapshot'],
  ['STREAM.RESTORE.', 'stream_restore'],
  ['STREAM.TEMPLATE.NAMES', 'stream_template_names'],
  ['CONSUMER.PAUSE.', 'consumer_pause'],
] as const;

const stationsBySdk = notSupported(
  'this request is not supported; create and remove stations with a Memphis SDK',
);
/** As the protocol refuses it where single messages can not be deleted. */
const noMessageDeletes: ApiError = {
  code: 500,
  err_code: 10057,
  description: 'message delete not permitted',
};

/** `$JS.API.>` where nothing more particular answers: says so, in the shape that the client waits for. */
export class UnsupportedApi implements RequestHandler {
  readonly subject = `${SUBJECT_START}>`;

  answer({ subject }: ClientRequest): Promise<string> {
    const request = subject.slice(SUBJECT_START.length);
    const kind = kinds.find(([start]) => request.startsWith(start))?.[1] ?? 'error';
    const isDelete = kind === 'stream_msg_delete';
    return Promise.resolve(apiErrorReply(kind, isDelete ? noMessageDeletes : stationsBySdk));
  }

  refusal(error: BrokerError): string {
    return apiErrorReply('error', unavailable(error.wireText));
  }
}
