import { BrokerError } from '../../core/errors/index.ts';
import type { Member } from '../../core/groups/index.ts';
import type { MetadataStore, StationDraft, StationEngineParts } from '../../core/ports/index.ts';
import type { Schema } from '../../core/schemas/index.ts';
import type { Station } from '../../core/stations/index.ts';
import type { User } from '../../core/users/index.ts';
import type { Cancel } from '../../foundation/index.ts';
import type { Database, Outcome, Statement } from './database.ts';
import type { PostgresOptions, PostgresParts } from './options.ts';
import { memberOf, schemaOf, stationOf, userOf } from './records.ts';
import * as statements from './statements.ts';

/** What the store needs to know of how it is set up. */
export type PostgresStoreOptions = Pick<
  PostgresOptions,
  'database' | 'changeTimeoutMs' | 'removalTimeoutMs' | 'startTimeoutMs' | 'repairIntervalMs'
> & {
  /** Names the store that has the messages. */
  readonly storeId: string;
};

/** One creation, and whether its record may be there. */
interface Attempt {
  readonly creation: string;
  mayBeRecorded: boolean;
}

/** Someone else took the name, let go of it, took it: more often than that nobody is unlucky. */
const insertTriesMax = 4;

/**
 * Metadata in Postgres, messages elsewhere.
 *
 * A station goes through three steps, each of which may be the last one before a crash:
 *
 * | state of the record | the engine | left by |
 * |---|---|---|
 * | `creating` | may have the station | the engine has it: `ready`; the creation is refused: `deleting` |
 * | `ready` | has it | a deletion: `deleting` |
 * | `deleting` | may still have it | the engine has let go: no record |
 *
 * Only `ready` ones are shown. `recover` leads the others on to `ready` or to their end. A running
 * broker takes back what it refused, on the next use of the name or in a round that it makes at
 * intervals: a station that its registry does not know must not come up.
 */
export class PostgresMetadataStore implements MetadataStore {
  readonly #database: Database;
  readonly #parts: Pick<PostgresParts, 'scheduler' | 'clock' | 'logger' | 'newId'>;
  readonly #options: PostgresStoreOptions;
  /** Names of stations on their way, which are taken already. */
  readonly #namesOnTheWay = new Set<string>();
  /** Creations that were refused and whose record may be there, with when that was. */
  readonly #refusedCreations = new Map<string, number>();
  /** Names and ids of stations whose deletion may or may not have begun; they are gone for the callers. */
  readonly #unsettledDeletions = new Map<string, number>();
  /** Removals that may have been made although they were refused: a second one finds nothing and is right. */
  readonly #unsettledRemovals = new Set<string>();
  #engineParts: StationEngineParts | undefined;
  #cancelRound: Cancel = () => undefined;
  #isClosed = false;

  /** Id of the installation, made by the first migration of the database. */
  static async installId(database: Database, timeoutMs: number): Promise<string> {
    const { rows } = await database.run(statements.installation, timeoutMs);
    return String(rows[0]?.['id']);
  }

  constructor(
    database: Database,
    parts: Pick<PostgresParts, 'scheduler' | 'clock' | 'logger' | 'newId'>,
    options: PostgresStoreOptions,
  ) {
    this.#database = database;
    this.#parts = parts;
    this.#options = options;
  }

  /** Rejects with METADATA_MISMATCH when another store has the messages of a station. */
  async recover(engineParts: StationEngineParts): Promise<void> {
    this.#engineParts = engineParts;
    const { storeId, database } = this.#options;
    const { rows } = await this.#read(statements.stationOfOtherStore(storeId));
    const count = Number(rows[0]?.['count']);
    if (count > 0) {
      const cause = `the messages of ${count} stations, ${String(rows[0]?.['name'])} among them, are in another one`;
      throw new BrokerError('METADATA_MISMATCH', { database, cause });
    }
    const halfDone = await this.#read(statements.halfDone(storeId));
    for (const row of halfDone.rows) {
      const station = stationOf(row);
      if (row['state'] === 'creating') await this.#finishCreation(station, engineParts);
      else await this.#finishDeletion(station.id, engineParts);
    }
    this.#planRound();
  }

  async stations(): Promise<readonly Station[]> {
    const { rows } = await this.#read(statements.everyStation);
    const byName = (one: Station, other: Station): number => (one.name < other.name ? -1 : 1);
    return rows.map(stationOf).sort(byName);
  }

