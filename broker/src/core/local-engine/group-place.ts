import type { GroupStart } from '../groups/group.ts';
import type { Partition } from './partition.ts';

/** The last sequence that a group has nothing to do with when it begins there (wire-protocol.md 5.2). */
export function placeBefore(start: GroupStart, log: Partition): number {
  return Math.max(firstSequence(start, log) - 1, log.discardedSequence);
}

function firstSequence(start: GroupStart, log: Partition): number {
  const { firstSequence: first, lastSequence: last } = log.state();
  switch (start.kind) {
    case 'first':
      return first;
    case 'new':
      return last + 1;
    case 'sequence':
      return Math.min(Math.max(start.sequence, first), last + 1);
    case 'last':
      return Math.max(first, last - start.count + 1);
    case 'time':
      return firstStoredAt(start.timeMs, log);
  }
}

/** Times never fall along a partition, so halves are enough. */
function firstStoredAt(timeMs: number, log: Partition): number {
  let from = log.firstSequence;
  let to = log.lastSequence + 1;
  while (from < to) {
    const middle = from + Math.floor((to - from) / 2);
    const storedAtMs = log.around(middle)?.storedAtMs(middle);
    // What can not be read is not passed over: a message too many, never one too few.
    if (storedAtMs !== undefined && storedAtMs < timeMs) from = middle + 1;
    else to = middle;
  }
  return from;
}
