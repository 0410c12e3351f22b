/** One SQL statement; it is a transaction of its own. Running it a second time must do no harm. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** What a statement returned. */
export interface Outcome {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** An earlier try may have been carried out too, its answer lost: "nothing found" may be its work. */
  readonly isRepeated: boolean;
}

/**
 * Runs statements, as the store sees Postgres; tests put faults between the two.
 *
 * Resolves when the statement is committed. A statement whose connection is lost is tried again until
 * `timeoutMs` have passed. Rejects with METADATA_UNREACHABLE when it was certainly not carried out, with
 * METADATA_OUTCOME_UNKNOWN when it may have been, with METADATA_REFUSED or CHANGE_REFUSED when Postgres
 * said no.
 */
export interface Database {
  run(statement: Statement, timeoutMs: number): Promise<Outcome>;
}
