import path from 'node:path';
import { fileURLToPath } from 'node:url';
import config from '../kit.config.ts';
import { KitError, loadKit } from '../modules/config/index.ts';
import type { Kit } from '../modules/config/index.ts';

/** The settings of this run, for the scripts. */
export function loadLocalKit(): Kit {
  const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
  return loadKit({ config, variables: process.env, root });
}

/** Runs a script to its exit code; what its user can put right is shown without a stack trace. */
export async function runScript(script: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await script();
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    console.error(`\n${error.message}\n`);
    process.exitCode = 1;
  }
}
