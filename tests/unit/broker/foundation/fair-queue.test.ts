import fc from 'fast-check';
import { FairQueue } from '../../../../broker/src/foundation/index.ts';

describe('FairQueue', () => {
  test('gives each source its turn, and the items of one in their order', () => {
    const queue = new FairQueue<string>(10);
    for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) queue.push(item.slice(0, 1), item);
    const taken = Array.from({ length: 7 }, () => queue.shift());
    expect(taken).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', undefined]);
  });

  test('lets the newest of the longest give way to a source with fewer, and takes no more from the longest', () => {
    const queue = new FairQueue<string>(3);
    for (const item of ['a1', 'a2', 'a3']) expect(queue.push('a', item)).toBeUndefined();
    expect(queue.push('a', 'a4')).toBe('a4');
    expect(queue.push('b', 'b1')).toBe('a3');
    expect(queue.push('b', 'b2')).toBe('b2'); // it would have as many as the longest: nothing is won
    expect(Array.from({ length: 4 }, () => queue.shift())).toEqual(['a1', 'b1', 'a2', undefined]);
  });

  test('loses and invents nothing, and is never longer than it may be', () => {
    const step = fc.oneof(fc.constantFrom('a', 'b', 'c', 'd'), fc.constant(undefined));
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        (steps, max) => {
          const queue = new FairQueue<number>(max);
          const inside = new Set<number>();
          steps.forEach((source, number) => {
            if (source === undefined) {
              const item = queue.shift();
              expect(item === undefined ? inside.size === 0 : inside.delete(item)).toBe(true);
              return;
            }
            inside.add(number);
            const out = queue.push(source, number);
            if (out !== undefined) expect(inside.delete(out)).toBe(true);
            expect(queue.length).toBe(inside.size);
            expect(queue.length).toBeLessThanOrEqual(max);
          });
        },
      ),
    );
  });
});
