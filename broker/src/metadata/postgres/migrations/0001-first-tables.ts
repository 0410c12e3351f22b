/**
 * Stations, their members, schemas and users.
 *
 * What statements look for or change by itself is a column; the rest of a record is JSON, in a column
 * of type json because jsonb refuses texts with a zero character.
 */
export const firstTables = `
CREATE TABLE thebes.installation (
  is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  id text NOT NULL
);
INSERT INTO thebes.installation (id) VALUES (gen_random_uuid()::text);

CREATE TABLE thebes.station (
  -- Taken from a sequence, which never gives a number twice, and committed before an engine hears of it.
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL,
  state text NOT NULL CHECK (state IN ('creating', 'ready', 'deleting')),
  -- Of the request that made it: whoever lost the answer knows its own record by it.
  creation text NOT NULL UNIQUE,
  -- Which store has its messages.
  store_id text NOT NULL,
  dead_letter_station text COLLATE "C",
  schema_name text COLLATE "C",
  settings json NOT NULL
);
-- A name is free again as soon as its station is being deleted.
CREATE UNIQUE INDEX station_name ON thebes.station (name) WHERE state <> 'deleting';
CREATE INDEX station_half_done ON thebes.station (state) WHERE state <> 'ready';
CREATE INDEX station_dead_letter_station ON thebes.station (dead_letter_station);
CREATE INDEX station_schema_name ON thebes.station (schema_name);

CREATE TABLE thebes.member (
  station_id integer NOT NULL REFERENCES thebes.station ON DELETE CASCADE,
  connection_id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  record json NOT NULL,
  PRIMARY KEY (station_id, connection_id, name)
);

CREATE TABLE thebes.schema (
  name text COLLATE "C" PRIMARY KEY,
  record json NOT NULL
);
CREATE TABLE thebes.schema_version (
  schema_name text COLLATE "C" NOT NULL REFERENCES thebes.schema ON DELETE CASCADE,
  number integer NOT NULL,
  record json NOT NULL,
  PRIMARY KEY (schema_name, number)
);

CREATE TABLE thebes."user" (
  name text COLLATE "C" PRIMARY KEY,
  record json NOT NULL
);
`;
