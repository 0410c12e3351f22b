import type { BrokerError } from '../../../core/errors/index.ts';
import type { StationEngine } from '../../../core/ports/index.ts';
import { externalName } from '../../../core/stations/index.ts';
import type { Clock } from '../../../foundation/index.ts';
import type { Client } from '../client.ts';
import { routeTo } from '../station-routes.ts';
import type { PartitionRoute, StationRoutes } from '../station-routes.ts';
import {
  apiErrorOf,
  apiErrorReply,
  apiReply,
  consumerNotFound,
  streamNotFound,
} from './api-reply.ts';
import { describeGroup, describeViewer } from './group-description.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

const SUBJECT_START = '$JS.API.CONSUMER.INFO.';

/**
 * `$JS.API.CONSUMER.INFO.<stream>.<group>`: what a group has done on a partition (wire-protocol.md 3.3).
 *
 * The SDK for Node asks before every fetch and pulls from the stream that the answer names. That is
 * how its two mistakes are put right (7.2): `<station>$0` is answered with the last partition, and a
 * bare `<station>` with each partition in turn.
 */
export class ConsumerInfo implements RequestHandler {
  readonly subject = `${SUBJECT_START}>`;
  readonly #engine: StationEngine;
  readonly #routes: StationRoutes;
  readonly #clock: Clock;
  /** Per client and subject, the partition answered last. */
  readonly #turns = new WeakMap<Client, Map<string, number>>();

  constructor(engine: StationEngine, routes: StationRoutes, clock: Clock) {
    this.#engine = engine;
    this.#routes = routes;
    this.#clock = clock;
  }

  async answer({ client, subject }: ClientRequest): Promise<string> {
    const [stream = '', group = '', ...more] = subject.slice(SUBJECT_START.length).split('.');
    const route = this.#routes.byStream(stream) ?? this.#nextPartition(client, stream, subject);
    if (route === undefined) return apiErrorReply('consumer_info', streamNotFound);
    client.identity.access.demand('read', route.station);
    const viewer = client.viewers.find(stream, group);
    const seen = await viewer?.groupState();
    if (seen !== undefined) {
      return apiReply('consumer_info', describeViewer(seen, route, this.#clock.wallMs()));
    }
    const state =
      more.length > 0
        ? undefined
        : await this.#engine.groupState(route.address, externalName(group));
    if (state === undefined) return apiErrorReply('consumer_info', consumerNotFound);
    return apiReply('consumer_info', describeGroup(state, route, this.#clock.wallMs()));
  }

  refusal(error: BrokerError): string {
    return apiErrorReply('consumer_info', apiErrorOf(error));
  }

  #nextPartition(client: Client, stream: string, subject: string): PartitionRoute | undefined {
    const station = this.#routes.read(stream)?.station;
    if (station === undefined) return undefined;
    let turns = this.#turns.get(client);
    if (turns === undefined) {
      turns = new Map();
      this.#turns.set(client, turns);
    }
    const partition = ((turns.get(subject) ?? 0) % station.partitionCount) + 1;
    if (turns.size >= turnsMax) turns.clear();
    turns.set(subject, partition);
    return routeTo(station, partition);
  }
}

/** Bare names that one client may be in the middle of; forgetting them only starts the round anew. */
const turnsMax = 1024;
