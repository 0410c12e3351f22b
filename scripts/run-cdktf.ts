import type { Kit } from '../modules/config/index.ts';
import { cdktfRun } from './cdktf-run.ts';
import { runChild } from './run-child.ts';

/** Runs `cdktf <args>` for an environment on this terminal and returns its exit code. */
export function runCdktf(kit: Kit, args: readonly string[]): Promise<number> {
  const run = cdktfRun(kit, args);
  return runChild(run.args, { cwd: run.cwd, variables: run.variables });
}
