import { mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { GrownStorage } from './grown-storage.ts';

/** What is remembered of one deployed target of an environment. */
export interface TargetRecord {
  readonly size: string;
  /** When it was deployed first (ISO 8601). */
  readonly created: string;
  /** When it may be taken down; null: never by itself. A fixed moment, or every plan would change. */
  readonly expires: string | null;
  /** The lifetime that its end was reckoned with, where one was set; see `targetRecord`. */
  readonly lifetimeMs?: number;
  /** The account of the cloud that it is in, once that is known: another one's login is refused. */
  readonly account?: string;
  /** Where Terraform keeps its state. */
  readonly state: string;
  /** Whom to ask about it. */
  readonly owner?: string;
  /** Settings of which another value would replace what holds data; see `replacementProblems`. */
  readonly fixed?: Readonly<Record<string, string>>;
  /** The largest storage it has had; see `grownStorage`. */
  readonly storage?: GrownStorage;
}

/** The record of an environment: its targets that are deployed. */
export interface EnvironmentRecord {
  readonly environment: string;
  readonly targets: Readonly<Record<string, TargetRecord>>;
}

/** Where the record of an environment is. */
export interface RecordPlace {
  readonly file: string;
  readonly environment: string;
}

/** The record of what this machine alone runs: in `state/<environment>`. */
export function localRecord(stateDirectory: string): RecordPlace {
  return {
    file: path.join(stateDirectory, 'environment.json'),
    environment: path.basename(stateDirectory),
  };
}

/**
 * The record of what an environment has in clouds. Not under `state/`: who shares an
 * environment commits it, so that every machine knows its tags, its end and what must not change.
 */
export function cloudRecord(root: string, environment: string): RecordPlace {
  return { file: path.join(root, 'environments', `${environment}.json`), environment };
}

/** Adds a target to the record, or renews it; the moment of its first deployment stays. */
export function recordTarget(
  place: RecordPlace,
  target: string,
  facts: Omit<TargetRecord, 'created'>,
  now = new Date(),
): void {
  const record = readEnvironmentRecord(place);
  const created = record.targets[target]?.created ?? now.toISOString();
  write(place, {
    ...record,
    targets: { ...record.targets, [target]: { ...facts, created } },
  });
}

/** Adds to a target that is recorded which account it is in. */
export function recordAccount(place: RecordPlace, target: string, account: string): void {
  const record = readEnvironmentRecord(place);
  const known = record.targets[target];
  if (known === undefined) return;
  write(place, { ...record, targets: { ...record.targets, [target]: { ...known, account } } });
}

/** Takes a target out of the record; the last one takes the record with it. */
export function forgetTarget(place: RecordPlace, target: string): void {
  const record = readEnvironmentRecord(place);
  const others = Object.entries(record.targets).filter(([name]) => name !== target);
  if (others.length === 0) remove(place);
  else write(place, { ...record, targets: Object.fromEntries(others) });
}

/** The record as it is; one without targets when there is none. */
export function readEnvironmentRecord({ file, environment }: RecordPlace): EnvironmentRecord {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as EnvironmentRecord;
  } catch {
    // Absent or damaged: it can be rebuilt by a deploy, and must never keep one from working.
    return { environment, targets: {} };
  }
}

function write({ file }: RecordPlace, record: EnvironmentRecord): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(draft, file);
}

/** The folder goes with its last record, unless something else is in it. */
function remove({ file }: RecordPlace): void {
  rmSync(file, { force: true });
  try {
    rmdirSync(path.dirname(file));
  } catch {
    // Not empty, or not there.
  }
}
