import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Dice, registerRelease, repositoryRoot } from '../../support/index.ts';
import type { Drill, DrillRequest, DrillResult } from '../drill.ts';

/** Where properties and contracts are tested. */
const suites = ['tests/property', 'tests/contract', 'tests/unit'];

/** How much of a failed run is shown. */
const shownChars = 4_000;

/**
 * Goal: what holds for the seed of `npm test` holds for others.
 *
 * Method: the suites that use fast-check run with one fresh seed after the other. A replay is
 * `FC_SEED=<seed> npx jest <suite>`.
 */
export const propertiesDrill: Drill = {
  name: 'properties',
  goal: 'properties and models hold for seeds nobody has tried',
  unit: 'seeds',
  fullCount: 20,
  run,
};

async function run({ count, seed, say }: DrillRequest): Promise<DrillResult> {
  const dice = new Dice(seed);
  const faults: string[] = [];
  for (let round = 1; round <= count; round += 1) {
    const fresh = dice.below(2 ** 31);
    const failure = await failureOf(fresh);
    if (failure !== undefined) faults.push(`FC_SEED=${String(fresh)}: ${failure}`);
    say(`${String(round)} of ${String(count)} seeds, ${String(faults.length)} faults`);
  }
  return { faults, facts: { seeds: count } };
}

async function failureOf(seed: number): Promise<string | undefined> {
  const jest = createRequire(import.meta.url).resolve('jest/bin/jest.js');
  const child = spawn(process.execPath, [jest, '--testPathPatterns', ...suites], {
    cwd: repositoryRoot,
    env: { ...process.env, FC_SEED: String(seed) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  registerRelease(() => {
    child.kill('SIGKILL');
  });
  let output = '';
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  return code === 0 ? undefined : output.slice(-shownChars);
}
