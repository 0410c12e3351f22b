import { newestNatsPy } from '../harness/python-packages.ts';
import { areas, items } from '../items.ts';
import type { Column } from '../items.ts';
import { columns } from './cell.ts';
import type { Cell } from './cell.ts';

const headings: Readonly<Record<Column, string>> = {
  node: 'Node',
  python: 'Python',
  go: 'Go',
  wire: 'by hand',
};

const introduction = `# What the Memphis SDKs can do

What was seen when the published SDKs, unmodified, talked to this broker: \`memphis-dev\` 1.3.2 for Node, \`memphis-py\`
1.3.1 for Python (with \`nats-py\` ${newestNatsPy}, the newest, and with 2.6.0), \`memphis.go\` 1.3.2 for Go. Each row is one
thing that a client does and what has to come of it. *By hand* are bytes that no SDK sends by itself. An empty cell: that
SDK has no such call.

- **passed**: the tests listed below the table passed.
- **failed**, **no test**: it does not work here, or nothing shows that it does.
- **impossible**: the SDK cannot do it, whatever the broker answers.
- **not obtainable**: the SDK could not be had on the machine of the run; nothing is known.
- **drill**: takes too long for a test; the drill that shows it stands under the reasons.`;

/** What no broker can do for them, as the restart drill has seen it and their sources explain it. */
const afterRestart = `## After a restart of the broker

All SDKs connect again by themselves, and their producers and consumers go on; \`npm run drill:restart\` shows it
with all of them at once, under load. What was on its way when the connection broke is their affair:

- **All**: the answer to a publish may be lost with the connection, whether the message was stored or not. Produce it again
  with the same message id: inside the idempotency window it is stored once.
- **Go**: a synchronous \`Produce\` whose answer was lost waits for ever, because the SDK has no timer there. Give
  it one of your own. The SDK also prints the error of the broken connection to stdout, without ending the line.
- **Node**: a publish or fetch whose answer was lost fails with \`TIMEOUT\` after 5 s, not when the connection is back. With
  \`asyncProduce\`, which is the default, nobody catches that: it is an unhandled rejection, which ends Node.
- **Python**: a publish whose answer was lost fails with \`memphis: timeout\` after 5 s; a fetch that was under way returns
  nothing after 5 s. On \`nats-py\` 2.6.0 any batch that does not fill takes these 5 s, restart or not.`;

/** What stands in the tests of permissions, for those who read no tests. */
const refusals = `## What a user may not do

An application user whose permissions do not cover a station, or do not any more, is refused each operation on it by an error that
names the user and the station, and stays connected. Where the SDK shows nothing of it:

- **Go**: a refused \`Fetch\` returns an empty batch: the SDK looks for the error before the answer can be there.
- **All**: nobody is answered a dead-letter call, so its refusal stands in the log of the broker; the message stays where it
  is. The SDK for Python fails by itself in that call (\`'Metadata' object is not callable\`).`;

/** The table as Markdown; the same run gives the same text. */
export function renderPage(cells: readonly Cell[]): string {
  const sections = areas.map((area) => areaSection(area, cells));
  return [introduction, ...sections, afterRestart, refusals, notes(cells)].join('\n\n');
}

function areaSection(area: string, cells: readonly Cell[]): string {
  const own = items.filter((item) => item.area === area);
  const rows = own.map((item) => {
    const verdicts = columns.map(
      (column) => cells.find((cell) => cell.item === item && cell.column === column)?.verdict ?? '',
    );
    return `| ${[item.id, escape(item.text), ...verdicts].join(' | ')} |`;
  });
  const tests = own.flatMap((item) =>
    [...new Set(cells.filter((cell) => cell.item === item).flatMap(({ tests }) => tests))].map(
      (test) =>
        `- \`${test.slice(0, test.indexOf(': '))}\`: ${escape(test.slice(test.indexOf(': ') + 2))}`,
    ),
  );
  return [
    `## ${area}`,
    [
      `| | What the client does | ${columns.map((column) => headings[column]).join(' | ')} |`,
      `| - | - | ${columns.map(() => '-').join(' | ')} |`,
      ...rows,
    ].join('\n'),
    ...(tests.length === 0 ? [] : ['Tests:', tests.join('\n')]),
  ].join('\n\n');
}

/** Reasons of the cells that no test decides. */
function notes(cells: readonly Cell[]): string {
  const lines = cells
    .filter(({ reason }) => reason !== '')
    .filter(({ verdict }) => verdict !== 'not obtainable')
    .map(
      ({ item, column, verdict, reason }) =>
        `- ${item.id}, ${headings[column]}: ${verdict}: ${escape(reason)}`,
    );
  const missing = new Map(
    cells
      .filter(({ verdict }) => verdict === 'not obtainable')
      .map(({ column, reason }) => [column, reason]),
  );
  const columnLines = [...missing].map(
    ([column, reason]) => `- ${headings[column]}, all items: not obtainable: ${escape(reason)}`,
  );
  const all = [...columnLines, ...lines];
  return all.length === 0 ? '' : `## Reasons\n\n${all.join('\n')}`;
}

function escape(text: string): string {
  return text.replace(/[<*_|]/g, '\\$&');
}
