/** Stops a planned task; does nothing when it has run already. */
export type Cancel = () => void;

/** Runs work later, passed in so that tests and the simulation decide when that is. */
export interface Scheduler {
  /** Runs `task` once the input that is already waiting has been read: the moment at which a group commit closes. */
  soon(task: () => void): void;
  /** Runs `task` once, `delayMs` from now by the monotonic clock. */
  after(delayMs: number, task: () => void): Cancel;
}
