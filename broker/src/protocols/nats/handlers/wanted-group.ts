import type { GroupSettings, GroupStart } from '../../../core/groups/index.ts';
import { checkedGroupRequest } from '../../../core/groups/index.ts';
import { externalName } from '../../../core/stations/index.ts';
import { subjectMatches } from '../../../core/subjects/index.ts';
import type { PartitionRoute } from '../station-routes.ts';
import { badApiRequest, notSupported } from './api-reply.ts';
import type { ApiError } from './api-reply.ts';
import type { RequestFields } from './request-fields.ts';

const NS_PER_MS = 1e6;

/** A group as a plain NATS client asks for it. */
export interface WantedGroup {
  readonly settings: GroupSettings;
  readonly start: GroupStart;
}

/**
 * What a group is not: whoever asks for it would get something else, and is told so. Fields that are
 * not named here are either applied or without influence on which messages come, and the answer shows what holds.
 */
const refused: readonly (readonly [field: string, why: string])[] = [
  ['deliver_subject', 'push consumers are not supported; create a pull consumer'],
  ['deliver_group', 'push consumers are not supported; create a pull consumer'],
  ['headers_only', 'headers_only is not supported'],
  ['backoff', 'backoff is not supported; use ack_wait'],
  ['opt_start_time', 'a start by time is not supported; use by_start_sequence'],
  ['pause_until', 'pause_until is not supported'],
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
  const durable = config.text('durable_name');
  if (durable === '') {
    return notSupported('ephemeral consumers are not supported; give the consumer a durable_name');
  }
  if (name !== '' && name !== durable) {
    return {
      code: 400,
      err_code: 10017,
      description: 'consumer name in subject does not match durable name in request',
    };
  }
  for (const [field, why] of refused) if (config.isSet(field)) return notSupported(why);
  const ackPolicy = config.text('ack_policy') || 'none';
  if (ackPolicy !== 'explicit') {
    return notSupported(`ack_policy ${ackPolicy} is not supported; use explicit`);
  }
  if ((config.text('replay_policy') || 'instant') !== 'instant') {
    return notSupported('replay_policy original is not supported; use instant');
  }
  if (!readsAll(config, route)) {
    return {
      code: 400,
      err_code: 10093,
      description: 'consumer filter subject is not a valid subset of the interest subjects',
    };
  }
  return checked(config, externalName(durable));
}

function readsAll(config: RequestFields, { subject }: PartitionRoute): boolean {
  const single = config.text('filter_subject');
  const filters = [...(single === '' ? [] : [single]), ...config.texts('filter_subjects')];
  return filters.every((filter) => subjectMatches(filter, subject));
}

function checked(config: RequestFields, group: string): WantedGroup | ApiError {
  const start = startOf(config);
  if (start === undefined) {
    return badApiRequest(
      'deliver_policy has to be all, new, last, last_per_subject, or by_start_sequence with opt_start_seq',
    );
  }
  const { settings } = checkedGroupRequest({
    consumerName: group,
    consumerType: 'application',
    group: '',
    ackTimeMs: Math.ceil(config.integer('ack_wait') / NS_PER_MS),
    deliveries: config.integer('max_deliver'),
    startSequence: 1,
    lastMessages: -1,
  });
  if (settings.name !== group) {
    // It would be found under another name than the one the client goes on to use.
    return badApiRequest(`a consumer's name is in lower case: ${settings.name}`);
  }
  return { settings, start };
}

function startOf(config: RequestFields): GroupStart | undefined {
  const sequence = config.integer('opt_start_seq');
  switch (config.text('deliver_policy') || 'all') {
    case 'all':
      return { kind: 'first' };
    case 'new':
      return { kind: 'new' };
    case 'last':
    case 'last_per_subject': // a partition has one subject
      return { kind: 'last', count: 1 };
    case 'by_start_sequence':
      return sequence > 0 ? { kind: 'sequence', sequence } : undefined;
    default:
      return undefined;
  }
}
