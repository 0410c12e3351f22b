import type { BrokerError } from '../../../core/errors/index.ts';
import type { StationEngine } from '../../../core/ports/index.ts';
import type { StationRoutes } from '../station-routes.ts';
import { apiErrorOf, apiErrorReply, apiReply, badApiRequest, streamNotFound } from './api-reply.ts';
import type { ApiError } from './api-reply.ts';
import { readOptionalFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

const SUBJECT_START = '$JS.API.STREAM.MSG.DELETE.';

/**
 * `$JS.API.STREAM.MSG.DELETE.<stream>` with `seq`: cancels a message that waits for its time. Of any other, clients are told
 * that it can not be taken back. `no_erase` says nothing here: no bytes are overwritten either way.
 */
export class StreamMessageDelete implements RequestHandler {
  readonly subject = `${SUBJECT_START}>`;
  readonly #engine: StationEngine;
  readonly #routes: StationRoutes;

  constructor(engine: StationEngine, routes: StationRoutes) {
    this.#engine = engine;
    this.#routes = routes;
  }

  async answer({ client, subject, payload }: ClientRequest): Promise<string> {
    const route = this.#routes.byStream(subject.slice(SUBJECT_START.length));
    if (route === undefined) return refused(streamNotFound);
    client.identity.access.demand('write', route.station);
    const sequence = readOptionalFields(payload).integer('seq');
    if (sequence < 1) return refused(badApiRequest('seq has to be the sequence of a message'));
    const isCancelled = await this.#engine.cancelDelayed(route.address, sequence);
    if (isCancelled === undefined) return refused(streamNotFound);
    return isCancelled
      ? apiReply('stream_msg_delete', { success: true })
      : refused(absent(sequence));
  }

  refusal(error: BrokerError): string {
    return refused(apiErrorOf(error));
  }
}

function refused(error: ApiError): string {
  return apiErrorReply('stream_msg_delete', error);
}

function absent(sequence: number): ApiError {
  return { code: 400, err_code: 10043, description: `sequence ${String(sequence)} not found` };
}
