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

/** The tools that the kit runs on, and what is wrong with them. */
export interface Toolchain {
  readonly node: string;
  /** Product and version, such as "Terraform 1.11.4"; null where there is none. */
  readonly terraform: string | null;
  readonly problems: readonly Problem[];
}

/** The versions of Node and Terraform on this machine, and what is wrong with them. */
export function checkToolchain(options: {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly nodeVersion?: string;
  /** Output of a command, or null when it could not run. */
  readonly run?: (command: string, args: readonly string[]) => string | null;
}): Toolchain;
