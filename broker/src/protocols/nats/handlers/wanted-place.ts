import type { GroupStart } from '../../../core/groups/index.ts';
import { badApiRequest } from './api-reply.ts';
import type { ApiError } from './api-reply.ts';
import type { RequestFields } from './request-fields.ts';

/** RFC 3339, as the protocol writes a moment. */
const timePattern = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;

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

/** Milliseconds since 1970 of a time in RFC 3339; undefined when it is none. */
export function wallMsOf(text: string): number | undefined {
  const wallMs = timePattern.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(wallMs) ? undefined : wallMs;
}
