import type { BrokerError } from '../../../core/errors/index.ts';
import { apiErrorReply, notSupported, unavailable } from './api-reply.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

const SUBJECT_START = '$JS.API.';

const stationsBySdk = notSupported(
  'this request is not supported; create and remove stations with a Memphis SDK',
);
const noPause = notSupported(
  'a consumer group can not be paused; stop its members, and it keeps its position',
);
const noCluster = notSupported('this request is for a cluster, and there is one server');
const notKnown = notSupported('this request is not supported');

/** The words at the start of a request's subject, what its answer calls itself, and what it says. */
const kinds = [
  ['STREAM.CREATE.', 'stream_create', stationsBySdk],
  ['STREAM.UPDATE.', 'stream_update', stationsBySdk],
  ['STREAM.DELETE.', 'stream_delete', stationsBySdk],
  ['STREAM.SNAPSHOT.', 'stream_snapshot', notKnown],
  ['STREAM.RESTORE.', 'stream_restore', notKnown],
  ['STREAM.TEMPLATE.NAMES', 'stream_template_names', notKnown],
  ['STREAM.PEER.REMOVE.', 'stream_remove_peer', noCluster],
  ['STREAM.LEADER.STEPDOWN.', 'stream_leader_stepdown', noCluster],
  ['CONSUMER.LEADER.STEPDOWN.', 'consumer_leader_stepdown', noCluster],
  ['META.LEADER.STEPDOWN', 'meta_leader_stepdown', noCluster],
  ['CONSUMER.PAUSE.', 'consumer_pause', noPause],
  ['CONSUMER.UNPIN.', 'consumer_unpin', notKnown],
  ['', 'error', notKnown],
] as const;

/** `$JS.API.>` where nothing more particular answers: says so, in the shape that the client waits for. */
export class UnsupportedApi implements RequestHandler {
  readonly subject = `${SUBJECT_START}>`;

  answer({ subject }: ClientRequest): Promise<string> {
    const request = subject.slice(SUBJECT_START.length);
    const [, kind, error] = kinds.find(([start]) => request.startsWith(start)) ?? kinds[0];
    return Promise.resolve(apiErrorReply(kind, error));
  }

  refusal(error: BrokerError): string {
    return apiErrorReply('error', unavailable(error.wireText));
  }
}
