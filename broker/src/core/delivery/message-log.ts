/** Some consecutive messages of a log, readable by their sequence. */
export interface LoggedMessages {
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** Header block and payload; a view. */
  message(sequence: number): Uint8Array;
  headerBytes(sequence: number): number;
  storedAtMs(sequence: number): number;
}

/** Which messages of a log no group is to get yet, or ever. */
export interface MessageDelays {
  /** It waits for its time, or was cancelled while it did. */
  isDelayed(sequence: number): boolean;
  readonly cancelledCount: number;
  /** Those that were cancelled, in ascending order: every group is done with them. */
  cancelled(): Iterable<number>;
}

/** What delivery needs to know of a partition. */
export interface MessageLog {
  /** The oldest message kept; `lastSequence + 1` when there is none. */
  readonly firstSequence: number;
  /** The newest message that is on disk. */
  readonly lastSequence: number;
  /** The messages around this one; undefined when it is not kept any more. */
  around(sequence: number): LoggedMessages | undefined;
}