  async createStation(draft: StationDraft, engineParts: StationEngineParts): Promise<Station> {
    const { name } = draft;
    if (this.#namesOnTheWay.has(name)) throw new BrokerError('STATION_EXISTS', { station: name });
    this.#namesOnTheWay.add(name);
    const attempt: Attempt = { creation: this.#parts.newId(), mayBeRecorded: false };
    try {
      const id = await this.#insert(draft, attempt, engineParts);
      const station: Station = { ...draft, id };
      await engineParts.provision(station);
      const { rows } = await this.#change(statements.finishCreation(id));
      if (rows.length === 0) throw new BrokerError('STATION_EXISTS', { station: name });
      return station;
    } catch (error) {
      if (attempt.mayBeRecorded) {
        this.#refusedCreations.set(attempt.creation, this.#parts.clock.monotonicMs());
        await this.#takeBack(attempt.creation, engineParts);
      }
      throw error;
    } finally {
      this.#namesOnTheWay.delete(name);
    }
  }

  /**
   * When it rejects with METADATA_OUTCOME_UNKNOWN the deletion goes on by itself as soon as it can: a
   * station that may be half gone must not take messages again.
   */
  async deleteStation(name: string, engineParts: StationEngineParts): Promise<boolean> {
    const unsettledId = this.#unsettledDeletions.get(name);
    if (unsettledId !== undefined) {
      await this.#settleDeletion(name, unsettledId, engineParts);
      return true;
    }
    const [holder] = (await this.#remove(statements.stationByName(name))).rows;
    if (holder?.['state'] !== 'ready') return false;
    return this.#settleDeletion(name, Number(holder['id']), engineParts);
  }

  /** False when somebody else has removed it. */
  async #settleDeletion(
    name: string,
    id: number,
    engineParts: StationEngineParts,
  ): Promise<boolean> {
    const wasUnsettled = this.#unsettledDeletions.has(name);
    try {
      const { rows, isRepeated } = await this.#remove(statements.beginDeletion(id));
      this.#unsettledDeletions.delete(name);
      if (rows.length === 0 && !isRepeated && !wasUnsettled) return false;
    } catch (error) {
      if (isOutcomeUnknown(error)) this.#unsettledDeletions.set(name, id);
      throw error;
    }
    await this.#finishDeletion(id, engineParts);
    return true;
  }

  async setStationSchema(name: string, schema: string | null): Promise<Station | undefined> {
    const { rows } = await this.#change(statements.changeStationSchema(name, schema));
    const [row] = rows;
    return row === undefined ? undefined : stationOf(row);
  }

  async schemas(): Promise<readonly Schema[]> {
    const { rows } = await this.#read(statements.everySchema);
    return rows.map(schemaOf);
  }

  async putSchema(schema: Schema): Promise<void> {
    const { versions, ...head } = schema;
    const { rows } = await this.#change(statements.countVersions(schema.name));
    const stored = Number(rows[0]?.['count']);
    await this.#change(statements.upsertSchema(head, versions.slice(stored)));
  }

  async deleteSchema(name: string): Promise<boolean> {
    return this.#removeOnce(`schema ${name}`, statements.deleteSchema(name));
  }

  async users(): Promise<readonly User[]> {
    const { rows } = await this.#read(statements.everyUser);
    return rows.map(userOf);
  }

  async putUser(user: User): Promise<void> {
    await this.#change(statements.upsertUser(user));
  }

  async deleteUser(name: string): Promise<boolean> {
    return this.#removeOnce(`user ${name}`, statements.deleteUser(name));
  }

  async members(): Promise<readonly Member[]> {
    const { rows } = await this.#read(statements.everyMember);
    return rows.map(memberOf);
  }

  async putMember(member: Member): Promise<void> {
    await this.#change(statements.upsertMember(member));
  }

  async deleteMember(
    member: Pick<Member, 'connectionId' | 'stationId' | 'name'>,
  ): Promise<boolean> {
    const { stationId, connectionId, name } = member;
    const key = `member ${JSON.stringify([stationId, connectionId, name])}`;
    return this.#removeOnce(key, statements.deleteMember(member));
  }

  /** The database belongs to main, which closes it afterwards. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRound();
    return Promise.resolve();
  }

  /** The id of the new record. */
  async #insert(
    draft: StationDraft,
    attempt: Attempt,
    engineParts: StationEngineParts,
  ): Promise<number> {
    const { name } = draft;
    const { creation } = attempt;
    const insert = statements.insertStation(draft, { creation, storeId: this.#options.storeId });
    for (let tries = 0; tries < insertTriesMax; tries += 1) {
      attempt.mayBeRecorded = true;
      const { rows, isRepeated } = await this.#change(insert).catch((error: unknown) => {
        attempt.mayBeRecorded = isOutcomeUnknown(error);
        throw error;
      });
      if (rows[0] !== undefined) return Number(rows[0]['id']);
      attempt.mayBeRecorded = isRepeated;
      const [holder] = (await this.#change(statements.stationByName(name))).rows;
      if (holder === undefined) continue; // it has gone meanwhile
      if (holder['creation'] === creation) return Number(holder['id']);
      if (!(await this.#makeWay(name, holder, engineParts))) break;
    }
    throw new BrokerError('STATION_EXISTS', { station: name });
  }

  /** Finishes what was left half done under a name that is wanted; false when a station has it by right. */
  async #makeWay(
    name: string,
    holder: Outcome['rows'][number],
    engineParts: StationEngineParts,
  ): Promise<boolean> {
    const id = Number(holder['id']);
    if (this.#unsettledDeletions.get(name) === id) {
      await this.#settleDeletion(name, id, engineParts);
      return true;
    }
    const creation = String(holder['creation']);
    if (holder['state'] === 'ready' && !this.#refusedCreations.has(creation)) return false;
    await this.#change(statements.giveUpCreation(creation));
    await this.#finishDeletion(id, engineParts);
    return true;
  }

  /** Makes an end of a creation that its caller was refused; fails quietly, as the round comes back to it. */
  async #takeBack(creation: string, engineParts: StationEngineParts): Promise<boolean> {
    try {
      const { rows } = await this.#remove(statements.giveUpCreation(creation));
      for (const row of rows) await this.#finishDeletion(Number(row['id']), engineParts);
      return true;
    } catch (err) {
      this.#parts.logger.warn({ err, creation }, 'A refused station is not taken back yet');
      return false;
    }
  }

  async #finishCreation(station: Station, engineParts: StationEngineParts): Promise<void> {
    try {
      await engineParts.provision(station);
    } catch (err) {
      this.#parts.logger.warn({ err, station: station.name }, 'A station is still half created');
      return;
    }
    await this.#read(statements.finishCreation(station.id));
  }

  /** Fails quietly: the station is gone for every caller, and the next round comes back to it. */
  async #finishDeletion(stationId: number, engineParts: StationEngineParts): Promise<void> {
    try {
      await engineParts.remove(stationId);
      await this.#remove(statements.finishDeletion(stationId));
    } catch (err) {
      this.#parts.logger.warn({ err, stationId }, 'A deleted station is not removed entirely yet');
    }
  }

  async #finishDeletions(engineParts: StationEngineParts): Promise<void> {
    const { rows } = await this.#remove(statements.halfDeleted(this.#options.storeId));
    for (const row of rows) await this.#finishDeletion(Number(row['id']), engineParts);
  }

