import type { GroupStart } from '../../../core/groups/index.ts';
import type { PartitionRoute } from '../station-routes.ts';
import { notSupported } from './api-reply.ts';
import type { ApiError } from './api-reply.ts';
import type { RequestFields } from './request-fields.ts';
import { groupStart, refusedFilter, refusedStart, refusedViewing } from './wanted-group.ts';

/** A viewer as a plain NATS client asks for it. */
export interface WantedViewer {
  /** Empty for one that the broker chooses. */
  readonly name: string;
  readonly start: GroupStart;
}

/** A consumer without acks has no place to keep: it is a viewer, not a group. */
export function asksForViewer(config: RequestFields): boolean {
  return config.text('ack_policy') === 'none' && !config.isSet('deliver_subject');
}

/** The viewer that a consumer's `config` stands for, or why none does. `name` is the one in the request's subject. */
export function wantedViewer(
  config: RequestFields,
  name: string,
  route: PartitionRoute,
): WantedViewer | ApiError {
  const refusal = refusedViewing(config) ?? refusedFilter(config, route);
  if (refusal !== undefined) return refusal;
  const given = config.text('durable_name') || config.text('name') || name;
  if (!/^[^\s.*>]{0,128}$/.test(given)) {
    return notSupported(
      'a consumer without acks has a name of 128 characters at most, without . * >',
    );
  }
  const start = groupStart(config);
  return start === undefined ? refusedStart : { name: given, start };
}
