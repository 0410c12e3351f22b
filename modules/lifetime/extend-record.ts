import { KitError, problem, readEnvironmentRecord, recordTarget } from '../config/index.ts';
import type { RecordPlace } from '../config/index.ts';

/** A target whose end was moved. */
export interface Extension {
  readonly target: string;
  readonly before: string | null;
  /** Null: it is never taken down by itself. */
  readonly after: string | null;
}

/**
 * Moves the end of every target of an environment by a time, from its end or, where that has passed, from
 * now; `Infinity` takes the end away. What has no end keeps none. Throws `KitError` where nothing is recorded.
 */
export function extendRecord(
  place: RecordPlace,
  { byMs, now }: { readonly byMs: number; readonly now: Date },
): readonly Extension[] {
  const { targets } = readEnvironmentRecord(place);
  const entries = Object.entries(targets);
  if (entries.length === 0) {
    throw new KitError([problem('ENVIRONMENT_UNKNOWN', { environment: place.environment })]);
  }
  return entries.map(([target, { created, ...facts }]) => {
    const before = facts.expires;
    const after = before === null ? null : movedEnd(before, byMs, now);
    recordTarget(place, target, { ...facts, expires: after }, new Date(created));
    return { target, before, after };
  });
}

function movedEnd(end: string, byMs: number, now: Date): string | null {
  if (byMs === Infinity) return null;
  return new Date(Math.max(Date.parse(end), now.getTime()) + byMs).toISOString();
}
