import fc from 'fast-check';
import { AckTimers, newPending } from '../../../../../broker/src/core/delivery/ack-timers.ts';

describe('AckTimers', () => {
  test('gives out what is due in the order of its time, and nothing that was removed', () => {
    const entries = fc.array(
      fc.record({ dueMs: fc.integer({ min: 0, max: 50 }), isRemoved: fc.boolean() }),
    );
    fc.assert(
      fc.property(entries, fc.integer({ min: 0, max: 60 }), (all, nowMs) => {
        const timers = new AckTimers();
        const pending = all.map(({ dueMs }, index) => ({ ...newPending(index, 1), dueMs }));
        for (const each of pending) timers.add(each);
        for (const [index, each] of pending.entries()) {
          if (all[index]?.isRemoved === true) timers.remove(each);
        }
        const kept = pending.filter((_, index) => all[index]?.isRemoved === false);
        const inOrder = kept.toSorted(
          (one, other) => one.dueMs - other.dueMs || one.sequence - other.sequence,
        );
        expect(timers.nextDueMs).toBe(inOrder[0]?.dueMs);
        const due: number[] = [];
        for (let each = timers.shiftDue(nowMs); each; each = timers.shiftDue(nowMs)) {
          due.push(each.sequence);
        }
        expect(due).toEqual(
          inOrder.filter(({ dueMs }) => dueMs <= nowMs).map(({ sequence }) => sequence),
        );
      }),
    );
  });
});
