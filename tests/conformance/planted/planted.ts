import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, tempDir } from '../../support/index.ts';
import type { areas } from '../items.ts';
import { cellsOf } from '../table/cell.ts';
import { outcomesOf } from '../table/outcomes.ts';

/** A broker with one rule broken, and the items that have to notice. */
interface Planted {
  readonly name: string;
  readonly area: (typeof areas)[number];
  /** Suites that are run on it. */
  readonly suites: readonly string[];
  /** Items of those suites that fail with the Node SDK; all others pass. */
  readonly red: readonly number[];
}

const planted: readonly Planted[] = [
  { name: 'open-door', area: 'Connect', suites: ['connect'], red: [3] },
  { name: 'undead-station', area: 'Station', suites: ['stations', 'producers'], red: [19, 20, 26] },
  { name: 'forgotten-ids', area: 'Producer', suites: ['producers'], red: [24, 25] },
  { name: 'hasty-delay', area: 'Consumer', suites: ['settling'], red: [47] },
  { name: 'lasting-letter', area: 'Dead letters', suites: ['dead-letters'], red: [56] },
  { name: 'clinging-schema', area: 'Schema', suites: ['schemas'], red: [65, 67] },
];

/**
 * Runs the suites on each broken broker, or on those of the given names; returns how many went unnoticed or broke
 * other cells too. A busy machine turns cells red as well, but not the same ones again: what looks wrong is looked at twice.
 */
export function showPlanted(names: readonly string[], say: (line: string) => void): number {
  const unknown = names.filter((name) => !planted.some((fault) => fault.name === name));
  if (unknown.length > 0) {
    const accepted = planted.map(({ name }) => name).join(', ');
    say(`No such planted fault. Received: ${unknown.join(', ')}. Accepted: ${accepted}, or none.`);
    return unknown.length;
  }
  const chosen = planted.filter(({ name }) => names.length === 0 || names.includes(name));
  const failures = chosen.filter((fault) => {
    const isExpected = (red: readonly number[]): boolean =>
      JSON.stringify(red) === JSON.stringify(fault.red);
    let red = redItems(fault);
    if (!isExpected(red)) {
      const again = redItems(fault);
      red = red.filter((id) => again.includes(id));
    }
    const isRight = isExpected(red);
    const found = `red: ${red.join(', ') || 'none'}`;
    say(
      `${isRight ? 'passed' : 'FAILED'} ${fault.name} (${fault.area}) ${found}; expected: ${fault.red.join(', ')}`,
    );
    return !isRight;
  });
  say(`${chosen.length - failures.length} passed, ${failures.length} failed`);
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
