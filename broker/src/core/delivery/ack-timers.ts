import type { DeadLetterCause } from '../dead-letters/dead-letter.ts';

/** A message that waits for its ack, or for its turn to be delivered again. */
export interface Pending {
  readonly sequence: number;
  /** How often it was delivered. */
  deliveryCount: number;
  /** Why it is to be a dead letter; undefined while it is not, or nobody has said why. */
  failure: { readonly cause: DeadLetterCause; readonly reason: string } | undefined;
  /** By the monotonic clock: when its ack timeout, its delay or its being held ends. */
  dueMs: number;
  /**
   * `delivered`: with a member, the ack timeout runs. `timed-out`: it ran out, just now.
   * `delayed`: a delay runs. `queued`: its turn is next. `held`: given up, its reason or room for
   * its dead letter is waited for. `settled`: not pending any more.
   */
  state: 'delivered' | 'timed-out' | 'delayed' | 'queued' | 'held' | 'settled';
  previous: Pending | undefined;
  next: Pending | undefined;
}

/** A message that has just been delivered so often, in no list yet. */
export function newPending(sequence: number, deliveryCount: number): Pending {
  return {
    sequence,
    deliveryCount,
    failure: undefined,
    dueMs: 0,
    state: 'delivered',
    previous: undefined,
    next: undefined,
  };
}

/**
 * Pending messages in the order in which their time is up. Ack timeouts of one group are nearly
 * always set in that order, so a list that is searched from its end costs one step, and an ack
 * takes its message out at once: nothing waits in memory for a timeout that does not matter any more.
 */
export class AckTimers {
  #first: Pending | undefined;
  #last: Pending | undefined;

  /** When the first time is up; undefined when none runs. */
  get nextDueMs(): number | undefined {
    return this.#first?.dueMs;
  }

  add(pending: Pending): void {
    let before = this.#last;
    while (before !== undefined && before.dueMs > pending.dueMs) before = before.previous;
    const after = before === undefined ? this.#first : before.next;
    pending.previous = before;
    pending.next = after;
    if (before === undefined) this.#first = pending;
    else before.next = pending;
    if (after === undefined) this.#last = pending;
    else after.previous = pending;
  }

  remove(pending: Pending): void {
    const { previous, next } = pending;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    pending.previous = undefined;
    pending.next = undefined;
  }

  /** All of them, the first to be due first. */
  all(): Pending[] {
    const all: Pending[] = [];
    for (let each = this.#first; each !== undefined; each = each.next) all.push(each);
    return all;
  }

  /** Takes out the first one whose time is up. */
  shiftDue(nowMs: number): Pending | undefined {
    const first = this.#first;
    if (first === undefined || first.dueMs > nowMs) return undefined;
    this.remove(first);
    return first;
  }
}
