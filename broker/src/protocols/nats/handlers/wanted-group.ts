import type { GroupChange, GroupStart } from '../../../core/groups/index.ts';
import { checkedGroupRequest } from '../../../core/groups/index.ts';
import { externalName } from '../../../core/stations/index.ts';
import { subjectMatches } from '../../../core/subjects/index.ts';
import type { PartitionRoute } from '../station-routes.ts';
import { badApiRequest, notSupported } from './api-reply.ts';
import type { ApiError } from './api-reply.ts';
import { wantedMetadata } from './group-metadata.ts';
import type { RequestFields } from './request-fields.ts';
import { wantedPlace } from './wanted-place.ts';

const NS_PER_MS = 1e6;

/** A group as a plain NATS client asks for it. */
export interface WantedGroup {
  readonly settings: GroupChange;
  readonly start: GroupStart;
}

type RefusedFields = readonly (readonly [field: string, why: string])[];

/**
 * What no consumer here does: whoever asks for it would get something else, and is told so. Fields that are
 * not named are either applied or without influence on which messages come, and the answer shows what holds.
 */
const refusedForAll: RefusedFields = [
  ['deliver_subject', 'push consumers are not supported; create a pull consumer'],
  ['deliver_group', 'push consumers are not supported; create a pull consumer'],
  ['headers_only', 'headers_only is not supported'],
  ['pause_until', 'pause_until is not supported'],
  ['priority_groups', 'priority groups are not supported; each member gets what it pulls'],
];
const refusedForGroups: RefusedFields = [
  ...refusedForAll,
  [
    'inactive_threshold',
    'inactive_threshold is not supported: a consumer group stays until deleted',
  ],
];

/**
 * The group that a consumer's `config` stands for, or why none does. `name` is the one in the
 * request's subject. Throws the errors of a group request.
 */
export function wantedGroup(
  config: RequestFields,
  name: string,
  route: PartitionRoute,
): WantedGroup | ApiError {
  // First of all: whoever asks for a push consumer would be sent after its name, in vain.
  const refusedKind = refusedBy(refusedForAll, config);
  if (refusedKind !== undefined) return refusedKind;
  const durable = config.text('durable_name');
  if (durable === '') {
    return notSupported(
      'ephemeral consumers with acks are not supported; give the consumer a durable_name, or ack_policy none',
    );
  }
  if (name !== '' && name !== durable) {
    return {
      code: 400,
      err_code: 10017,
      description: 'consumer name in subject does not match durable name in request',
    };
  }
  const ackPolicy = config.text('ack_policy') || 'none';
  if (ackPolicy !== 'explicit') {
    return notSupported(`ack_policy ${ackPolicy} is not supported; use explicit`);
  }
  const refusal = refusedBy(refusedForGroups, config) ?? refusedFilter(config, route);
  if (refusal !== undefined) return refusal;
  return checked(config, externalName(durable));
}

/** Why messages can not be viewed as asked. */
export function refusedViewing(config: RequestFields): ApiError | undefined {
  return refusedBy(refusedForAll, config);
}

/** A partition has one subject, so a filter matches all of its messages or none. */
export function refusedFilter(config: RequestFields, route: PartitionRoute): ApiError | undefined {
  if (readsAll(config, route)) return undefined;
  return {
    code: 400,
    err_code: 10093,
    description: 'consumer filter subject is not a valid subset of the interest subjects',
  };
}

function refusedBy(fields: RefusedFields, config: RequestFields): ApiError | undefined {
  for (const [field, why] of fields) if (config.isSet(field)) return notSupported(why);
  return (config.text('replay_policy') || 'instant') === 'instant'
    ? undefined
    : notSupported('replay_policy original is not supported; use instant');
}

function readsAll(config: RequestFields, { subject }: PartitionRoute): boolean {
  const single = config.text('filter_subject');
  const filters = [...(single === '' ? [] : [single]), ...config.texts('filter_subjects')];
  return filters.every((filter) => subjectMatches(filter, subject));
}

function checked(config: RequestFields, group: string): WantedGroup | ApiError {
  const start = wantedPlace(config);
  if (!('kind' in start)) return start;
  const metadata = wantedMetadata(config);
  if (!('keyHeader' in metadata)) return metadata;
  const backoffMs = config.integers('backoff').map((delayNs) => Math.ceil(delayNs / NS_PER_MS));
  const ackTimeMs = Math.ceil(config.integer('ack_wait') / NS_PER_MS);
  const { settings } = checkedGroupRequest({
    consumerName: group,
    consumerType: 'application',
    group: '',
    // As JetStream has it: a list of delays brings its own ack timeout.
    ackTimeMs: ackTimeMs === 0 ? (backoffMs[0] ?? 0) : ackTimeMs,
    deliveries: config.integer('max_deliver'),
    startSequence: 1,
    lastMessages: -1,
    backoffMs,
    ...metadata,
  });
  if (settings.name !== group) {
    // It would be found under another name than the one the client goes on to use.
    return badApiRequest(`a consumer's name is in lower case: ${settings.name}`);
  }
  return { settings, start };
}
