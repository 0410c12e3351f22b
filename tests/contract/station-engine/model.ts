import type { GroupSettings } from '../../../broker/src/core/groups/index.ts';

/** A message that a group was given and has not settled. */
export interface ModelPending {
  deliveryCount: number;
  state: 'delivered' | 'delayed' | 'ready' | 'held';
  /** When the ack timeout, the delay or the wait for a reason ends. */
  dueMs: number;
}

/** One group on one partition, as plainly as can be. */
export class ModelGroup {
  readonly ackTimeoutMs: number;
  readonly deliveryCountMax: number;
  readonly #backoffMs: readonly number[];
  readonly #keyOf: (sequence: number) => string | undefined;
  readonly pending = new Map<number, ModelPending>();
  readonly settled = new Set<number>();
  readonly deadLetters: { sequence: number; cause: string; deliveryCount: number }[] = [];
  /** Where the group began: nothing before it is its business. */
  startSequence: number;
  nextSequence: number;
  deliveryCount = 0;
  missedCount = 0;

  /** @param keyOf Of a message, in a group that is ordered by key; for another, nothing has one. */
  constructor(
    settings: Omit<GroupSettings, 'name'>,
    startSequence: number,
    keyOf: (sequence: number) => string | undefined,
  ) {
    this.#keyOf = settings.keyHeader === null ? () => undefined : keyOf;
    this.ackTimeoutMs = settings.ackTimeoutMs;
    this.#backoffMs = settings.backoffMs;
    this.deliveryCountMax = settings.deliveryCountMax;
    this.startSequence = startSequence;
    this.nextSequence = startSequence;
  }

  get ready(): number[] {
    return [...this.pending].filter(([, { state }]) => state === 'ready').map(([key]) => key);
  }

  /** What was not delivered yet, up to this one. */
  untouched(lastSequence: number): number[] {
    const sequences: number[] = [];
    for (let sequence = this.startSequence; sequence <= lastSequence; sequence += 1) {
      if (!this.settled.has(sequence) && !this.pending.has(sequence)) sequences.push(sequence);
    }
    return sequences;
  }

  /** Of these, what may be delivered before anything is settled: of each key the lowest, where none of it is pending. */
  turns(lastSequence: number): number[] {
    const busy = new Set([...this.pending.keys()].map(this.#keyOf));
    return this.untouched(lastSequence).filter((sequence) => {
      const key = this.#keyOf(sequence);
      if (key === undefined) return true;
      const isFree = !busy.has(key);
      busy.add(key);
      return isFree;
    });
  }

  settledSequence(): number {
    let sequence = this.startSequence - 1;
    while (this.settled.has(sequence + 1)) sequence += 1;
    return sequence;
  }

  /** Hands the message over once more. */
  deliver(sequence: number, nowMs: number): ModelPending {
    const deliveryCount = (this.pending.get(sequence)?.deliveryCount ?? 0) + 1;
    const dueMs = nowMs + this.ackTimeoutMs;
    const pending: ModelPending = { deliveryCount, state: 'delivered', dueMs };
    this.pending.set(sequence, pending);
    this.nextSequence = Math.max(this.nextSequence, sequence + 1);
    this.deliveryCount += 1;
    return pending;
  }

  settle(sequence: number): void {
    this.pending.delete(sequence);
    this.settled.add(sequence);
  }

  bury(sequence: number, cause: string): void {
    const deliveryCount = this.pending.get(sequence)?.deliveryCount ?? 0;
    this.deadLetters.push({ sequence, cause, deliveryCount });
    this.settle(sequence);
  }

  /** Its turn again after the back-off, or its end. */
  requeue(sequence: number, pending: ModelPending, failedAtMs: number, waitedMs = 0): void {
    if (pending.deliveryCount >= this.deliveryCountMax) {
      this.bury(sequence, 'delivery-limit');
      return;
    }
    const place = Math.min(pending.deliveryCount, this.#backoffMs.length) - 1;
    const delayMs = Math.max(0, (this.#backoffMs[place] ?? 0) - waitedMs);
    const state = delayMs === 0 ? 'ready' : 'delayed';
    Object.assign(pending, { state, dueMs: failedAtMs + delayMs });
  }

  pass(nowMs: number): void {
    for (const [sequence, pending] of [...this.pending]) {
      if (pending.state === 'delivered' && pending.dueMs <= nowMs) {
        this.requeue(sequence, pending, pending.dueMs, this.ackTimeoutMs);
      }
      if (pending.dueMs > nowMs) continue;
      if (pending.state === 'held') this.bury(sequence, 'terminated');
      else pending.state = 'ready';
    }
  }

  /** Members that were given something have the whole ack timeout once more. */
  restarted(nowMs: number): void {
    for (const pending of this.pending.values()) {
      if (pending.state === 'delivered') pending.dueMs = nowMs + this.ackTimeoutMs;
    }
  }

  /** Begins anew at the sequence. */
  moveTo(sequence: number): void {
    this.buryHeld();
    this.pending.clear();
    this.settled.clear();
    this.startSequence = sequence;
    this.nextSequence = sequence;
  }

  /** Nobody will say any more why the held ones were given up. */
  buryHeld(): void {
    for (const [sequence, { state }] of [...this.pending]) {
      if (state === 'held') this.bury(sequence, 'terminated');
    }
  }

  /** The engine does not know any more that they were held. */
  forgetHeld(): void {
    for (const pending of this.pending.values()) {
      if (pending.state === 'held') pending.state = 'delivered';
    }
  }

  /** Retention has removed the message. */
  removed(sequence: number): void {
    if (this.pending.get(sequence)?.state === 'held') this.bury(sequence, 'terminated');
    if (sequence >= this.startSequence && !this.settled.has(sequence)) this.missedCount += 1;
    this.settle(sequence);
    this.nextSequence = Math.max(this.nextSequence, sequence + 1);
  }
}

/** One partition with retention by messages. */
export class ModelPartition {
  readonly #countMax: number;
  readonly #dedupeWindowMs: number;
  readonly #ids = new Map<string, { sequence: number; storedAtMs: number }>();
  readonly #keys = new Map<number, string>();
  readonly groups = new Map<string, ModelGroup>();
  firstSequence = 1;
  lastSequence = 0;

  constructor(countMax: number, dedupeWindowMs: number) {
    this.#countMax = countMax;
    this.#dedupeWindowMs = dedupeWindowMs;
  }

  readonly keyOf = (sequence: number): string | undefined => this.#keys.get(sequence);

  append(
    { id, key }: { readonly id: string | undefined; readonly key: string | undefined },
    nowMs: number,
  ): { sequence: number; duplicate: boolean } {
    const first = id === undefined ? undefined : this.#ids.get(id);
    if (first !== undefined && nowMs - first.storedAtMs < this.#dedupeWindowMs) {
      return { sequence: first.sequence, duplicate: true };
    }
    this.lastSequence += 1;
    const sequence = this.lastSequence;
    if (id !== undefined) this.#ids.set(id, { sequence, storedAtMs: nowMs });
    if (key !== undefined) this.#keys.set(sequence, key);
    while (this.lastSequence - this.firstSequence + 1 > this.#countMax) {
      for (const group of this.groups.values()) group.removed(this.firstSequence);
      this.firstSequence += 1;
    }
    return { sequence, duplicate: false };
  }
}
