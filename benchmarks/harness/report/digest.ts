import { createHash } from 'node:crypto';
import type { RowOutcome } from '../run-rows.ts';

/**
 * Fingerprint of everything in a run that does not depend on speed: counts, sums and sequences of
 * every row, which all its peers agree on. Two runs of the same rows with the same preset have the
 * same digest, on any machine and at any commit; when they differ, one of them counted wrong.
 */
export function digestOf(outcomes: readonly RowOutcome[]): string {
  const facts = outcomes.map(({ row, measurement }) => [
    row.id,
    Object.values(measurement?.facts ?? {})[0] ?? null,
  ]);
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
}
