import fc from 'fast-check';
import { Fifo } from '../../../../broker/src/foundation/index.ts';

describe('Fifo', () => {
  test('gives items back in the order in which they came, whatever is pushed and taken between', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), item: fc.integer() }),
      fc.record({ kind: fc.constant('shift' as const) }),
      fc.record({ kind: fc.constant('keepEven' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 500 }), (steps) => {
        const fifo = new Fifo<number>();
        let model: number[] = [];
        for (const next of steps) {
          if (next.kind === 'push') {
            fifo.push(next.item);
            model.push(next.item);
          } else if (next.kind === 'shift') {
            expect(fifo.shift()).toBe(model.shift());
          } else {
            fifo.filter((item) => item % 2 === 0);
            model = model.filter((item) => item % 2 === 0);
          }
          expect(fifo.length).toBe(model.length);
          expect(fifo.peek()).toBe(model[0]);
        }
      }),
    );
  });

  test('loses nothing when it makes room', () => {
    const fifo = new Fifo<number>();
    for (let item = 0; item < 1000; item += 1) fifo.push(item);
    const taken = Array.from({ length: 1000 }, () => fifo.shift());
    expect(taken).toEqual(Array.from({ length: 1000 }, (_, index) => index));
    expect([fifo.length, fifo.shift()]).toEqual([0, undefined]);
  });

  test('is empty after clear', () => {
    const fifo = new Fifo<string>();
    fifo.push('one');
    fifo.clear();
    expect(fifo.shift()).toBeUndefined();
  });
});
