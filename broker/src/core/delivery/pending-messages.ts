import { Fifo } from '../../foundation/index.ts';
import type { Cancel, Clock, Scheduler } from '../../foundation/index.ts';
import { AckTimers, newPending } from './ack-timers.ts';
import type { Pending } from './ack-timers.ts';

/** What pending messages tell their owner. */
export interface PendingListener {
  /** The ack timeout of this message ran out. It is in no list: postpone it or forget it. */
  timedOut(pending: Pending): void;
  /** It has been held long enough. It is in no list: forget it, or hold it again. */
  holdEnded(pending: Pending): void;
  /** After all that was due: messages may be queued. */
  dueHandled(): void;
}

/**
 * How long a message still waits before it is delivered again, as it is kept over a restart.
 *
 * The time of the wall clock alone would not do: a clock that was set back in between would make
 * the wait longer than it was ever meant to be.
 */
export interface Postponement {
  /** By the wall clock. */
  readonly untilMs: number;
  /** What the whole wait was; 0 for one that was only waiting for a pull. */
  readonly delayMs: number;
}

/** What is remembered of a message whose delivery has failed before. */
export interface Retry {
  /** When that was for the first time, by the wall clock. */
  readonly firstFailedAtMs: number;
  /** Undefined once it has been delivered again. */
  readonly postponement: Postponement | undefined;
}

/** Everything one group has delivered on one partition and that is not settled, with its timers. */
export class PendingMessages {
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #listener: PendingListener;
  readonly #bySequence = new Map<number, Pending>();
  readonly #timeouts = new AckTimers();
  readonly #delays = new AckTimers();
  readonly #holds = new AckTimers();
  readonly #queue = new Fifo<Pending>();
  readonly #retries = new Map<number, Retry>();
  #redeliveredCount = 0;
  /** By the monotonic clock, when `startDelivering` was called. */
  #deliveringAtMs = 0;
  #armedForMs = Infinity;
  #disarm: Cancel | undefined;
  #isClosed = false;

  constructor(clock: Clock, scheduler: Scheduler, listener: PendingListener) {
    this.#clock = clock;
    this.#scheduler = scheduler;
    this.#listener = listener;
  }

  get count(): number {
    return this.#bySequence.size;
  }

  /** Of them, those delivered more than once. */
  get redeliveredCount(): number {
    return this.#redeliveredCount;
  }

  /** Those that failed before, by sequence. */
  get retries(): ReadonlyMap<number, Retry> {
    return this.#retries;
  }

  sequences(): Iterable<number> {
    return this.#bySequence.keys();
  }

  get(sequence: number): Pending | undefined {
    return this.#bySequence.get(sequence);
  }

