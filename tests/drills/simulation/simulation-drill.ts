import type { Counts } from '../../simulation/journal.ts';
import { simulate } from '../../simulation/simulate.ts';
import type { Drill, DrillRequest, DrillResult } from '../drill.ts';

/** Seeds between two words of progress. */
const seedsPerLine = 100;

/**
 * Goal: no crash, full disk, clock jump or vanishing member, in whatever order, makes the core break
 * a promise.
 *
 * Method: `tests/simulation`, with seeds nobody has played before. Each is played once, and one in
 * a hundred twice: the second time has to go the same way. A replay of one seed is
 * `npm run drill:simulation -- --count 1 --seed <seed>`.
 */
export const simulationDrill: Drill = {
  name: 'simulation',
  goal: 'no order of crashes, full disks, clock jumps and vanishing members breaks a promise',
  unit: 'seeds',
  fullCount: 1_000,
  run,
};

async function run({ count, seed: first, say }: DrillRequest): Promise<DrillResult> {
  const faults: string[] = [];
  const sum: Partial<Record<keyof Counts, number>> = {};
  for (let seed = first; seed < first + count; seed += 1) {
    const { counts, digest, violation } = await simulate(seed);
    for (const [name, value] of Object.entries(counts) as [keyof Counts, number][]) {
      sum[name] = (sum[name] ?? 0) + value;
    }
    const replay = `npm run drill:simulation -- --count 1 --seed ${String(seed)}`;
    if (violation !== undefined)
      faults.push(`seed ${String(seed)}: ${violation}\n  again: ${replay}`);
    const played = seed - first + 1;
    if (played % seedsPerLine !== 0) continue;
    if ((await simulate(seed)).digest !== digest) {
      faults.push(`seed ${String(seed)} went two ways; again: ${replay}`);
    }
    say(`${String(played)} of ${String(count)} seeds, ${String(faults.length)} faults`);
  }
  return { faults, facts: { seeds: count, ...sum } };
}
