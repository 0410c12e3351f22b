import type { StationEngine } from '../../broker/src/core/ports/index.ts';
import type { Station } from '../../broker/src/core/stations/index.ts';
import type { Cancel } from '../../broker/src/foundation/index.ts';
import type { Journal } from './journal.ts';

/** What producers and members see of the world. */
export interface Surroundings {
  /** The broker that runs; undefined while none does. */
  readonly engine: StationEngine | undefined;
  readonly journal: Journal;
  readonly station: Station;
  /** Most messages have a key, and some group is ordered by it. */
  readonly isKeyed: boolean;
  /** Some messages are delayed, and some of those cancelled. */
  readonly isDelaying: boolean;
  /** No fault happens any more, and what is left is to be acked. */
  readonly isEnding: boolean;
  /** Members take messages and say nothing. */
  readonly isStorming: boolean;
  /** For those outside the broker: it happens whether the broker lives or not. */
  wallMs(): number;
  later(delayMs: number, happen: () => void): Cancel;
}
