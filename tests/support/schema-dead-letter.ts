import type { NewDeadLetter } from '../../broker/src/core/dead-letters/dead-letter.ts';

/** A dead letter of a message of one byte that failed its schema at this time of the wall clock: no group has had it. */
export function schemaDeadLetter(stationId: number, failedAtMs: number): NewDeadLetter {
  return {
    stationId,
    partition: 0,
    sequence: 0,
    group: null,
    cause: 'schema',
    reason: 'no',
    deliveryCount: 0,
    storedAtMs: failedAtMs,
    firstFailedAtMs: failedAtMs,
    lastFailedAtMs: failedAtMs,
    message: new Uint8Array(1),
    headerBytes: 0,
  };
}
