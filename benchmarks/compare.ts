// `npm run bench:compare -- <refA> <refB>`: two states of the broker on the same machine, in turn.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { releaseAll, repositoryRoot } from '../tests/support/index.ts';
import {
  brokerOfRef,
  comparisonLines,
  presets,
  runRows,
  selectRows,
  thebesPeer,
} from './harness/index.ts';
import { rows } from './system/index.ts';

const help = `Usage: npm run bench:compare -- <refA> <refB> [options]

Checks both out beside the working tree, builds their brokers and samples them in alternating order.
"working" stands for the working tree as it is.

  --only <ids>       rows with these ids, or ids up to a dash, separated by commas
                     (default publish,fetch-ack,latency)
  --preset <name>    full (default) or smoke`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: 'publish,fetch-ack,latency' },
    preset: { type: 'string', default: 'full' },
    help: { type: 'boolean', default: false },
  },
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void releaseAll().finally(() => process.exit(130));
  });
}

const [refA, refB] = positionals;
if (options.help) {
  console.log(help);
} else if (refA === undefined || refB === undefined || positionals.length !== 2) {
  console.error(help);
  process.exitCode = 2;
} else {
  process.exitCode = await compare(refA, refB);
}

async function compare(first: string, second: string): Promise<number> {
  const progress = (text: string): void => {
    process.stderr.write(`${text}\n`);
  };
  const directory = join(repositoryRoot, '.cache/bench');
  mkdirSync(directory, { recursive: true });
  const a = brokerOfRef(first, progress);
  const b = brokerOfRef(second, progress);
  try {
    const names = [`A ${first} ${a.version}`, `B ${second} ${b.version}`] as const;
    const outcomes = await runRows({
      // Rows that measure the kit and not the broker have no baselines; demands are about peers.
      rows: selectRows(rows, options.only)
        .filter(({ baselines }) => baselines.length > 0)
        .map((row) => ({ ...row, demands: [] })),
      preset: options.preset === 'smoke' ? presets.smoke : presets.full,
      root: repositoryRoot,
      parentDirectory: directory,
      peers: [
        thebesPeer({ name: names[0], root: a.root }),
        thebesPeer({ name: names[1], root: b.root }),
      ],
      progress,
    });
    for (const outcome of outcomes) {
      for (const line of comparisonLines(outcome, { before: names[0], after: names[1] })) {
        console.log(line);
      }
    }
    return outcomes.some(({ error }) => error !== undefined) ? 1 : 0;
  } finally {
    a.remove();
    b.remove();
  }
}
