import type { Member } from '../../core/groups/index.ts';
import type { StationDraft } from '../../core/ports/index.ts';
import type { Schema, SchemaVersion } from '../../core/schemas/index.ts';
import type { User } from '../../core/users/index.ts';
import type { Statement } from './database.ts';
import { settingsOf } from './records.ts';
import { columnText } from './texts.ts';

// Each statement is a transaction of its own and may be carried out twice: when an answer was lost,
// nobody knows whether it was.

const stationColumns = 'id, settings, dead_letter_station, schema_name';

/** The id that the first migration gave. */
export const installation: Statement = { text: 'SELECT id FROM thebes.installation' };

/** Returns the id, or nothing when the name is taken. */
export function insertStation(
  draft: StationDraft,
  names: { readonly creation: string; readonly storeId: string },
): Statement {
  return {
    text: `
INSERT INTO thebes.station
  (name, state, creation, store_id, dead_letter_station, schema_name, settings)
VALUES ($1, 'creating', $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
RETURNING id`,
    values: [
      columnText(draft.name),
      names.creation,
      names.storeId,
      nullable(draft.deadLetterStation),
      nullable(draft.schema),
      settingsOf(draft),
    ],
  };
}

/** Whoever has the name. */
export function stationByName(name: string): Statement {
  return {
    text: `SELECT id, state, creation FROM thebes.station WHERE name = $1 AND state <> 'deleting'`,
    values: [columnText(name)],
  };
}

/** Returns the id, or nothing when the record is on its way out. */
export function finishCreation(id: number): Statement {
  return {
    text: `UPDATE thebes.station SET state = 'ready' WHERE id = $1 AND state <> 'deleting' RETURNING id`,
    values: [id],
  };
}

/** Of a station that nobody was told of; returns the ids, also of those on their way out already. */
export function giveUpCreation(creation: string): Statement {
  return {
    text: `UPDATE thebes.station SET state = 'deleting' WHERE creation = $1 RETURNING id`,
    values: [creation],
  };
}

/** With everything that goes with it at once; returns the id, or nothing when it is on its way out already. */
export function beginDeletion(id: number): Statement {
  return {
    text: `
WITH gone AS (
  UPDATE thebes.station SET state = 'deleting' WHERE id = $1 AND state = 'ready' RETURNING id, name
), naming AS (
  UPDATE thebes.station SET dead_letter_station = NULL FROM gone
  WHERE station.dead_letter_station = gone.name AND station.id <> gone.id
), members AS (
  DELETE FROM thebes.member USING gone WHERE member.station_id = gone.id
)
SELECT id FROM gone`,
    values: [id],
  };
}

/** When the engine has let go of it; what joined it in the meantime goes too. */
export function finishDeletion(id: number): Statement {
  return {
    text: `DELETE FROM thebes.station WHERE id = $1 AND state = 'deleting'`,
    values: [id],
  };
}

export const everyStation: Statement = {
  text: `SELECT ${stationColumns} FROM thebes.station WHERE state = 'ready'`,
};

/** Of the stations that some store has: those that are half created or half deleted. */
export function halfDone(storeId: string): Statement {
  return {
    text: `SELECT ${stationColumns}, state FROM thebes.station WHERE state <> 'ready' AND store_id = $1 ORDER BY id`,
    values: [storeId],
  };
}

/** The same, deleted ones alone. */
export function halfDeleted(storeId: string): Statement {
  return {
    text: `SELECT id FROM thebes.station WHERE state = 'deleting' AND store_id = $1 ORDER BY id`,
    values: [storeId],
  };
}

/** One station whose messages another store has, and how many there are. */
export function stationOfOtherStore(storeId: string): Statement {
  return {
    text: `SELECT min(name) AS name, count(*)::integer AS count FROM thebes.station WHERE store_id <> $1`,
    values: [storeId],
  };
}

/** Returns the station. */
export function changeStationSchema(name: string, schema: string | null): Statement {
  return {
    text: `UPDATE thebes.station SET schema_name = $2 WHERE name = $1 AND state = 'ready' RETURNING ${stationColumns}`,
    values: [columnText(name), nullable(schema)],
  };
}

export const everySchema: Statement = {
  text: `
SELECT record, (
  SELECT json_agg(version.record ORDER BY version.number)
  FROM thebes.schema_version AS version WHERE version.schema_name = schema.name
) AS versions
FROM thebes.schema`,
};

/** How many versions are there. */
export function countVersions(name: string): Statement {
  return {
    text: 'SELECT count(*)::integer AS count FROM thebes.schema_version WHERE schema_name = $1',
    values: [columnText(name)],
  };
}

/** With these versions beside those that are there. */
export function upsertSchema(
  head: Omit<Schema, 'versions'>,
  versions: readonly SchemaVersion[],
): Statement {
  return {
    text: `
WITH head AS (
  INSERT INTO thebes.schema (name, record) VALUES ($1, $2)
  ON CONFLICT (name) DO UPDATE SET record = excluded.record RETURNING name
)
INSERT INTO thebes.schema_version (schema_name, number, record)
SELECT head.name, version.number, version.record::json
FROM head, unnest($3::integer[], $4::text[]) AS version (number, record)
ON CONFLICT DO NOTHING`,
    values: [
      columnText(head.name),
      JSON.stringify(head),
      versions.map(({ number }) => number),
      versions.map((version) => JSON.stringify(version)),
    ],
  };
}

/** Returns its name, or nothing when there was none. */
export function deleteSchema(name: string): Statement {
  return {
    text: `
WITH gone AS (
  DELETE FROM thebes.schema WHERE name = $1 RETURNING name
), stations AS (
  UPDATE thebes.station SET schema_name = NULL
  WHERE schema_name = $1 AND EXISTS (SELECT FROM gone)
)
SELECT name FROM gone`,
    values: [columnText(name)],
  };
}

export const everyUser: Statement = { text: 'SELECT record FROM thebes."user"' };

export function upsertUser(user: User): Statement {
  return {
    text: `
INSERT INTO thebes."user" (name, record) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET record = excluded.record`,
    values: [columnText(user.name), JSON.stringify(user)],
  };
}

/** Returns the name, or nothing when there was none. */
export function deleteUser(name: string): Statement {
  return {
    text: 'DELETE FROM thebes."user" WHERE name = $1 RETURNING name',
    values: [columnText(name)],
  };
}

export const everyMember: Statement = {
  text: `
SELECT member.record FROM thebes.member
JOIN thebes.station ON station.id = member.station_id WHERE station.state = 'ready'`,
};

/** Writes nothing where the station is gone; the lock makes a deletion wait, or waits for it. */
export function upsertMember(member: Member): Statement {
  return {
    text: `
INSERT INTO thebes.member (station_id, connection_id, name, record)
SELECT station.id, $2, $3, $4::json FROM thebes.station
WHERE station.id = $1 AND station.state = 'ready' FOR SHARE
ON CONFLICT (station_id, connection_id, name) DO UPDATE SET record = excluded.record`,
    values: [
      member.stationId,
      columnText(member.connectionId),
      columnText(member.name),
      JSON.stringify(member),
    ],
  };
}

/** Returns the name, or nothing when there was none. */
export function deleteMember(
  member: Pick<Member, 'connectionId' | 'stationId' | 'name'>,
): Statement {
  return {
    text: `
DELETE FROM thebes.member
WHERE station_id = $1 AND connection_id = $2 AND name = $3 RETURNING name`,
    values: [member.stationId, columnText(member.connectionId), columnText(member.name)],
  };
}

function nullable(text: string | null): string | null {
  return text === null ? null : columnText(text);
}
