import fc from 'fast-check';
import { Heap } from '../../../../broker/src/foundation/index.ts';

describe('Heap', () => {
  test('gives the smallest item, whatever was pushed and taken before', () => {
    const step = fc.option(fc.integer({ min: 0, max: 50 }), { nil: 'shift' as const });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const heap = new Heap<number>((one, other) => one < other);
        const model: number[] = [];
        for (const next of steps) {
          if (next === 'shift') {
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
