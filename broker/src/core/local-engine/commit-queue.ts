import type { Cancel, Scheduler } from '../../foundation/index.ts';
import { BrokerError } from '../errors/index.ts';
import { StoreError } from '../ports/ordered-store.ts';
import type { OrderedStore, StoreChange } from '../ports/ordered-store.ts';

/** Something whose changes are written with a group commit. */
export interface CommitParticipant {
  /** Whether it would add messages: while the store is full, the others are written without it. */
  readonly addsMessages?: boolean;
  /** Adds everything that changed since it was last on disk. */
  contribute(changes: StoreChange[]): void;
  /** What the last `contribute` added is on disk. */
  committed(): void;
  /** The commit that held it was not made. The participant marks itself again if it wants another try. */
  rejected(error: BrokerError): void;
}

/** What the queue may be told. */
export interface CommitQueueOptions {
  /** Changes that nobody waits for are written after this time at the latest. */
  readonly lazyDelayMs: number;
  /** Wait before the next try when the store had no room. */
  readonly retryDelayMs: number;
  /** A flush failed: what the store holds is not known any more. Called once. */
  readonly onFatal: (error: BrokerError) => void;
}

/**
 * Group commit: whatever has changed when a commit closes shares one flush.
 *
 * States: `idle`, nothing is planned; `planned`, a commit closes once the input at hand is read, or
 * after the lazy delay; `committing`, one batch is on its way and changes gather for the next;
 * `broken`, a flush failed or the queue was closed: nothing is taken any more (never left; the next
 * start reads what is really on disk).
 */
export class CommitQueue {
  readonly #store: OrderedStore;
  readonly #scheduler: Scheduler;
  readonly #options: CommitQueueOptions;
  #dirty = new Set<CommitParticipant>();
  #state: 'idle' | 'planned' | 'committing' | 'broken' = 'idle';
  #urgent = false;
  #cancelLazy: Cancel | undefined;
  #brokenBy: BrokerError | undefined;
  /** The last commit that would have added messages was refused for want of room. */
  #isFull = false;
  /** The last commit added none, and was refused all the same: the ones that add are to be told so. */
  #isFullForAll = false;
  #refusalCount = 0;
  #idleWaiters: (() => void)[] = [];

  constructor(store: OrderedStore, scheduler: Scheduler, options: CommitQueueOptions) {
    this.#store = store;
    this.#scheduler = scheduler;
    this.#options = options;
  }

  /** The error that ended it; undefined while it works. */
  get brokenBy(): BrokerError | undefined {
    return this.#brokenBy;
  }

  /** The participant is written with the next commit, which is made as soon as the waiting input is read. */
  markUrgent(participant: CommitParticipant): void {
    this.#dirty.add(participant);
    if (this.#urgent) return;
    this.#urgent = true;
    if (this.#state === 'idle') this.#plan();
    else if (this.#state === 'broken') this.#scheduler.soon(() => this.#rejectAll());
  }

  /** The participant is written with whatever commit comes next, or after the lazy delay. */
  markLazy(participant: CommitParticipant): void {
    this.#dirty.add(participant);
    if (this.#state === 'idle') this.#planLazily(this.#options.lazyDelayMs);
  }

  /** Writes some changes of its own; rejects with STORE_REFUSED or STORE_FAILED, and then nothing is changed. */
  run(
    build: (changes: StoreChange[]) => void,
    { addsMessages = false }: { readonly addsMessages?: boolean } = {},
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      this.markUrgent({ addsMessages, contribute: build, committed: resolve, rejected: reject });
    });
  }

  /**
   * Resolves when everything marked so far is on disk or refused. A full store gets a second try,
   * for what was refused together with messages only; what is left then waits for room, or for good.
   */
  async flush(): Promise<void> {
    const refusalCountMax = this.#refusalCount + 2;
    while (this.#state !== 'broken' && (this.#dirty.size > 0 || this.#state === 'committing')) {
      if (this.#refusalCount >= refusalCountMax) return;
      const done = new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
      if (this.#state === 'idle') this.#plan();
      await done;
    }
  }

  /** Flushes; what could not be written, and whatever comes after, is rejected with BROKER_STOPPING. */
  async close(): Promise<void> {
    await this.flush();
    this.#cancelLazy?.();
    this.#state = 'broken';
    this.#brokenBy ??= new BrokerError('BROKER_STOPPING');
    this.#rejectAll();
  }

  #plan(): void {
    this.#cancelLazy?.();
    this.#cancelLazy = undefined;
    this.#state = 'planned';
    this.#scheduler.soon(() => this.#commit());
  }

  #planLazily(delayMs: number): void {
    this.#cancelLazy ??= this.#scheduler.after(delayMs, () => {
      this.#cancelLazy = undefined;
      if (this.#state === 'idle') this.#commit();
    });
  }

  #commit(): void {
    if (this.#state === 'broken') return; // closed since this was planned
    const participants = this.#takeParticipants();
    // To be asked before they contribute: after it, they wait with empty hands.
    const addsMessages = hasMessages(participants);
    const changes: StoreChange[] = [];
    for (const participant of participants) participant.contribute(changes);
    this.#state = 'committing';
    if (changes.length === 0) {
      // Nothing left to write: what was marked has been undone meanwhile.
      this.#settle(participants, undefined);
      return;
    }
    this.#store.commit(changes).then(
      () => {
        if (addsMessages) this.#isFull = false;
        this.#isFullForAll = false;
        this.#settle(participants, undefined);
      },
      (cause: unknown) => {
        this.#fail(participants, addsMessages, cause);
      },
    );
  }

