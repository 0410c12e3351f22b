import { spawnSync } from 'node:child_process';

/** How a program that the set-up called has ended. */
export interface ToolEnd {
  readonly hasSucceeded: boolean;
  /** There is no such program on this machine. */
  readonly isMissing: boolean;
  /** What it printed, stdout first. */
  readonly output: string;
}

/** A call of a program. */
export interface ToolCall {
  readonly command: string;
  readonly arguments: readonly string[];
  /** Where it runs; where the set-up runs, by default. */
  readonly folder?: string;
  /** Beside those that every program of the set-up gets. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Runs a program to its end. */
export type RunTool = (call: ToolCall) => ToolEnd;

/** What a shell, and the shims of version managers, end with when they find no such program. */
const notFoundStatus = 127;

/** Runs programs with these variables, by default those of this process. */
export function toolRunner(variables: NodeJS.ProcessEnv = process.env): RunTool {
  return ({ command, arguments: args, folder, variables: more }) => {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      encoding: 'utf8',
      env: { ...variables, ...more },
      ...(folder === undefined ? {} : { cwd: folder }),
    });
    const code = (error as NodeJS.ErrnoException | undefined)?.code;
    return {
      hasSucceeded: status === 0,
      isMissing: code === 'ENOENT' || status === notFoundStatus,
      output: [stdout, stderr, error?.message].filter(Boolean).join('\n'),
    };
  };
}
