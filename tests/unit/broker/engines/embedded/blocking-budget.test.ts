import { BlockingBudget } from '../../../../../broker/src/engines/embedded/blocking-budget.ts';
import type { Clock } from '../../../../../broker/src/foundation/index.ts';

/** A clock that a write moves on. */
class WorkClock implements Clock {
  nowMs = 1000;
  wallMs(): number {
    throw new Error('nothing here depends on the time of day');
  }
  monotonicMs(): number {
    return this.nowMs;
  }
}

describe('BlockingBudget', () => {
  let clock: WorkClock;
  let budget: BlockingBudget;
  const write = (elapsedMs: number): void => {
    budget.spend(() => void (clock.nowMs += elapsedMs));
  };

  beforeEach(() => {
    clock = new WorkClock();
    budget = new BlockingBudget(clock, 2048);
  });

  test('covers records up to its limit, and none where that is 0', () => {
    expect(budget.covers(2048)).toBe(true);
    expect(budget.covers(2049)).toBe(false);
    expect(new BlockingBudget(clock, 0).covers(1)).toBe(false);
  });

  test('goes on after writes of a millisecond', () => {
    for (let count = 0; count < 100; count += 1) write(1);
    expect(budget.covers(1)).toBe(true);
  });

  test('pauses for ten times as long as a slower write took', () => {
    write(30);
    clock.nowMs += 299;
    expect(budget.covers(1)).toBe(false);
    clock.nowMs += 1;
    expect(budget.covers(1)).toBe(true);
  });

  test('pauses after a write that failed late, and passes the error on', () => {
    const error = new Error('EIO');
    const failing = (): void => {
      clock.nowMs += 5;
      throw error;
    };
    expect(() => budget.spend(failing)).toThrow(error);
    expect(budget.covers(1)).toBe(false);
  });
});
