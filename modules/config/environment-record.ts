import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What is remembered of one deployed target of an environment. */
export interface TargetRecord {
  readonly size: string;
  /** When it was deployed first (ISO 8601). */
  readonly created: string;
  /** When it may be taken down; null: never by itself. A fixed moment, or every plan would change. */
  readonly expires: string | null;
  /** Where Terraform keeps its state. */
  readonly state: string;
}

/** The record of an environment: its targets that are deployed. */
export interface EnvironmentRecord {
  readonly environment: string;
  readonly targets: Readonly<Record<string, TargetRecord>>;
}

const fileName = 'environment.json';

/** Adds a target to the record, or renews it; the moment of its first deployment stays. */
export function recordTarget(
  stateDirectory: string,
  target: string,
  facts: Omit<TargetRecord, 'created'>,
): void {
  const record = readEnvironmentRecord(stateDirectory);
  const created = record.targets[target]?.created ?? new Date().toISOString();
  write(stateDirectory, {
    ...record,
    targets: { ...record.targets, [target]: { ...facts, created } },
  });
}

/** Takes a target out of the record; the last one takes the record with it. */
export function forgetTarget(stateDirectory: string, target: string): void {
  const record = readEnvironmentRecord(stateDirectory);
  const others = Object.entries(record.targets).filter(([name]) => name !== target);
  if (others.length === 0) rmSync(path.join(stateDirectory, fileName), { force: true });
  else write(stateDirectory, { ...record, targets: Object.fromEntries(others) });
}

/** The record as it is; one without targets when there is none. */
export function readEnvironmentRecord(stateDirectory: string): EnvironmentRecord {
  try {
    return JSON.parse(
      readFileSync(path.join(stateDirectory, fileName), 'utf8'),
    ) as EnvironmentRecord;
  } catch {
    // Absent or damaged: it can be rebuilt by a deploy, and must never keep one from working.
    return { environment: path.basename(stateDirectory), targets: {} };
  }
}

function write(stateDirectory: string, record: EnvironmentRecord): void {
  mkdirSync(stateDirectory, { recursive: true });
  const draft = path.join(stateDirectory, `${fileName}.${process.pid}`);
  writeFileSync(draft, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(draft, path.join(stateDirectory, fileName));
}
