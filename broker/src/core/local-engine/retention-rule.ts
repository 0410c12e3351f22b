import type { MessageLog } from '../delivery/message-log.ts';
import type { Retention } from '../stations/station.ts';

/** What retention looks at. */
export interface RetentionView {
  readonly log: MessageLog;
  readonly byteCount: number;
  readonly groupCount: number;
  /** Every group has settled everything up to here. */
  readonly settledByAll: number;
}

/** A purge removes so much of a partition with one commit, and lets others have their turn. */
const purgeStepBytes = 4 * 1024 * 1024;
/** What a message costs a purge beside its bytes: many empty ones are work too. */
const messageOverheadBytes = 64;

/** Where a step of a purge ends, which removes everything below: past the last message at most. */
export function endOfPurgeStep(log: MessageLog, belowSequence: number): number {
  const below = Math.min(belowSequence, log.lastSequence + 1);
  let sequence = log.firstSequence;
  for (let bytes = 0; sequence < below && bytes < purgeStepBytes; sequence += 1) {
    bytes += messageOverheadBytes + (log.around(sequence)?.message(sequence).length ?? 0);
  }
  return sequence;
}

/** The oldest sequence that retention keeps; `lastSequence + 1` when it keeps none (wire-protocol.md 5.9). */
export function firstSequenceKept(
  retention: Retention,
  view: RetentionView,
  nowMs: number,
): number {
  const { firstSequence, lastSequence } = view.log;
  switch (retention.kind) {
    case 'messages':
      return Math.max(firstSequence, lastSequence - retention.countMax + 1);
    case 'acked':
      return view.groupCount === 0
        ? lastSequence + 1
        : Math.min(lastSequence, Math.max(firstSequence - 1, view.settledByAll)) + 1;
    case 'age':
      return firstStoredAfter(view.log, nowMs - retention.ageMaxMs);
    case 'bytes':
      return firstWithinBytes(view.log, view.byteCount, retention.bytesMax);
  }
}

function firstStoredAfter(log: MessageLog, timeMs: number): number {
  let sequence = log.firstSequence;
  while (sequence <= log.lastSequence) {
    const messages = log.around(sequence);
    if (messages === undefined) return sequence;
    const last = Math.min(messages.lastSequence, log.lastSequence);
    if (messages.storedAtMs(last) <= timeMs) {
      sequence = last + 1;
      continue;
    }
    while (messages.storedAtMs(sequence) <= timeMs) sequence += 1;
    return sequence;
  }
  return sequence;
}

function firstWithinBytes(log: MessageLog, byteCount: number, bytesMax: number): number {
  let sequence = log.firstSequence;
  let bytes = byteCount;
  while (bytes > bytesMax && sequence <= log.lastSequence) {
    bytes -= log.around(sequence)?.message(sequence).length ?? 0;
    sequence += 1;
  }
  return sequence;
}
