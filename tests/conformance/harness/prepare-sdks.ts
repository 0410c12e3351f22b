import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { KitError } from '../../../modules/config/index.ts';
import { prepareGo } from './prepare-go.ts';
import { preparePython } from './prepare-python.ts';
import { preparedColumnsPath } from './sdks.ts';
import type { PreparedColumn } from './sdks.ts';
import { toolRunner } from './set-up-tool.ts';

const names = {
  python: 'Python SDK',
  'nats-py': 'Python NATS',
  go: 'Go SDK',
  'nats-go': 'Go NATS',
} as const;

/**
 * Makes ready what the conformance suites need beside Node, in .cache/, once; says a line for each
 * column, with the reason where it does not run here. The suites read what it leaves.
 *
 * @throws KitError SDK_SETUP_FAILED, when all are told, where a column could be had and its set-up did not work.
 */
export function prepareSdks(say: (line: string) => void): void {
  const run = toolRunner();
  const builds = dirname(preparedColumnsPath);
  const copy = process.env['MEMPHIS_GO_DIR'] ?? '';
  const prepared = [...preparePython({ run, builds }), ...prepareGo({ run, builds, copy })];
  mkdirSync(builds, { recursive: true });
  writeFileSync(preparedColumnsPath, JSON.stringify(prepared));
  for (const column of prepared) say(lineOf(column));
  throwProblemsOf(prepared);
}

/** How a column is told. */
export function lineOf({ column, reason, problem, sdks }: PreparedColumn): string {
  const name = names[column as keyof typeof names].padEnd(11);
  if (problem !== undefined) return `${name} SET-UP FAILED, not run: see ${problem.code}`;
  if (reason !== undefined) return `${name} not obtainable, not run: ${reason}`;
  return `${name} ${sdks.map(({ title }) => title).join('; ')}`;
}

/** Two columns may share a set-up, and so a problem, which is told once. */
function throwProblemsOf(prepared: readonly PreparedColumn[]): void {
  const problems = prepared.flatMap(({ problem }) => problem ?? []);
  if (problems.length > 0) throw new KitError([...new Set(problems)]);
}