  /**
   * Everything that is marked. While the store is full, what adds messages goes by itself, behind
   * the rest: acks and deletions, which make room, are not refused together with it. When they were refused just
   * now they wait for the next try, else they would keep what adds messages from its answer.
   */
  #takeParticipants(): Set<CommitParticipant> {
    const all = this.#dirty;
    this.#dirty = new Set();
    this.#urgent = false;
    if (!this.#isFull) return all;
    const adding = new Set<CommitParticipant>();
    const rest = new Set<CommitParticipant>();
    for (const one of all) (one.addsMessages === true ? adding : rest).add(one);
    if (adding.size === 0 || rest.size === 0) return all;
    this.#dirty = this.#isFullForAll ? rest : adding;
    this.#urgent = !this.#isFullForAll;
    return this.#isFullForAll ? adding : rest;
  }

  /** A full store may have room later; after anything else, nobody knows what is on disk. */
  #fail(participants: Set<CommitParticipant>, addsMessages: boolean, cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (cause instanceof StoreError && cause.reason === 'full') {
      this.#isFull = true;
      this.#isFullForAll = !addsMessages;
      this.#refusalCount += 1;
      this.#settle(participants, new BrokerError('STORE_REFUSED', { cause: reason }, cause));
      return;
    }
    const error = new BrokerError('STORE_FAILED', { cause: reason }, cause);
    this.#state = 'broken';
    this.#brokenBy = error;
    this.#settle(participants, error);
    this.#rejectAll();
    this.#options.onFatal(error);
  }

  #settle(participants: Set<CommitParticipant>, error: BrokerError | undefined): void {
    for (const participant of participants) {
      if (error === undefined) participant.committed();
      else participant.rejected(error);
    }
    if (this.#state === 'broken') return;
    this.#state = 'idle';
    if (this.#dirty.size > 0) {
      const { lazyDelayMs, retryDelayMs } = this.#options;
      if (this.#urgent) this.#plan();
      else this.#planLazily(error === undefined ? lazyDelayMs : retryDelayMs);
    }
    this.#wakeIdleWaiters();
  }

  #rejectAll(): void {
    const participants = this.#dirty;
    this.#dirty = new Set();
    this.#urgent = false;
    if (this.#brokenBy !== undefined) {
      for (const participant of participants) participant.rejected(this.#brokenBy);
    }
    this.#wakeIdleWaiters();
  }

  #wakeIdleWaiters(): void {
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const wake of waiters) wake();
  }
}

function hasMessages(participants: Iterable<CommitParticipant>): boolean {
  for (const { addsMessages } of participants) if (addsMessages === true) return true;
  return false;
}
