// Runs the conformance suites and prints the table of items and SDKs. With --write it also writes
// docs/reference/sdk-compatibility.md; without, it fails when that page says something else. With --planted it
// runs the suites on brokers with one rule broken each (or on those named after it), and fails where the right
// cells do not turn red.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { buildBroker } from '../modules/image/index.ts';
import {
  brokenFiles,
  cellsOf,
  failing,
  outcomesOf,
  preparedColumns,
  prepareSdks,
  printedTable,
  renderPage,
  showPlanted,
  verdictLine,
} from '../tests/conformance/index.ts';
import { runChild } from './run-child.ts';
import { runScript } from './run-script.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const resultsPath = join(root, '.cache/conformance/results.json');
const pagePath = 'docs/reference/sdk-compatibility.md';
const header =
  '<!-- Generated from a run by `npm run test:conformance -- --write`. Do not edit. -->\n\n';

await runScript(async () => {
  prepareSdks((line) => console.log(line));
  buildBroker(root, (line) => console.log(`Broker     ${line}`));
  const [mode, ...names] = process.argv.slice(2);
  if (mode === '--planted') return showPlanted(names, (line) => console.log(line));
  mkdirSync(dirname(resultsPath), { recursive: true });
  rmSync(resultsPath, { force: true });
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const how = ['--maxWorkers=2', '--silent', '--json', `--outputFile=${resultsPath}`];
  await runChild([jest, 'tests/conformance', ...how], { cwd: root, variables: {} });
  if (!existsSync(resultsPath)) return 1; // Jest has said why

  const json = readFileSync(resultsPath, 'utf8');
  const missing = preparedColumns().filter(({ reason }) => reason !== undefined);
  const notObtainable = Object.fromEntries(missing.map(({ column, reason }) => [column, reason]));
  const cells = cellsOf(outcomesOf(json), notObtainable);
  console.log(printedTable(cells));
  const broken = brokenFiles(json);
  for (const file of broken) console.error(`${file} could not be run`);
  const isFresh = await settlePage(renderPage(cells));
  console.log(verdictLine(cells));
  const hasFailed = cells.some(({ verdict }) => failing.includes(verdict));
  return hasFailed || broken.length > 0 || !isFresh ? 1 : 0;
});

/** Writes the page or compares it; false where it is stale. */
async function settlePage(text: string): Promise<boolean> {
  const options = await resolveConfig(join(root, 'package.json'));
  const content = await format(header + text, { ...options, filepath: pagePath });
  const path = join(root, pagePath);
  if (existsSync(path) && readFileSync(path, 'utf8') === content) return true;
  if (process.argv.includes('--write')) {
    writeFileSync(path, content);
    console.log(`wrote ${pagePath}`);
    return true;
  }
  console.error(
    `${pagePath} says something else than this run: npm run test:conformance -- --write`,
  );
  return false;
}
