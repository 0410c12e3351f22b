import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, tempDir } from '../../support/index.ts';
import { cellsOf } from '../table/cell.ts';
import { outcomesOf } from '../table/outcomes.ts';

/** A broker with one rule broken, and the items that have to notice. */
interface Planted {
  readonly name: string;
  readonly area: string;
  /** Suites that are run on it. */
  readonly suites: readonly string[];
  /** Items of those suites that fail with the Node SDK; all others pass. */
  readonly red: readonly number[];
}

const planted: readonly Planted[] = [
  { name: 'open-door', area: 'Connect', suites: ['connect'], red: [3] },
  { name: 'undead-station', area: 'Station', suites: ['stations'], red: [19, 20] },
  { name: 'forgotten-ids', area: 'Producer', suites: ['producers'], red: [24, 25] },
  { name: 'hasty-delay', area: 'Consumer', suites: ['settling'], red: [47] },
  { name: 'lonely-member', area: 'Consumer', suites: ['groups', 'connect'], red: [7, 52] },
];

/** Runs the suites on each broken broker; resolves with how many went unnoticed or broke other cells too. */
export function showPlanted(say: (line: string) => void): number {
  const failures = planted.filter((fault) => {
    const red = redItems(fault);
    const isRight = JSON.stringify(red) === JSON.stringify(fault.red);
    const found = `red: ${red.join(', ') || 'none'}`;
    say(
      `${isRight ? 'passed' : 'FAILED'} ${fault.name} (${fault.area}) ${found}; expected: ${fault.red.join(', ')}`,
    );
    return !isRight;
  });
  say(`${planted.length - failures.length} passed, ${failures.length} failed`);
  return failures.length;
}

function redItems({ name, suites }: Planted): number[] {
  const results = join(tempDir(), 'results.json');
  const files = suites.map((suite) => `tests/conformance/${suite}.test.ts`);
  const args = [
    ...files,
    '--testNamePattern=^node',
    '--json',
    `--outputFile=${results}`,
    '--silent',
  ];
  spawnSync(process.execPath, [join(repositoryRoot, 'node_modules/jest/bin/jest.js'), ...args], {
    cwd: repositoryRoot,
    env: {
      ...process.env,
      CONFORMANCE_PLANTED: join(repositoryRoot, `tests/conformance/planted/${name}.mjs`),
    },
  });
  return cellsOf(outcomesOf(readFileSync(results, 'utf8')), {})
    .filter(({ column, verdict }) => column === 'node' && verdict === 'failed')
    .map(({ item }) => item.id);
}
