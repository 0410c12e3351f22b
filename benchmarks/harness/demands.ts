import type { Demand, Measurement } from './row.ts';

/** Must and goal of one quantity, as multiples of what a peer does. */
export function times(
  quantity: string,
  peer: string,
  factors: { readonly must?: number; readonly goal?: number },
): readonly Demand[] {
  return levels(factors).map(([level, factor]) => ({
    quantity,
    level,
    bound: { kind: 'at least times', factor, peer },
  }));
}

/** Must and goal of one quantity, as upper bounds in its unit. */
export function atMost(
  quantity: string,
  values: { readonly must?: number; readonly goal?: number },
): readonly Demand[] {
  return levels(values).map(([level, value]) => ({
    quantity,
    level,
    bound: { kind: 'at most', value },
  }));
}

/** An upper bound that the same run has measured. */
export function atMostMeasured(
  quantity: string,
  level: 'must' | 'goal',
  text: string,
  value: (measurement: Measurement) => number | undefined,
): Demand {
  return { quantity, level, bound: { kind: 'at most measured', text, value } };
}

/** A lower bound that the same run has measured. */
export function atLeastMeasured(
  quantity: string,
  level: 'must' | 'goal',
  text: string,
  value: (measurement: Measurement) => number | undefined,
): Demand {
  return { quantity, level, bound: { kind: 'at least measured', text, value } };
}

function levels(values: {
  readonly must?: number;
  readonly goal?: number;
}): (readonly ['must' | 'goal', number])[] {
  const { must, goal } = values;
  return [
    ...(must === undefined ? [] : [['must', must] as const]),
    ...(goal === undefined ? [] : [['goal', goal] as const]),
  ];
}
