import type { PartitionState } from '../../../core/ports/index.ts';
import type { Station } from '../../../core/stations/index.ts';
import type { PartitionRoute } from '../station-routes.ts';
import { timestamp } from './timestamp.ts';

const NS_PER_MS = 1e6;

/** A time that there is none of is the zero of the clients' clocks. */
const NO_TIME = '0001-01-01T00:00:00Z';

/** A partition as the protocol describes a stream: `stream_info`, and one entry of `stream_list`. */
export function describeStream(
  station: Station,
  route: PartitionRoute,
  state: PartitionState,
  nowMs: number,
): object {
  return {
    config: { name: route.stream, subjects: [`${route.stream}.>`], ...configOf(station) },
    created: timestamp(station.createdAtMs),
    state: stateOf(state),
    ts: timestamp(nowMs),
  };
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
    allow_direct: true,
    mirror_direct: false,
    sealed: false,
    deny_delete: true, // of single messages; nothing but retention and a purge takes one away
    deny_purge: false,
    allow_rollup_hdrs: false,
  };
}

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
