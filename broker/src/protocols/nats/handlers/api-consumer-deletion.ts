import type { BrokerError } from '../../../core/errors/index.ts';
import { externalName } from '../../../core/stations/index.ts';
import type { ApiConsumerParts } from './api-consumer-creation.ts';
import {
  apiErrorOf,
  apiErrorReply,
  apiReply,
  consumerNotFound,
  streamNotFound,
} from './api-reply.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

const SUBJECT_START = '$JS.API.CONSUMER.DELETE.';

/** `$JS.API.CONSUMER.DELETE.<stream>.<group>`: deletes a group on all partitions of its station. */
export class ApiConsumerDeletion implements RequestHandler {
  readonly subject = `${SUBJECT_START}>`;
  readonly #parts: ApiConsumerParts;

  constructor(parts: ApiConsumerParts) {
    this.#parts = parts;
  }

  async answer({ client, subject }: ClientRequest): Promise<string> {
    const { stations, membership, routes } = this.#parts;
    const [stream = '', group = '', ...more] = subject.slice(SUBJECT_START.length).split('.');
    const route = routes.byStream(stream);
    const station = route && stations.byId(route.address.stationId);
    if (station === undefined) return apiErrorReply('consumer_delete', streamNotFound);
    client.identity.access.demand('read', station.name);
    const isDeleted =
      more.length === 0 &&
      (client.viewers.remove(stream, group) ||
        (await membership.deleteGroup(station, externalName(group))));
    return isDeleted
      ? apiReply('consumer_delete', { success: true })
      : apiErrorReply('consumer_delete', consumerNotFound);
  }

  refusal(error: BrokerError): string {
    return apiErrorReply('consumer_delete', apiErrorOf(error));
  }
}
