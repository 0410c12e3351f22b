/** Something of an environment that is still in the account. */
export interface Leftover {
  /** Its ARN, or its kind and name. */
  readonly what: string;
  /**
   * `left`: it stays until somebody takes it away; `passing`: it is going, by itself; `kept`: it was left
   * on purpose, and costs.
   */
  readonly verdict: 'left' | 'passing' | 'kept';
  /** Why it is there, and what to do about it; empty where nobody knows. */
  readonly why: string;
}

/** What a look into an account came to. */
export interface AuditFindings {
  readonly leftovers: readonly Leftover[];
  /** What could not be looked at, with the reason. */
  readonly unread: readonly string[];
}
