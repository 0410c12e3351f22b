import type { BrokerError } from '../../../core/errors/index.ts';
import type { StationEngine } from '../../../core/ports/index.ts';
import type { Station, StationRegistry } from '../../../core/stations/index.ts';
import { subjectMatches } from '../../../core/subjects/index.ts';
import type { Clock } from '../../../foundation/index.ts';
import { routeTo } from '../station-routes.ts';
import type { PartitionRoute } from '../station-routes.ts';
import { apiErrorOf, apiErrorReply, apiReply } from './api-reply.ts';
import { readOptionalFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';
import { describeStream } from './stream-description.ts';

/** Streams in one answer, as the protocol has it. */
const pageLength = 256;

/** `$JS.API.STREAM.LIST`: what every partition of every station holds, a page at a time. */
export class StreamList implements RequestHandler {
  readonly subject = '$JS.API.STREAM.LIST';
  readonly #engine: StationEngine;
  readonly #stations: StationRegistry;
  readonly #clock: Clock;

  constructor(engine: StationEngine, stations: StationRegistry, clock: Clock) {
    this.#engine = engine;
    this.#stations = stations;
    this.#clock = clock;
  }

  async answer({ client, payload }: ClientRequest): Promise<string> {
    const fields = readOptionalFields(payload);
    const offset = Math.max(fields.integer('offset'), 0);
    const { access } = client.identity;
    const all = this.#streams(fields.text('subject')).filter(({ route }) =>
      access.maySee(route.station),
    );
    const streams: object[] = [];
    for (const { station, route } of all.slice(offset, offset + pageLength)) {
      const state = await this.#engine.partitionState(route.address);
      if (state === undefined) continue; // removed since the list was begun
      streams.push(describeStream(station, route, state, this.#clock.wallMs()));
    }
    return apiReply('stream_list', { total: all.length, offset, limit: pageLength, streams });
  }

  refusal(error: BrokerError): string {
    return apiErrorReply('stream_list', apiErrorOf(error));
  }

  #streams(filter: string): { station: Station; route: PartitionRoute }[] {
    return this.#stations.list().flatMap((station) => {
      const routes = Array.from({ length: station.partitionCount }, (_, index) =>
        routeTo(station, index + 1),
      );
      return routes
        .filter(({ subject }) => filter === '' || subjectMatches(filter, subject))
        .map((route) => ({ station, route }));
    });
  }
}
