import type { BrokerError } from '../../../core/errors/index.ts';
import type { GroupState } from '../../../core/groups/index.ts';
import type { StationEngine } from '../../../core/ports/index.ts';
import { internalName } from '../../../core/stations/index.ts';
import type { Clock } from '../../../foundation/index.ts';
import type { PartitionRoute, StationRoutes } from '../station-routes.ts';
import { apiErrorOf, apiErrorReply, apiReply, streamNotFound } from './api-reply.ts';
import { describeGroup } from './group-description.ts';
import { readOptionalFields } from './request-fields.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

/** One of the two lists of a stream's consumers. */
interface ConsumerListKind {
  readonly kind: 'consumer_names' | 'consumer_list';
  readonly subjectStart: string;
  /** Entries in one answer, as the protocol has it. */
  readonly pageLength: number;
}

const names: ConsumerListKind = {
  kind: 'consumer_names',
  subjectStart: '$JS.API.CONSUMER.NAMES.',
  pageLength: 1024,
};
const descriptions: ConsumerListKind = {
  kind: 'consumer_list',
  subjectStart: '$JS.API.CONSUMER.LIST.',
  pageLength: 256,
};

/** `$JS.API.CONSUMER.NAMES.<stream>` and `$JS.API.CONSUMER.LIST.<stream>`: the groups of a partition. */
export function consumerLists(
  engine: StationEngine,
  routes: StationRoutes,
  clock: Clock,
): RequestHandler[] {
  return [
    new ConsumerList(names, engine, routes, ({ settings }) => internalName(settings.name)),
    new ConsumerList(descriptions, engine, routes, (state, route) =>
      describeGroup(state, route, clock.wallMs()),
    ),
  ];
}

class ConsumerList implements RequestHandler {
  readonly subject: string;
  readonly #kind: ConsumerListKind;
  readonly #engine: StationEngine;
  readonly #routes: StationRoutes;
  readonly #entryOf: (state: GroupState, route: PartitionRoute) => unknown;

  constructor(
    kind: ConsumerListKind,
    engine: StationEngine,
    routes: StationRoutes,
    entryOf: (state: GroupState, route: PartitionRoute) => unknown,
  ) {
    this.subject = `${kind.subjectStart}>`;
    this.#kind = kind;
    this.#engine = engine;
    this.#routes = routes;
    this.#entryOf = entryOf;
  }

  async answer({ client, subject, payload }: ClientRequest): Promise<string> {
    const { kind, subjectStart, pageLength } = this.#kind;
    const offset = Math.max(readOptionalFields(payload).integer('offset'), 0);
    const route = this.#routes.byStream(subject.slice(subjectStart.length));
    if (route === undefined) return apiErrorReply(kind, streamNotFound);
    client.identity.access.demandSight(route.station);
    const groups = [...(await this.#engine.groupNames(route.address.stationId))].sort();
    const consumers: unknown[] = [];
    for (const group of groups.slice(offset, offset + pageLength)) {
      const state = await this.#engine.groupState(route.address, group);
      if (state !== undefined) consumers.push(this.#entryOf(state, route));
    }
    return apiReply(kind, { total: groups.length, offset, limit: pageLength, consumers });
  }

  refusal(error: BrokerError): string {
    return apiErrorReply(this.#kind.kind, apiErrorOf(error));
  }
}
