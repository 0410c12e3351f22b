import type { Machine } from '../machine.ts';
import type { RowOutcome } from '../run-rows.ts';
import { digestOf } from './digest.ts';

/** Everything about a run that its report says. */
export interface RunRecord {
  readonly command: string;
  /** Start, as ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly preset: string;
  readonly machine: Machine;
  /** Name and version of every program that took part. */
  readonly versions: Readonly<Record<string, string>>;
  /** What an ack promises, by peer. */
  readonly durability: Readonly<Record<string, string>>;
  /** What could not be had, and why. */
  readonly missing: readonly string[];
  /** Of all processor time during the run, the part that the host of this machine gave to others. */
  readonly stolenShare: number;
  /** Of fdatasync on the disk under test, before the first row. */
  readonly flushMs: { readonly p50: number; readonly p99: number };
  readonly outcomes: readonly RowOutcome[];
}

/** The run as JSON, with every sample. */
export function recordAsJson(record: RunRecord): string {
  const { outcomes, ...conditions } = record;
  const rows = outcomes.map(({ row, seconds, measurement, verdicts, error }) => ({
    id: row.id,
    title: row.title,
    seconds,
    ...(measurement === undefined ? {} : measurement),
    verdicts,
    ...(error === undefined ? {} : { error }),
  }));
  return JSON.stringify({ ...conditions, digest: digestOf(outcomes), rows }, rounded, 2);
}

/** Nobody reads the tenth digit of a rate. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value)
    ? Number(value.toPrecision(5))
    : value;
}
