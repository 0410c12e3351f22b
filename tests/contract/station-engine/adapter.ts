import type { BrokerError } from '../../../broker/src/core/errors/index.ts';
import type { StationEngine } from '../../../broker/src/core/ports/index.ts';
import type { Clock, Scheduler } from '../../../broker/src/foundation/index.ts';

/** What an engine may lack. Everything else in the suite every adapter has to do. */
export type Capability =
  /** What was durable is there again after a restart and after `kill -9`. */
  | 'durable'
  /** The test can hold back and refuse the store's commits. */
  | 'storeFaults';

/** True, or why not: the reason is printed in the table of behaviours. */
export type Capabilities = Readonly<Record<Capability, true | string>>;

/** What the outside world is for an engine under test. */
export interface Surroundings {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly onFatal: (error: BrokerError) => void;
  readonly onDeadLettersFull: (error: BrokerError) => void;
  readonly waitingPullsMax: number;
  readonly memoryStationBytesMax: number;
}

/** The hold on an engine's store; only adapters with `storeFaults` have one. */
export interface StoreFaults {
  readonly waitingCount: number;
  hold(): void;
  release(): void;
  refuse(reason: 'full' | 'failed'): void;
  accept(): void;
}

/** A running engine of an adapter. */
export interface RunningEngine {
  readonly engine: StationEngine;
  readonly faults: StoreFaults | undefined;
}

/** A place where an engine's data live, whoever runs on it. */
export interface EngineHome {
  start(surroundings: Surroundings): Promise<RunningEngine>;
  /** A copy of what another process would find after a `kill -9` at this moment. */
  copyAsAfterKill(): Promise<EngineHome>;
}

/** One engine as the contract suite sees it. */
export interface EngineAdapter {
  readonly name: string;
  readonly capabilities: Capabilities;
  /** Storage of the stations that the suite makes. */
  readonly storage: 'file' | 'memory';
  createHome(): Promise<EngineHome>;
}
