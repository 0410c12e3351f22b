import { KitError } from '../modules/config/index.ts';

/** Runs a script to its exit code; what its user can put right is shown without a stack trace. */
export async function runScript(script: () => number | Promise<number>): Promise<void> {
  try {
    process.exitCode = await script();
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    console.error(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
