import { object } from '../synthesized/index.ts';
import type { Json } from '../synthesized/index.ts';
import { monthlyEstimateUsd } from './estimate.ts';

const name = 'monthly_estimate_usd';

/**
 * The stack with what it costs a month among its outputs. Only the synthesized stack knows all that it
 * is made of, so the output is added to that; the entry beside it is by which cdktf shows an output.
 */
export function withEstimate(json: Json): Json {
  const about = object(json['//']);
  const shown = Object.entries(object(about['outputs'])).map(([stack, names]) => [
    stack,
    { ...object(names), [name]: name },
  ]);
  return {
    ...json,
    '//': { ...about, outputs: Object.fromEntries(shown) as Json },
    output: { ...object(json['output']), [name]: { value: monthlyEstimateUsd(json) } },
  };
}
