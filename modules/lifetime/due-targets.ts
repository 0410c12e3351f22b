import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { cloudRecord, readEnvironmentRecord } from '../config/index.ts';
import type { TargetRecord } from '../config/index.ts';
import { sizes } from '../contract/index.ts';
import { presets } from '../presets/index.ts';

/** A target of an environment whose time is over. */
export interface DueTarget {
  readonly environment: string;
  readonly target: string;
  readonly record: TargetRecord;
}

/** What may be taken down: recorded, past its end, and of a size that nothing protects. */
export function dueTargets(root: string, now: Date): readonly DueTarget[] {
  const folder = path.join(root, 'environments');
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  return files
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const environment = path.basename(file, '.json');
      const { targets } = readEnvironmentRecord(cloudRecord(root, environment));
      return Object.entries(targets)
        .filter(([, record]) => isOver(record, now) && isUnprotected(record))
        .map(([target, record]) => ({ environment, target, record }));
    });
}

function isOver({ expires }: TargetRecord, now: Date): boolean {
  return expires !== null && Date.parse(expires) < now.getTime();
}

function isUnprotected({ size }: TargetRecord): boolean {
  const known = sizes.find((one) => one === size);
  return known === 'sandbox' && !presets[known].protection.stackLock;
}

/**
 * The settings that a due target is destroyed with: those it was deployed with, out of its record, and
 * nothing of the settings of the one who destroys it.
 */
export function settingsOf(
  { environment, record }: DueTarget,
  inherited: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const { region, database } = record.fixed ?? {};
  const foreign = Object.keys(inherited).filter((name) => name.startsWith('KIT_'));
  return {
    ...Object.fromEntries(foreign.map((name) => [name, undefined])),
    KIT_ENV: environment,
    KIT_SIZE: record.size,
    KIT_STATE: record.state,
    ...(region === undefined ? {} : { KIT_REGION: region }),
    ...(database === undefined ? {} : { KIT_DATABASE: database }),
  };
}
