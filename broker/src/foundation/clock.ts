/** Time, passed in so that tests and the simulation decide what it is. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC, whole. May jump when the machine's clock is set. */
  wallMs(): number;
  /** Milliseconds since some fixed moment, whole. Never goes back; timers count by it. */
  monotonicMs(): number;
}
