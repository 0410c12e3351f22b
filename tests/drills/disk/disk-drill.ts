import type { Drill, DrillRequest, DrillResult } from '../drill.ts';
import { whyNoPreload } from '../preload/preload-library.ts';
import { failFlush, flushFaults } from './failing-flush.ts';
import { fillDisk } from './full-disk.ts';
import { smallDisk } from './small-disk.ts';

const diskBytes = 48 * 1024 * 1024;

/**
 * Goal: a disk that is full, or that fails, takes nothing that was acknowledged, and says so.
 *
 * Method: a small disk is filled under a working broker. Publishes must be refused with a reason,
 * everything acknowledged must stay readable, acks must hold, a broker killed meanwhile must start, and work must
 * go on when there is room again. Then the flush itself is made to fail: what waits must get an
 * error, the process must end with a message, and the next start must miss nothing.
 */
export const diskDrill: Drill = {
  name: 'disk',
  goal: 'a full or failing disk takes nothing that was acknowledged, and is told of',
  unit: 'times full',
  fullCount: 10,
  run,
};

async function run({ count, seed, say }: DrillRequest): Promise<DrillResult> {
  const disk = smallDisk(diskBytes);
  if (disk === undefined) {
    throw new Error(`Nothing can be mounted here, and ${whyNoPreload() ?? 'no library helps'}`);
  }
  say(`the disk is ${disk.kind}`);
  const { faults, ...facts } = await fillDisk(disk, { cycleCount: count, seed });
  const found = [...faults];
  for (const [flush, fault] of Object.entries(flushFaults)) {
    const { answers, end, acknowledgedCount, foundCount } = await failFlush(fault);
    const expected = flush === 'checkpoint' ? 'stored' : '503 10023 insufficient resources';
    const wrong = answers.filter((answer) => answer !== expected);
    if (wrong.length > 0) found.push(`${flush}: what waited was answered with ${wrong.join(', ')}`);
    if (end.code !== 1) found.push(`${flush}: the broker ended with ${JSON.stringify(end)}`);
    if (foundCount !== acknowledgedCount) {
      found.push(`${flush}: ${String(foundCount)} of ${String(acknowledgedCount)} are there`);
    }
    say(`flush of the ${flush} fails: ${answers[0] ?? ''}, exit code ${String(end.code)}`);
  }
  return { faults: found, facts };
}
