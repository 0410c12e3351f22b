import type { Clock, Scheduler } from '../../foundation/index.ts';

/** Time and the planning of work, for everything in the engine. */
export interface EngineTime {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
}