  /** The one whose turn to be delivered again is next; it stays queued until `deliver`. */
  nextQueued(): Pending | undefined {
    for (let next = this.#queue.peek(); next !== undefined; next = this.#queue.peek()) {
      if (next.state === 'queued' && this.#bySequence.get(next.sequence) === next) return next;
      this.#queue.shift(); // settled while it waited
    }
    return undefined;
  }

  /** To be called before one or more are delivered: a look at the clock for each would take its time. */
  startDelivering(): void {
    this.#deliveringAtMs = this.#clock.monotonicMs();
  }

  /** Delivered, for the first time or again: its ack timeout runs from `startDelivering`. */
  deliver(sequence: number, ackTimeoutMs: number): Pending {
    const known = this.#bySequence.get(sequence);
    const pending = known ?? newPending(sequence, 0);
    if (known === undefined) this.#bySequence.set(sequence, pending);
    else this.#endDelay(sequence);
    pending.state = 'delivered';
    pending.deliveryCount += 1;
    if (pending.deliveryCount === 2) this.#redeliveredCount += 1;
    pending.dueMs = this.#deliveringAtMs + ackTimeoutMs;
    this.#timeouts.add(pending);
    return pending;
  }

  /** Its member is still at work: the ack timeout runs anew. Only for a delivered one. */
  prolong(pending: Pending, ackTimeoutMs: number): void {
    this.#timeouts.remove(pending);
    this.#startTimeout(pending, ackTimeoutMs);
    this.#arm();
  }

  /** Whether a nack means anything: a late one only when it asks for a delay, and nobody has the message again yet. */
  mayPostpone({ state }: Pending, delayMs: number): boolean {
    return state === 'delivered' || (state === 'queued' && delayMs > 0);
  }

  /** To be delivered again once `delayMs` is over; 0 queues it at once. */
  postpone(pending: Pending, delayMs: number): void {
    this.#takeOut(pending);
    const nowMs = this.#clock.wallMs();
    const firstFailedAtMs = this.#retries.get(pending.sequence)?.firstFailedAtMs ?? nowMs;
    const postponement = { untilMs: nowMs + delayMs, delayMs };
    this.#retries.set(pending.sequence, { firstFailedAtMs, postponement });
    if (delayMs <= 0) {
      pending.state = 'queued';
      this.#queue.push(pending);
      return;
    }
    this.#delay(pending, delayMs);
    this.#arm();
  }

  /** Given up, but not yet a dead letter: neither its ack timeout runs nor is it delivered again. */
  hold(pending: Pending, timeoutMs: number): void {
    this.#takeOut(pending);
    this.#endDelay(pending.sequence);
    pending.state = 'held';
    pending.dueMs = this.#clock.monotonicMs() + timeoutMs;
    this.#holds.add(pending);
    this.#arm();
  }

  /** Everything that is held, longest first. */
  held(): readonly Pending[] {
    return this.#holds.all();
  }

  /** Settled, or removed by retention. */
  forget(pending: Pending): void {
    this.#takeOut(pending);
    pending.state = 'settled';
    this.#bySequence.delete(pending.sequence);
    if (this.#retries.size > 0) this.#retries.delete(pending.sequence);
    if (pending.deliveryCount > 1) this.#redeliveredCount -= 1;
  }

  forgetAll(): void {
    for (const pending of [...this.#bySequence.values()]) this.forget(pending);
  }

  /** Reads one back, at start: with a fresh ack timeout, or what is left of its delay. */
  restore(
    { sequence, deliveryCount }: { readonly sequence: number; readonly deliveryCount: number },
    retry: Retry | undefined,
    ackTimeoutMs: number,
  ): void {
    const pending = newPending(sequence, deliveryCount);
    this.#bySequence.set(sequence, pending);
    if (deliveryCount > 1) this.#redeliveredCount += 1;
    if (retry !== undefined) this.#retries.set(sequence, retry);
    const postponement = retry?.postponement;
    if (postponement === undefined) {
      this.#startTimeout(pending, ackTimeoutMs);
      return;
    }
    const leftMs = postponement.untilMs - this.#clock.wallMs();
    this.#delay(pending, Math.min(Math.max(0, leftMs), postponement.delayMs));
  }

  /** Plans the next look at the clock, unless one is planned that is early enough. */
  arm(): void {
    this.#arm();
  }

  close(): void {
    this.#isClosed = true;
    this.#disarm?.();
  }

  #endDelay(sequence: number): void {
    const retry = this.#retries.get(sequence);
    if (retry !== undefined) this.#retries.set(sequence, { ...retry, postponement: undefined });
  }

  #startTimeout(pending: Pending, ackTimeoutMs: number): void {
    pending.dueMs = this.#clock.monotonicMs() + ackTimeoutMs;
    this.#timeouts.add(pending);
  }

  #delay(pending: Pending, delayMs: number): void {
    pending.state = 'delayed';
    pending.dueMs = this.#clock.monotonicMs() + delayMs;
    this.#delays.add(pending);
  }

  /** Out of the timers; a queued one is skipped when its turn comes. */
  #takeOut(pending: Pending): void {
    if (pending.state === 'delivered') this.#timeouts.remove(pending);
    if (pending.state === 'delayed') this.#delays.remove(pending);
    if (pending.state === 'held') this.#holds.remove(pending);
  }

  #arm(): void {
    const dueMs = Math.min(
      this.#timeouts.nextDueMs ?? Infinity,
      this.#delays.nextDueMs ?? Infinity,
      this.#holds.nextDueMs ?? Infinity,
    );
    if (this.#isClosed || dueMs >= this.#armedForMs) return;
    this.#disarm?.();
    this.#armedForMs = dueMs;
    this.#disarm = this.#scheduler.after(Math.max(0, dueMs - this.#clock.monotonicMs()), () => {
      this.#armedForMs = Infinity;
      this.#disarm = undefined;
      this.#handleDue();
    });
  }

  #handleDue(): void {
    const nowMs = this.#clock.monotonicMs();
    for (let due = this.#delays.shiftDue(nowMs); due; due = this.#delays.shiftDue(nowMs)) {
      due.state = 'queued';
      this.#queue.push(due);
    }
    for (let due = this.#timeouts.shiftDue(nowMs); due; due = this.#timeouts.shiftDue(nowMs)) {
      due.state = 'timed-out';
      this.#listener.timedOut(due);
    }
    for (let due = this.#holds.shiftDue(nowMs); due; due = this.#holds.shiftDue(nowMs)) {
      due.state = 'timed-out';
      this.#listener.holdEnded(due);
    }
    this.#listener.dueHandled();
    this.#arm();
  }
}
