import { firstTables } from './0001-first-tables.ts';

/** One step from an older schema to a newer one. Never changed once it was released. */
export interface Migration {
  /** From 1, without gaps. */
  readonly number: number;
  readonly name: string;
  /** Statements, run in one transaction. */
  readonly sql: string;
}

/** All of them, in the order of their numbers. */
export const migrations: readonly Migration[] = [
  { number: 1, name: 'first tables', sql: firstTables },
];
