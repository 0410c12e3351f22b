import type { GroupStart } from '../../../core/groups/index.ts';
import { badApiRequest } from './api-reply.ts';
import type { ApiError } from './api-reply.ts';
import type { RequestFields } from './request-fields.ts';
import { wallMsOf } from './timestamp.ts';

const refused = badApiRequest(
  'deliver_policy has to be all, new, last, last_per_subject, by_start_sequence with opt_start_seq, or by_start_time with opt_start_time, a time like 2026-01-31T12:00:00Z',
);

/** The place in a partition that a consumer's words stand for, or why none does. */
export function wantedPlace(config: RequestFields): GroupStart | ApiError {
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
      return sequence > 0 ? { kind: 'sequence', sequence } : refused;
    case 'by_start_time': {
      const timeMs = wallMsOf(config.text('opt_start_time'));
      return timeMs === undefined ? refused : { kind: 'time', timeMs };
    }
    default:
      return refused;
  }
}
