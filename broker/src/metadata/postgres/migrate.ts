import { BrokerError } from '../../core/errors/index.ts';
import type { Connection } from './connection.ts';
import type { Migration } from './migrations/index.ts';

/** Any number will do, as long as nobody else in the database takes it: the letters of "thebes". */
const lockNumber = 0x746865626573;

/** One step may rebuild a large table; the server's own timeout is lifted for it. */
const timeoutMs = 600_000;

/** What a round of migrating came to: `busy` when another broker is at it. */
export type MigrationRound = 'done' | 'busy';

/**
 * Brings the schema up to date, one migration per transaction.
 *
 * The lock is taken before anything else, for the transaction: it goes with the connection, a pooler in
 * between does no harm, and nobody waits inside a transaction for it. Who finds it taken comes again.
 * Rejects with METADATA_SCHEMA_NEWER, or with a Failure; what was not finished is rolled back then.
 */
export async function migrate(
  connection: Connection,
  migrations: readonly Migration[],
  database: string,
  onMigrated: (migration: Migration) => void,
): Promise<MigrationRound> {
  for (;;) {
    await connection.script('BEGIN', timeoutMs);
    try {
      const lockIt = { text: tryLock, values: [String(lockNumber)] };
      const [lock] = await connection.query(lockIt, timeoutMs);
      if (lock?.['is_ours'] !== true) {
        await connection.script('ROLLBACK', timeoutMs);
        return 'busy';
      }
      const [seen] = await connection.query({ text: look }, timeoutMs);
      const isKnown = seen?.['is_known'] === true;
      const current = isKnown ? await currentNumber(connection) : 0;
      refuseNewer(current, migrations, database);
      const next = migrations.find(({ number }) => number > current);
      if (next === undefined) {
        await connection.script('ROLLBACK', timeoutMs);
        return 'done';
      }
      await connection.script('SET LOCAL statement_timeout = 0', timeoutMs);
      if (seen?.['has_schema'] !== true) await connection.script('CREATE SCHEMA thebes', timeoutMs);
      if (!isKnown) await connection.script(bookkeeping, timeoutMs);
      await connection.script(next.sql, timeoutMs);
      await connection.query(
        {
          text: 'INSERT INTO thebes.migration (number, name) VALUES ($1, $2)',
          values: [next.number, next.name],
        },
        timeoutMs,
      );
      await connection.script('COMMIT', timeoutMs);
      onMigrated(next);
    } catch (error) {
      connection.break(); // it must not go back into the pool with an open transaction
      throw error;
    }
  }
}

const tryLock = 'SELECT pg_try_advisory_xact_lock($1) AS is_ours';

/** A statement of its own: one that takes the lock may see what was there before the last holder committed. */
const look = `
SELECT
  to_regnamespace('thebes') IS NOT NULL AS has_schema,
  to_regclass('thebes.migration') IS NOT NULL AS is_known`;

const bookkeeping = `
CREATE TABLE thebes.migration (
  number integer PRIMARY KEY,
  name text NOT NULL,
  migrated_at timestamptz NOT NULL DEFAULT now()
);`;

async function currentNumber(connection: Connection): Promise<number> {
  const text = 'SELECT coalesce(max(number), 0) AS number FROM thebes.migration';
  const [row] = await connection.query({ text }, timeoutMs);
  return Number(row?.['number']);
}

function refuseNewer(current: number, migrations: readonly Migration[], database: string): void {
  const known = migrations.at(-1)?.number ?? 0;
  if (current <= known) return;
  throw new BrokerError('METADATA_SCHEMA_NEWER', { database, found: current, known });
}
