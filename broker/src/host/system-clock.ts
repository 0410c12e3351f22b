import type { Clock } from '../foundation/index.ts';

/** The machine's time. */
export class SystemClock implements Clock {
  wallMs(): number {
    return Date.now();
  }

  monotonicMs(): number {
    return Math.floor(performance.now());
  }
}
