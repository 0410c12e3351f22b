import type { BrokerError } from '../../../core/errors/index.ts';
import type { StationEngine } from '../../../core/ports/index.ts';
import type { PartitionState } from '../../../core/ports/index.ts';
import type { Station, StationRegistry } from '../../../core/stations/index.ts';
import type { Clock } from '../../../foundation/index.ts';
import type { StationRoutes } from '../station-routes.ts';
import { apiErrorReply, apiReply, streamNotFound, timestamp, unavailable } from './api-reply.ts';
import type { ClientRequest, RequestHandler } from './request-handler.ts';

const SUBJECT_START = '$JS.API.STREAM.INFO.';
const NS_PER_MS = 1e6;

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

  async answer({ subject }: ClientRequest): Promise<string> {
    const route = this.#routes.byStream(subject.slice(SUBJECT_START.length));
    if (route === undefined) return apiErrorReply('stream_info', streamNotFound);
    const station = this.#stations.byId(route.address.stationId);
    const state = await this.#engine.partitionState(route.address);
    if (station === undefined || state === undefined) {
      return apiErrorReply('stream_info', streamNotFound);
    }
    return apiReply('stream_info', {
      total: 0,
      offset: 0,
      limit: 0,
      config: { name: route.stream, subjects: [`${route.stream}.>`], ...configOf(station) },
      created: timestamp(station.createdAtMs),
      state: stateOf(state),
      ts: timestamp(this.#clock.wallMs()),
    });
  }

  refusal(error: BrokerError): string {
    return apiErrorReply('stream_info', unavailable(error.wireText));
  }
}

function configOf(station: Station): object {
  const { retention } = station;
  return {
    retention: retention.kind === 'acked' ? 'interest' : 'limits',
    max_consumers: -1,
    max_msgs: retention.kind === 'messages' ? retention.countMax : -1,
    max_bytes: retention.kind === 'bytes' ? retention.bytesMax : -1,
    max_age: retention.kind === 'age' ? retention.ageMaxMs * NS_PER_MS : 0,
    max_msgs_per_subject: -1,
    max_msg_size: -1,
    discard: 'old',
    storage: station.storage,
    num_replicas: station.replicaCount,
    duplicate_window: station.dedupeWindowMs * NS_PER_MS,
    allow_direct: false,
    mirror_direct: false,
    sealed: false,
    deny_delete: false,
    deny_purge: false,
    allow_rollup_hdrs: false,
  };
}

/** A time that there is none of is the zero of the clients' clocks. */
const NO_TIME = '0001-01-01T00:00:00Z';

function stateOf(state: PartitionState): object {
  const { firstStoredAtMs, lastStoredAtMs, messageCount } = state;
  return {
    messages: messageCount,
    bytes: state.byteCount,
    first_seq: state.firstSequence,
    first_ts: firstStoredAtMs === undefined ? NO_TIME : timestamp(firstStoredAtMs),
    last_seq: state.lastSequence,
    last_ts: lastStoredAtMs === undefined ? NO_TIME : timestamp(lastStoredAtMs),
    ...(messageCount > 0 ? { num_subjects: 1 } : {}),
    consumer_count: state.groupCount,
  };
}
