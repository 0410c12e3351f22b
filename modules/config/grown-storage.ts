import type { Preset } from '../contract/index.ts';

/** Of disks and database the largest that an environment has had: no cloud makes one smaller. */
export interface GrownStorage {
  readonly diskGiB: number;
  readonly databaseGiB: number;
  readonly databaseGiBMax: number;
}

/** What a preset wants and what is there already, whichever is larger. */
export function grownStorage(preset: Preset, before: GrownStorage | undefined): GrownStorage {
  const { storageGiB, storageGiBMax } = preset.aws.database;
  return {
    diskGiB: Math.max(preset.diskGiB, before?.diskGiB ?? 0),
    databaseGiB: Math.max(storageGiB, before?.databaseGiB ?? 0),
    databaseGiBMax: Math.max(storageGiBMax, before?.databaseGiBMax ?? 0),
  };
}

/** A preset whose storage is no smaller than that: the way back to a smaller size leaves disks as they are. */
export function presetOver(preset: Preset, storage: GrownStorage): Preset {
  const database = {
    ...preset.aws.database,
    storageGiB: storage.databaseGiB,
    storageGiBMax: storage.databaseGiBMax,
  };
  return { ...preset, diskGiB: storage.diskGiB, aws: { ...preset.aws, database } };
}
