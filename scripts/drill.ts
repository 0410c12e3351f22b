import { parseArgs } from 'node:util';
import { randomInt } from 'node:crypto';
import { drills } from '../tests/drills/index.ts';
import type { Drill } from '../tests/drills/index.ts';
import { releaseAll } from '../tests/support/index.ts';

// `npm run drill` runs every drill at its full number, `npm run drill:<name>` one of them;
// `-- --count <n> --seed <n>` after it changes how long and which.
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { count: { type: 'string' }, seed: { type: 'string' } },
});

const chosen = drills.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const unknown = positionals.filter((name) => !drills.some((drill) => drill.name === name));
const count = wholeNumber(values.count, 1);
const seed = wholeNumber(values.seed, 0) ?? randomInt(2 ** 31);

if (unknown.length > 0 || Number.isNaN(count) || Number.isNaN(seed)) {
  const names = drills.map(({ name }) => name).join(', ');
  console.error(
    `The drill cannot be run. Received: ${process.argv.slice(2).join(' ')}. ` +
      `Accepted: names (${names}), --count <1 or more>, --seed <whole number>. Next: correct the command.`,
  );
  process.exitCode = 1;
} else {
  let failed = 0;
  for (const drill of chosen) {
    if (!(await passes(drill))) failed += 1;
  }
  console.log(`${String(chosen.length - failed)} passed, ${String(failed)} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
// Clients of the drills keep timers that would hold the process.
process.exit();

/** Runs one drill; what it started is gone after it. */
async function passes(drill: Drill): Promise<boolean> {
  const rounds = count ?? drill.fullCount;
  const replay = `npm run drill:${drill.name} -- --count ${String(rounds)} --seed ${String(seed)}`;
  console.log(
    `${drill.name}: ${drill.goal} (${String(rounds)} ${drill.unit}, seed ${String(seed)})`,
  );
  try {
    drill.prepare?.((line) => console.log(`  ${line}`));
    const { faults, facts } = await drill.run({
      count: rounds,
      seed,
      say: (line) => console.log(`  ${line}`),
    });
    const told = Object.entries(facts).map(([name, value]) => `${name} ${String(value)}`);
    console.log(`  ${told.join(', ')}`);
    for (const fault of faults.slice(0, 20)) console.error(`  FAULT ${fault}`);
    if (faults.length > 20) console.error(`  … and ${String(faults.length - 20)} more`);
    console.log(faults.length === 0 ? '  passed' : `  FAILED; again: ${replay}`);
    return faults.length === 0;
  } catch (error) {
    console.error(`  FAILED; again: ${replay}\n`, error);
    return false;
  } finally {
    await releaseAll();
  }
}

function wholeNumber(text: string | undefined, min: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  return text.trim() !== '' && Number.isSafeInteger(value) && value >= min ? value : Number.NaN;
}
