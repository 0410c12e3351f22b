import type { Cancel, Scheduler } from '../foundation/index.ts';

/** The longest delay that a Node timer takes: 2^31 - 1 ms; a longer one would fire at once. */
const timerDelayMsMax = 2_147_483_647;

/** The event loop's timers. They keep the process alive: work that is planned is work to be done. */
export class SystemScheduler implements Scheduler {
  soon(task: () => void): void {
    setImmediate(task);
  }

  after(delayMs: number, task: () => void): Cancel {
    let timer: NodeJS.Timeout;
    const wait = (remainingMs: number): void => {
      const stepMs = Math.min(remainingMs, timerDelayMsMax);
      timer = setTimeout(() => {
        if (remainingMs > stepMs) wait(remainingMs - stepMs);
        else task();
      }, stepMs);
    };
    wait(delayMs);
    return () => {
      clearTimeout(timer);
    };
  }
}
