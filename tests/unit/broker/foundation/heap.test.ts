import fc from 'fast-check';
import { Heap } from '../../../../broker/src/foundation/index.ts';

describe('Heap', () => {
  test('gives the smallest item, whatever was pushed, taken and dropped before', () => {
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.integer({ min: 0, max: 50 }) },
      { weight: 4, arbitrary: fc.constant('shift' as const) },
      { weight: 1, arbitrary: fc.constant('retain' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const heap = new Heap<number>((one, other) => one < other);
        const model: number[] = [];
        for (const next of steps) {
          if (next === 'retain') {
            heap.retain((item) => item % 3 > 0);
            model.splice(0, Infinity, ...model.filter((item) => item % 3 > 0));
          } else if (next === 'shift') {
            expect(heap.shift()).toBe(model.shift());
          } else {
            heap.push(next);
            model.push(next);
            model.sort((a, b) => a - b);
          }
          expect(heap.peek()).toBe(model[0]);
          expect(heap.length).toBe(model.length);
        }
      }),
    );
  });
});
