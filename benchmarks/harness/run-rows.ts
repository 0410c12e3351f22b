import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { registerRelease, releaseAll } from '../../tests/support/index.ts';
import { judge } from './judge.ts';
import type { Verdict } from './judge.ts';
import { monotonicMs } from './load/index.ts';
import type { Peer } from './peers/index.ts';
import type { Preset } from './presets.ts';
import type { Facts, Measurement, Row } from './row.ts';

/** A row that was run: its numbers and verdicts, or why there are none. */
export interface RowOutcome {
  readonly row: Row;
  readonly seconds: number;
  readonly measurement?: Measurement;
  readonly verdicts: readonly Verdict[];
  readonly error?: string;
}

/** What a run of rows needs. */
export interface RunPlan {
  readonly rows: readonly Row[];
  readonly preset: Preset;
  readonly root: string;
  /** Existing directory on the disk under test; a folder of its own is made in it and removed. */
  readonly parentDirectory: string;
  /** The broker, or the brokers that are compared, and whatever else can be had. */
  readonly peers: readonly Peer[];
  readonly progress: (text: string) => void;
}

/**
 * Runs rows one after the other, each in an empty directory. A row that fails is reported and the
 * next one runs; whatever it left running is ended by its pid.
 */
export async function runRows(plan: RunPlan): Promise<readonly RowOutcome[]> {
  const directory = mkdtempSync(join(plan.parentDirectory, 'thebes-bench-'));
  const outcomes: RowOutcome[] = [];
  const remove = (): void => {
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  };
  // Ctrl-C ends the program from a signal handler, past every `finally`.
  process.once('exit', remove);
  try {
    for (const [index, row] of plan.rows.entries()) {
      plan.progress(`${index + 1}/${plan.rows.length} ${row.id}: ${row.title}`);
      outcomes.push(await runRow(plan, row, join(directory, row.id)));
    }
  } finally {
    await releaseAll();
    remove();
    process.off('exit', remove);
  }
  return outcomes;
}

async function runRow(plan: RunPlan, row: Row, directory: string): Promise<RowOutcome> {
  mkdirSync(directory);
  registerRelease(() => {
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  });
  const { preset, root, progress } = plan;
  const peers = plan.peers.filter(
    ({ name, kind }) => kind === 'thebes' || row.baselines.includes(name),
  );
  const start = monotonicMs();
  const seconds = (): number => (monotonicMs() - start) / 1000;
  try {
    const measurement = await row.measure({ preset, root, directory, progress }, peers);
    assertAgreement(measurement.facts);
    const verdicts = judge(row.demands, measurement);
    return { row, seconds: seconds(), measurement, verdicts: preset.judges ? verdicts : [] };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    progress(`${row.id} failed: ${text}`);
    return { row, seconds: seconds(), verdicts: [], error: text };
  } finally {
    await releaseAll();
  }
}

/** Peers may differ in speed, never in what they counted. */
function assertAgreement(facts: Readonly<Record<string, Facts>>): void {
  const texts = Object.entries(facts).map(([peer, counts]) => [peer, JSON.stringify(counts)]);
  const [, expected] = texts[0] ?? [];
  const odd = texts.filter(([, counts]) => counts !== expected);
  if (odd.length === 0) return;
  const all = texts.map(([peer, counts]) => `${peer} ${counts}`).join('; ');
  throw new Error(`The peers did not count the same: ${all}`);
}

/** True when nothing failed and no must of the broker was missed. */
export function holds(outcomes: readonly RowOutcome[]): boolean {
  return outcomes.every(({ error, verdicts }) => {
    const missed = verdicts.some(({ level, reached }) => level === 'must' && reached === false);
    return error === undefined && !missed;
  });
}
