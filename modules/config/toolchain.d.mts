import type { Problem } from './problem.d.mts';

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
