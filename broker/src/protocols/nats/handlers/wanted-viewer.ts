import type { GroupStart } from '../../../core/groups/index.ts';
import type { PartitionRoute } from '../station-routes.ts';
import { notSupported } from './api-reply.ts';
import type { ApiError } from './api-reply.ts';
import type { RequestFields } from './request-fields.ts';
import { refusedFilter, refusedViewing } from './wanted-group.ts';
import { wantedPlace } from './wanted-place.ts';

/** A viewer as a plain NATS client asks for it. */
export interface WantedViewer {
  /** Empty for one that the broker chooses. */
  readonly name: string;
  readonly start: Exclude<GroupStart, { readonly kind: 'time' }>;
}

/** A consumer without acks has no place to keep: it is a viewer, not a group. */
export function asksForViewer(config: RequestFields): boolean {
  return config.text('ack_policy') === 'none' && !config.isSet('deliver_subject');
}

const noStartByTime = notSupported(
  'a consumer without acks can not start by time; use by_start_sequence',
);

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
  const start = wantedPlace(config);
  if (!('kind' in start)) return start;
  return start.kind === 'time' ? noStartByTime : { name: given, start };
}
