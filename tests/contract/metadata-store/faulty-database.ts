import { BrokerError } from '../../../broker/src/core/errors/index.ts';
import type { Database, Outcome, Statement } from '../../../broker/src/metadata/postgres/index.ts';

/**
 * What can happen to one statement, and to all behind it.
 *
 * | fault | the statement | the store hears | those behind it |
 * |---|---|---|---|
 * | `away` | is not carried out | METADATA_UNREACHABLE | the same, until `heal` |
 * | `lost` | is carried out | METADATA_OUTCOME_UNKNOWN | are not carried out: METADATA_UNREACHABLE, until `heal` |
 * | `lost before` | is not carried out | METADATA_OUTCOME_UNKNOWN | the same |
 * | `lost once` | is carried out | METADATA_OUTCOME_UNKNOWN | work |
 * | `repeated` | is carried out twice | the second outcome, marked as repeated | work |
 * | `crash before` | is not carried out | nothing any more: its process is gone | |
 * | `crash after` | is carried out | nothing any more | |
 */
export const faults = [
  'away',
  'lost',
  'lost before',
  'lost once',
  'repeated',
  'crash before',
  'crash after',
] as const;

/** One of them. */
export type Fault = (typeof faults)[number];

/** A database in which the n-th statement from now on meets a fault. */
export class FaultyDatabase implements Database {
  readonly #inner: Database;
  /** Statements since `plant`. */
  count = 0;
  #at = 0;
  #fault: Fault | undefined;
  #isAway = false;
  #crash: () => void = () => undefined;

  constructor(inner: Database) {
    this.#inner = inner;
  }

  /** Resolves when the process that uses this database is "gone". */
  plant(at: number, fault: Fault | undefined): Promise<'crashed'> {
    this.count = 0;
    this.#at = at;
    this.#fault = fault;
    return new Promise((resolve) => {
      this.#crash = () => resolve('crashed');
    });
  }

  heal(): void {
    this.#fault = undefined;
    this.#isAway = false;
  }

  async run(statement: Statement, timeoutMs: number): Promise<Outcome> {
    if (this.#isAway) throw new BrokerError('METADATA_UNREACHABLE', { cause: 'planted' });
    this.count += 1;
    const isHit = this.count === this.#at;
    const fault = isHit ? this.#fault : undefined;
    const run = (): Promise<Outcome> => this.#inner.run(statement, timeoutMs);
    switch (fault) {
      case undefined:
        return run();
      case 'away':
        this.#isAway = true;
        throw new BrokerError('METADATA_UNREACHABLE', { cause: 'planted' });
      case 'lost':
        await run();
        this.#isAway = true;
        throw new BrokerError('METADATA_OUTCOME_UNKNOWN', { cause: 'planted' });
      case 'lost before':
        this.#isAway = true;
        throw new BrokerError('METADATA_OUTCOME_UNKNOWN', { cause: 'planted' });
      case 'lost once':
        await run();
        throw new BrokerError('METADATA_OUTCOME_UNKNOWN', { cause: 'planted' });
      case 'repeated':
        await run();
        return { ...(await run()), isRepeated: true };
      case 'crash before':
        this.#crash();
        return new Promise(() => undefined);
      case 'crash after':
        await run();
        this.#crash();
        return new Promise(() => undefined);
    }
  }
}
