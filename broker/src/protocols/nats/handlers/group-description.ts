import type { GroupStart, GroupState } from '../../../core/groups/index.ts';
import { internalName } from '../../../core/stations/index.ts';
import type { PartitionRoute } from '../station-routes.ts';
import { metadataOf } from './group-metadata.ts';
import { timestamp } from './timestamp.ts';

const NS_PER_MS = 1e6;
/** Pulls that may wait in a group on a partition, as the old server says. */
const WAITING_PULLS_MAX = 512;

/** A group on one partition as the protocol describes a consumer (wire-protocol.md 3.3). */
export function describeGroup(state: GroupState, route: PartitionRoute, nowMs: number): object {
  const name = internalName(state.settings.name);
  return {
    stream_name: route.stream,
    name,
    created: timestamp(state.createdAtMs),
    config: configOf(state, route, name),
    delivered: { consumer_seq: state.deliveryCount, stream_seq: state.deliveredSequence },
    ack_floor: {
      consumer_seq: Math.max(state.deliveryCount - state.pendingCount, 0),
      stream_seq: state.settledSequence,
    },
    num_ack_pending: state.pendingCount,
    num_redelivered: state.redeliveredCount,
    num_waiting: state.waitingPullCount,
    num_pending: state.undeliveredCount,
    ts: timestamp(nowMs),
  };
}

/** The same of a viewer, which waits for no acks; its name is the client's own. */
export function describeViewer(state: GroupState, route: PartitionRoute, nowMs: number): object {
  const { name } = state.settings;
  return {
    ...describeGroup(state, route, nowMs),
    name,
    config: {
      name,
      ...deliverPolicy(state.start),
      ack_policy: 'none',
      max_deliver: -1,
      filter_subject: route.subject,
      replay_policy: 'instant',
      max_waiting: WAITING_PULLS_MAX,
      num_replicas: 1,
      mem_storage: true,
    },
  };
}

function configOf(state: GroupState, route: PartitionRoute, name: string): object {
  const { settings } = state;
  return {
    durable_name: name,
    name,
    ...deliverPolicy(state.start),
    ack_policy: 'explicit',
    ack_wait: settings.ackTimeoutMs * NS_PER_MS,
    max_deliver: settings.deliveryCountMax,
    ...(settings.backoffMs.length === 0
      ? {}
      : { backoff: settings.backoffMs.map((delayMs) => delayMs * NS_PER_MS) }),
    filter_subject: route.subject,
    replay_policy: 'instant',
    max_waiting: WAITING_PULLS_MAX,
    max_ack_pending: -1,
    num_replicas: 0,
    ...metadataOf(state),
  };
}

function deliverPolicy(start: GroupStart): object {
  switch (start.kind) {
    case 'first':
      return { deliver_policy: 'all' };
    case 'new':
      return { deliver_policy: 'new' };
    case 'sequence':
      return { deliver_policy: 'by_start_sequence', opt_start_seq: start.sequence };
    case 'time':
      return { deliver_policy: 'by_start_time', opt_start_time: timestamp(start.timeMs) };
    case 'last':
      // Of a viewer, or of a group from before its sequence was kept: what comes nearest.
      return { deliver_policy: 'last' };
  }
}
