// `npm run bench`: measures every row of the performance budget against its peers. `--help` lists the options.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildBroker } from '../modules/image/index.ts';
import { releaseAll, repositoryRoot } from '../tests/support/index.ts';
import {
  answeringPeer,
  consoleLines,
  describeMachine,
  digestOf,
  findNatsServer,
  holds,
  jetStreamPeer,
  markdownReport,
  measureFlushes,
  peerNames,
  percentile,
  presets,
  processorTicks,
  recordAsJson,
  runRows,
  selectRows,
  thebesPeer,
} from './harness/index.ts';
import type { NatsServer, Peer, RunRecord } from './harness/index.ts';
import { rows } from './system/index.ts';

const help = `Usage: npm run bench -- [options]

  --only <ids>       rows with these ids, or ids up to a dash, separated by commas
  --list             print the rows and end
  --preset <name>    full (default) or smoke: every row in a small size, no verdict on speed
  --report <title>   write benchmarks/reports/<date>-<title>.md and .json
  --alone            the broker without its peers: quick, and nothing is compared
  --json             print the run as JSON instead of text
  --directory <dir>  folder on the disk to measure (default .cache/bench)

Ends with 1 when a row failed or a must of the budget was missed.`;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    list: { type: 'boolean', default: false },
    preset: { type: 'string', default: 'full' },
    report: { type: 'string' },
    alone: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    directory: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void releaseAll().finally(() => process.exit(130));
  });
}

if (options.help) {
  console.log(help);
} else {
  const selected = selectRows(rows, options.only);
  if (options.list) for (const row of selected) console.log(`${row.id.padEnd(22)} ${row.title}`);
  else process.exitCode = await main();
}

async function main(): Promise<number> {
  const preset = options.preset === 'smoke' ? presets.smoke : presets.full;
  if (options.preset !== preset.name) {
    throw new Error(`--preset takes full or smoke, not ${options.preset}`);
  }
  // Text of builds and of progress goes to stderr, so that stdout is the result and nothing else.
  const progress = (text: string): void => {
    process.stderr.write(`${text}\n`);
  };
  const source = buildBroker(repositoryRoot, progress);
  const directory = options.directory ?? join(repositoryRoot, '.cache/bench');
  mkdirSync(directory, { recursive: true });

  const nats: NatsServer = options.alone
    ? { path: undefined, reason: 'asked to run alone' }
    : findNatsServer({ install: preset.installsNatsServer });
  const peers = peersWith(nats);
  const machine = describeMachine(directory);
  const flushes = [...measureFlushes(directory, preset.flushCount)].sort((a, b) => a - b);
  const startedAt = new Date();
  const ticksBefore = processorTicks();
  const outcomes = await runRows({
    rows: selectRows(rows, options.only).filter((row) => row.runsWith?.(preset) ?? true),
    preset,
    root: repositoryRoot,
    parentDirectory: directory,
    peers,
    progress,
  });
  const ticks = processorTicks();
  const record: RunRecord = {
    command: commandLine(),
    startedAt: startedAt.toISOString(),
    seconds: (Date.now() - startedAt.getTime()) / 1000,
    preset: preset.name,
    machine,
    versions: versionsOf(nats, source),
    durability: Object.fromEntries(peers.map(({ name, durability }) => [name, durability])),
    missing: missingFrom(nats),
    stolenShare: (ticks.stolen - ticksBefore.stolen) / (ticks.all - ticksBefore.all),
    flushMs: { p50: percentile(flushes, 0.5), p99: percentile(flushes, 0.99) },
    outcomes,
  };
  print(record);
  if (options.report !== undefined) writeReport(options.report, record, progress);
  return holds(outcomes) ? 0 : 1;
}

function peersWith(nats: NatsServer): readonly Peer[] {
  const thebes = thebesPeer({ name: peerNames.thebes, root: repositoryRoot });
  if (options.alone) return [thebes];
  const ceiling = answeringPeer(peerNames.ceiling);
  if (nats.path === undefined) return [thebes, ceiling];
  return [
    thebes,
    ceiling,
    jetStreamPeer({ name: peerNames.jetStream, binary: nats.path, sync: 'default' }),
    jetStreamPeer({ name: peerNames.jetStreamSyncAlways, binary: nats.path, sync: 'always' }),
  ];
}

function missingFrom(nats: NatsServer): readonly string[] {
  return nats.path === undefined ? [`${nats.reason}; nothing is compared with JetStream.`] : [];
}

function versionsOf(nats: NatsServer, source: string): Readonly<Record<string, string>> {
  const git = (...words: string[]): string =>
    execFileSync('git', words, { cwd: repositoryRoot, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', '--', 'broker/src') === '' ? '' : ', changed since';
  // Both are pinned to the digit.
  const pins = (path: string): Readonly<Record<string, Readonly<Record<string, string>>>> =>
    JSON.parse(readFileSync(join(repositoryRoot, path), 'utf8'));
  return {
    Thebes: `commit ${git('rev-parse', '--short', 'HEAD')}${changed} (source ${source})`,
    'Node.js': process.version,
    lmdb: pins('broker/package.json')['dependencies']?.['lmdb'] ?? '?',
    'memphis-dev': pins('package.json')['dependencies']?.['memphis-dev'] ?? '?',
    'nats-server': nats.path === undefined ? 'none' : nats.version,
  };
}

function commandLine(): string {
  const words = process.argv.slice(2);
  return words.length === 0 ? 'npm run bench' : `npm run bench -- ${words.join(' ')}`;
}

function print(record: RunRecord): void {
  if (options.json) {
    console.log(recordAsJson(record));
    return;
  }
  const { outcomes, seconds } = record;
  for (const line of outcomes.flatMap(consoleLines)) console.log(line);
  for (const line of record.missing) console.log(`Missing: ${line}`);
  console.log(`${outcomes.length} rows in ${seconds.toFixed(0)} s, digest ${digestOf(outcomes)}`);
}

function writeReport(title: string, record: RunRecord, progress: (text: string) => void): void {
  const folder = join(repositoryRoot, 'benchmarks/reports');
  const notes = join(folder, 'notes');
  const written = new Map(
    readdirSync(notes)
      .filter((name) => name.endsWith('.md'))
      .map((name) => [name.slice(0, -3), readFileSync(join(notes, name), 'utf8')]),
  );
  const stem = join(folder, `${record.startedAt.slice(0, 10)}-${title}`);
  writeFileSync(`${stem}.md`, markdownReport(title, record, written));
  writeFileSync(`${stem}.json`, `${recordAsJson(record)}\n`);
  progress(`Report: ${stem}.md`);
}