  #planRound(): void {
    this.#cancelRound();
    if (this.#isClosed) return;
    this.#cancelRound = this.#parts.scheduler.after(this.#options.repairIntervalMs, () => {
      this.#round()
        .catch((err: unknown) => {
          this.#parts.logger.warn({ err }, 'What was left half done stays so for another round');
        })
        .finally(() => this.#planRound());
    });
  }

  async #round(): Promise<void> {
    const engineParts = this.#engineParts;
    if (engineParts === undefined) return;
    for (const [name, id] of this.#unsettledDeletions) {
      await this.#settleDeletion(name, id, engineParts);
    }
    const nowMs = this.#parts.clock.monotonicMs();
    for (const [creation, refusedAtMs] of this.#refusedCreations) {
      const isDone = await this.#takeBack(creation, engineParts);
      // A statement whose connection was lost may be carried out a little later still.
      if (isDone && nowMs - refusedAtMs >= this.#options.repairIntervalMs) {
        this.#refusedCreations.delete(creation);
      }
    }
    await this.#finishDeletions(engineParts);
  }

  #read(statement: Statement): Promise<Outcome> {
    return this.#database.run(statement, this.#options.startTimeoutMs);
  }

  #change(statement: Statement): Promise<Outcome> {
    return this.#database.run(statement, this.#options.changeTimeoutMs);
  }

  #remove(statement: Statement): Promise<Outcome> {
    return this.#database.run(statement, this.#options.removalTimeoutMs);
  }

  /** Whether there was something to remove. */
  async #removeOnce(what: string, statement: Statement): Promise<boolean> {
    try {
      const { rows, isRepeated } = await this.#remove(statement);
      return this.#unsettledRemovals.delete(what) || rows.length > 0 || isRepeated;
    } catch (error) {
      if (isOutcomeUnknown(error)) this.#unsettledRemovals.add(what);
      throw error;
    }
  }
}

function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof BrokerError && error.code === 'METADATA_OUTCOME_UNKNOWN';
}
