import { SystemClock, SystemScheduler } from '../../../../broker/src/host/index.ts';

describe('SystemScheduler', () => {
  test('runs what is due soon behind the input that is already there', async () => {
    const order: string[] = [];
    const done = new Promise<void>((resolve) => {
      new SystemScheduler().soon(() => {
        order.push('soon');
        resolve();
      });
    });
    process.nextTick(() => order.push('tick'));
    await done;
    expect(order).toEqual(['tick', 'soon']);
  });

  describe('on timers that a test moves', () => {
    beforeEach(() => jest.useFakeTimers());
    afterEach(() => jest.useRealTimers());

    test('runs a task once, when its delay is over', () => {
      const task = jest.fn();
      new SystemScheduler().after(10, task);
      jest.advanceTimersByTime(9);
      expect(task).not.toHaveBeenCalled();
      jest.advanceTimersByTime(20);
      expect(task).toHaveBeenCalledTimes(1);
    });

    test('does not run a task that was cancelled', () => {
      const task = jest.fn();
      const cancel = new SystemScheduler().after(10, task);
      cancel();
      cancel();
      jest.advanceTimersByTime(20);
      expect(task).not.toHaveBeenCalled();
    });

    test('waits for delays that are longer than a Node timer can be', () => {
      const month = 30 * 24 * 3_600_000;
      const [task, cancelled] = [jest.fn(), jest.fn()];
      const scheduler = new SystemScheduler();
      scheduler.after(month, task);
      const cancel = scheduler.after(month, cancelled);
      jest.advanceTimersByTime(month - 1);
      expect(task).not.toHaveBeenCalled();
      cancel();
      jest.advanceTimersByTime(1);
      expect(task).toHaveBeenCalledTimes(1);
      jest.advanceTimersByTime(month);
      expect([task.mock.calls.length, cancelled.mock.calls.length]).toEqual([1, 0]);
    });
  });
});

describe('SystemClock', () => {
  test('tells whole milliseconds since 1970, and since some moment that is past', () => {
    const clock = new SystemClock();
    expect(Math.abs(clock.wallMs() - Date.now())).toBeLessThan(60_000);
    expect(Number.isInteger(clock.wallMs())).toBe(true);
    expect(Number.isInteger(clock.monotonicMs())).toBe(true);
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(0);
  });
});
