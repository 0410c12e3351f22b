import type { BrokerError } from '../../../core/errors/index.ts';
import type { StationEngine } from '../../../core/ports/index.ts';
import type { PartitionState } from '../../../core/ports/index.ts';
import type { StationRegistry } from '../../../core/stations/index.ts';
import { subjectMatches } from '../../../core/subjects/index.ts';
import type { Clock } from '../../../foundation/index.ts';
import type { PartitionRoute, StationRoutes } from '../station-routes.ts';
import { apiErrorOf, apiErrorReply, apiReply, streamNotFound } from './api-reply.ts';
import { readOptionalFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';
import { describeStream } from './stream-description.ts';

const SUBJECT_START = '$JS.API.STREAM.INFO.';

/** Subjects in one answer, as the protocol has it; a partition has one. */
const subjectPageLength = 100_000;

/** `$JS.API.STREAM.INFO.<stream>`: what a partition holds. */
export class StreamInfo implements RequestHandler {
  readonly subject = `${SUBJECT_START}>`;
  readonly #engine: StationEngine;
  readonly #stations: StationRegistry;
  readonly #routes: StationRoutes;
  readonly #clock: Clock;

  constructor(
    engine: StationEngine,
    stations: StationRegistry,
    routes: StationRoutes,
    clock: Clock,
  ) {
    this.#engine = engine;
    this.#stations = stations;
    this.#routes = routes;
    this.#clock = clock;
  }

  /** Deleted sequences, which a client may ask for, there are none: messages go from the start only. */
  async answer({ client, subject, payload }: ClientRequest): Promise<string> {
    const route = this.#routes.byStream(subject.slice(SUBJECT_START.length));
    if (route === undefined) return apiErrorReply('stream_info', streamNotFound);
    client.identity.access.demandSight(route.station);
    const filter = readOptionalFields(payload).text('subjects_filter');
    const station = this.#stations.byId(route.address.stationId);
    const state = await this.#engine.partitionState(route.address);
    if (station === undefined || state === undefined) {
      return apiErrorReply('stream_info', streamNotFound);
    }
    const description = describeStream(station, route, state, this.#clock.wallMs());
    if (filter === '') {
      return apiReply('stream_info', { total: 0, offset: 0, limit: 0, ...description });
    }
    const subjects = subjectsOf(filter, route, state);
    return apiReply('stream_info', {
      total: Object.keys(subjects).length,
      offset: 0,
      limit: subjectPageLength,
      ...description,
      state: { ...(description as { state: object }).state, subjects },
    });
  }

  refusal(error: BrokerError): string {
    return apiErrorReply('stream_info', apiErrorOf(error));
  }
}

/** How many messages there are on each subject that the filter matches. */
function subjectsOf(
  filter: string,
  route: PartitionRoute,
  { messageCount }: PartitionState,
): Record<string, number> {
  const isAsked = messageCount > 0 && subjectMatches(filter, route.subject);
  return isAsked ? { [route.subject]: messageCount } : {};
}
