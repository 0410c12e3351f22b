import type { Member } from '../../core/groups/index.ts';
import type { StationDraft } from '../../core/ports/index.ts';
import type { Schema, SchemaVersion } from '../../core/schemas/index.ts';
import type { Station } from '../../core/stations/index.ts';
import type { User } from '../../core/users/index.ts';
import { plainText } from './texts.ts';

type Row = Readonly<Record<string, unknown>>;

/** What of a station is in its column of type json: the names that others change are columns. */
export function settingsOf(draft: StationDraft): string {
  // JSON leaves out what is undefined.
  return JSON.stringify({ ...draft, deadLetterStation: undefined, schema: undefined });
}

/** From the columns id, settings, dead_letter_station and schema_name. */
export function stationOf(row: Row): Station {
  return {
    ...(row['settings'] as Omit<Station, 'id' | 'deadLetterStation' | 'schema'>),
    id: row['id'] as number,
    deadLetterStation: nullable(row['dead_letter_station']),
    schema: nullable(row['schema_name']),
  };
}

/** From the columns record and versions. */
export function schemaOf(row: Row): Schema {
  const head = row['record'] as Omit<Schema, 'versions'>;
  return { ...head, versions: row['versions'] as readonly SchemaVersion[] };
}

/** From the column record. */
export function userOf(row: Row): User {
  return row['record'] as User;
}

/** From the column record. */
export function memberOf(row: Row): Member {
  return row['record'] as Member;
}

function nullable(column: unknown): string | null {
  return typeof column === 'string' ? plainText(column) : null;
}
