/** Something the user of the kit can put right, in four parts. */
export interface Problem {
  readonly code: string;
  /** What happened, in the user's words; no full stop. */
  readonly what: string;
  /** What was received; empty where the first part says it. */
  readonly received: string;
  readonly accepted: string;
  readonly next: string;
}

/** The problem as indented lines for a terminal. */
export function renderProblem(problem: Problem): string;
