import type { BrokerError } from '../../../core/errors/index.ts';
import type { StationEngine } from '../../../core/ports/index.ts';
import { subjectMatches } from '../../../core/subjects/index.ts';
import type { Logger } from '../../../foundation/index.ts';
import type { PartitionRoute, StationRoutes } from '../station-routes.ts';
import { apiErrorOf, apiErrorReply, apiReply, badApiRequest, streamNotFound } from './api-reply.ts';
import type { ApiError } from './api-reply.ts';
import { readOptionalFields } from './request-fields.ts';
import type { RequestFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

const SUBJECT_START = '$JS.API.STREAM.PURGE.';

/**
 * `$JS.API.STREAM.PURGE.<stream>`: removes the messages of a partition: all, those below `seq`, or
 * all but the newest `keep`. With a `filter` that the partition's subject does not match, none.
 */
export class StreamPurge implements RequestHandler {
  readonly subject = `${SUBJECT_START}>`;
  readonly #engine: StationEngine;
  readonly #routes: StationRoutes;
  readonly #logger: Logger;

  constructor(engine: StationEngine, routes: StationRoutes, logger: Logger) {
    this.#engine = engine;
    this.#routes = routes;
    this.#logger = logger;
  }

  async answer({ client, subject, payload }: ClientRequest): Promise<string> {
    const { access, user } = client.identity;
    const route = this.#routes.byStream(subject.slice(SUBJECT_START.length));
    if (route === undefined) return apiErrorReply('stream_purge', streamNotFound);
    access.demand('write', route.station);
    const fields = readOptionalFields(payload);
    const filter = fields.text('filter');
    const below = await this.#bound(fields, route);
    if (typeof below !== 'number') return apiErrorReply('stream_purge', below);
    const isMeant = filter === '' || subjectMatches(filter, route.subject);
    const purged = isMeant ? await this.#engine.purge(route.address, below) : 0;
    if (purged === undefined) return apiErrorReply('stream_purge', streamNotFound);
    this.#logger.info({ event: 'purged', stream: route.stream, purged, user }, 'Station purged');
    return apiReply('stream_purge', { success: true, purged });
  }

  refusal(error: BrokerError): string {
    return apiErrorReply('stream_purge', apiErrorOf(error));
  }

  /** The first sequence that stays. */
  async #bound(fields: RequestFields, route: PartitionRoute): Promise<number | ApiError> {
    const sequence = fields.integer('seq');
    const keep = fields.integer('keep');
    if (sequence < 0 || keep < 0) return badApiRequest('seq and keep must not be negative');
    if (sequence > 0 && keep > 0) return badApiRequest('seq and keep exclude each other');
    if (sequence > 0) return sequence;
    if (keep === 0) return Number.MAX_SAFE_INTEGER;
    const state = await this.#engine.partitionState(route.address);
    return Math.max((state?.lastSequence ?? 0) - keep + 1, 0);
  }
}
