import { percentile, spreadOf } from '../../../../../benchmarks/harness/index.ts';

describe('Statistics of samples', () => {
  test('give the median, the least and the greatest of samples in any order', () => {
    expect(spreadOf([5, 1, 9])).toEqual({ median: 5, low: 1, high: 9 });
    expect(spreadOf([4, 2])).toEqual({ median: 3, low: 2, high: 4 });
  });

  test('put a percentile between the two samples next to it', () => {
    const ascending = Array.from({ length: 101 }, (_, index) => index);
    expect(percentile(ascending, 0.99)).toBeCloseTo(99);
    expect(percentile(ascending, 0.999)).toBeCloseTo(99.9);
    expect(percentile([7], 0.5)).toBe(7);
  });

  test('rejects the spread of nothing', () => {
    expect(() => spreadOf([])).toThrow('no samples');
  });
});
