import type { StationDraft } from '../../../broker/src/core/ports/index.ts';
import type { Schema } from '../../../broker/src/core/schemas/index.ts';
import { defaultStationSettings } from '../../../broker/src/core/stations/index.ts';

/** A station about to be created, with what a behaviour changes. */
export function draft(name: string, settings: Partial<StationDraft> = {}): StationDraft {
  return { ...defaultStationSettings(name), createdAtMs: 1000, createdBy: 'root', ...settings };
}

/** A schema with so many versions, of which the first is active. */
export function schema(name: string, versionCount = 1): Schema {
  const versions = Array.from({ length: versionCount }, (_, index) => ({
    number: index + 1,
    content: `{"title":"${name} ${String(index + 1)}"}`,
    messageName: '',
    descriptor: '',
    createdAtMs: 1000,
    createdBy: 'root',
  }));
  return { name, format: 'json', versions, activeVersion: 1 };
}
