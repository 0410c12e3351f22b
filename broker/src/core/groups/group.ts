/** What a consumer group asks of delivery. Its name is already lower-case and checked. */
export interface GroupSettings {
  readonly name: string;
  /** A delivered message that is not settled within this time is delivered again. */
  readonly ackTimeoutMs: number;
  /** How often a message is delivered at most; past it, it is a dead letter. 1..10. */
  readonly deliveryCountMax: number;
  /**
   * How long a message waits that was nacked without a delay, or not settled in time: the first entry after its first
   * delivery, the last one after all that follow. Counted from the nack, or from the delivery, and there the ack
   * timeout is waited for in any case. Empty: it does not wait.
   */
  readonly backoffMs: readonly number[];
  /**
   * The header whose value is a message's key, in any case: while a message of a key is pending, those that follow it on its partition with the
   * same key wait. Null: nothing waits for another.
   */
  readonly keyHeader: string | null;
}

/** Settings for a group: what may be left out stays as it is, and is its default where the group is new. */
export type GroupChange = Omit<GroupSettings, 'backoffMs' | 'keyHeader'> & Partial<GroupSettings>;

/** Where a new group begins, on each partition; looked at only when the group is created. */
export type GroupStart =
  | { readonly kind: 'first' }
  /** Only what is stored after the group was created. */
  | { readonly kind: 'new' }
  /** Clamped into [first kept, last + 1]. */
  | { readonly kind: 'sequence'; readonly sequence: number }
  /** The newest `count` messages of each partition. */
  | { readonly kind: 'last'; readonly count: number }
  /** What was stored at this time, by the wall clock, or later. */
  | { readonly kind: 'time'; readonly timeMs: number };

/** Where a group is moved to, on each partition. */
export type GroupTarget =
  | GroupStart
  /** To the oldest message that it has not settled: what was settled out of turn comes again too. */
  | { readonly kind: 'unsettled' };

/** How a group was moved on one partition. */
export interface GroupMove {
  readonly partition: number;
  /** What would have been delivered next, but for what was pending. */
  readonly fromSequence: number;
  /** What is delivered next. */
  readonly toSequence: number;
}

/** What a group has done on one partition. */
export interface GroupState {
  readonly settings: GroupSettings;
  /** As it was asked for; of `last`, the sequence that it meant on this partition. */
  readonly start: GroupStart;
  readonly createdAtMs: number;
  /** Everything up to here is settled. */
  readonly settledSequence: number;
  /** The highest sequence that was ever delivered. */
  readonly deliveredSequence: number;
  /** How many deliveries there have been, repeats included. */
  readonly deliveryCount: number;
  /** Delivered and not yet settled. */
  readonly pendingCount: number;
  /** Of the pending, those delivered more than once. */
  readonly redeliveredCount: number;
  /** Not yet delivered to the group. */
  readonly undeliveredCount: number;
  /**
   * Of the undelivered, those whose turn had come but for another of their key (`keyHeader`). What no pull has asked for yet, since a
   * restart, was not looked at and is not among them.
   */
  readonly waitingForKeyCount: number;
  /** Pulls that wait for messages. */
  readonly waitingPullCount: number;
  /** Removed by retention before the group had settled them. */
  readonly missedCount: number;
}
