import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { prepareGo } from './prepare-go.ts';
import { preparePython } from './prepare-python.ts';
import { preparedColumnsPath } from './sdks.ts';

const names = {
  python: 'Python SDK',
  'nats-py': 'Python NATS',
  go: 'Go SDK',
  'nats-go': 'Go NATS',
} as const;

/**
 * Makes ready what the conformance suites need beside Node, in .cache/, once; says a line for each
 * column, with the reason where it does not run here. The suites read what it leaves.
 */
export function prepareSdks(say: (line: string) => void): void {
  const prepared = [...preparePython(), ...prepareGo()];
  mkdirSync(dirname(preparedColumnsPath), { recursive: true });
  writeFileSync(preparedColumnsPath, JSON.stringify(prepared));
  for (const { column, reason, sdks } of prepared) {
    const name = names[column as keyof typeof names];
    const found = sdks.map(({ title }) => title).join(', ');
    say(
      `${name.padEnd(11)} ${reason === undefined ? found : `not obtainable, not run: ${reason}`}`,
    );
  }
}
