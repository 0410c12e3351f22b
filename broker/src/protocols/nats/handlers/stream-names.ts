import type { BrokerError } from '../../../core/errors/index.ts';
import type { StationRegistry } from '../../../core/stations/index.ts';
import { subjectMatches } from '../../../core/subjects/index.ts';
import { routeTo } from '../station-routes.ts';
import type { PartitionRoute, StationRoutes } from '../station-routes.ts';
import { apiErrorReply, apiReply } from './api-reply.ts';
import { readFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

/** Names in one answer. */
const pageLength = 1024;

/** `$JS.API.STREAM.NAMES`: the streams there are, or those that hold a subject. */
export class StreamNames implements RequestHandler {
  readonly subject = '$JS.API.STREAM.NAMES';
  readonly #stations: StationRegistry;
  readonly #routes: StationRoutes;

  constructor(stations: StationRegistry, routes: StationRoutes) {
    this.#stations = stations;
    this.#routes = routes;
  }

  answer({ client, payload }: ClientRequest): Promise<string> {
    const fields = payload.length === 0 ? undefined : readFields(payload);
    const offset = Math.max(fields?.integer('offset') ?? 0, 0);
    const routes = this.#routesTo(fields?.text('subject') ?? '');
    const { access } = client.identity;
    const names = routes
      .filter(({ station }) => access.maySee(station))
      .map(({ stream }) => stream);
    const page = names.slice(offset, offset + pageLength);
    return Promise.resolve(
      apiReply('stream_names', {
        total: names.length,
        offset,
        limit: pageLength,
        streams: page.length === 0 ? null : page,
      }),
    );
  }

  refusal(error: BrokerError): string {
    return apiErrorReply('stream_names', {
      code: 400,
      err_code: 10025,
      description: error.wireText,
    });
  }

  #routesTo(subject: string): readonly PartitionRoute[] {
    if (subject !== '' && !/[*>]/.test(subject)) {
      const route = this.#routes.bySubject(subject);
      return route === undefined ? [] : [route];
    }
    const routes: PartitionRoute[] = [];
    for (const station of this.#stations.list()) {
      for (let partition = 1; partition <= station.partitionCount; partition++) {
        const route = routeTo(station, partition);
        if (subject === '' || subjectMatches(subject, route.subject)) routes.push(route);
      }
    }
    return routes;
  }
}
