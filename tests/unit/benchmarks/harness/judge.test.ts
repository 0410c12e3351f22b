import {
  atLeastMeasured,
  atMost,
  atMostMeasured,
  judge,
  times,
} from '../../../../benchmarks/harness/index.ts';
import type { Demand, Measurement } from '../../../../benchmarks/harness/index.ts';

function measured(samples: Readonly<Record<string, readonly number[]>>): Measurement {
  return { quantities: [{ name: 'rate', unit: 'messages/s', samples }], facts: {}, remarks: [] };
}

function reached(demands: readonly Demand[], measurement: Measurement) {
  return judge(demands, measurement).map((verdict) => verdict.reached);
}

describe('judge', () => {
  test('compares medians, not means or best samples', () => {
    const run = measured({ Thebes: [90, 100, 900], Peer: [100, 100, 100] });
    expect(reached(times('rate', 'Peer', { must: 1, goal: 1.01 }), run)).toEqual([true, false]);
  });

  test('counts an upper bound as reached when it is met exactly', () => {
    const run = measured({ Thebes: [2] });
    expect(reached(atMost('rate', { must: 2, goal: 1.99 }), run)).toEqual([true, false]);
  });

  test('takes bounds from what the same run has measured', () => {
    const run = measured({ Thebes: [6], machine: [2] });
    const bound = (factor: number) =>
      atMostMeasured('rate', 'must', 'flushes', ({ quantities }) => {
        return factor * (quantities[0]?.samples['machine']?.[0] ?? 0);
      });
    expect(reached([bound(3), bound(2)], run)).toEqual([true, false]);
  });

  test('takes lower bounds from the same run too', () => {
    const run = measured({ Thebes: [6], machine: [2] });
    const bound = (factor: number) =>
      atLeastMeasured('rate', 'must', 'commits', ({ quantities }) => {
        return factor * (quantities[0]?.samples['machine']?.[0] ?? 0);
      });
    expect(reached([bound(3), bound(4)], run)).toEqual([true, false]);
  });

  test('says neither pass nor fail where there is nothing to compare with', () => {
    const run = measured({ Thebes: [90] });
    expect(reached(times('rate', 'Peer', { must: 1 }), run)).toEqual([undefined]);
  });

  test('rejects a demand on something that the row does not measure', () => {
    expect(() => judge(atMost('size', { must: 1 }), measured({}))).toThrow('Nothing measures size');
  });
});
