import { formatRatio, formatValue } from '../judge.ts';
import type { Quantity } from '../row.ts';
import type { RowOutcome } from '../run-rows.ts';
import { spreadOf } from './statistics.ts';

/** With fewer, ranges that do not touch may still be chance. */
const samplesMin = 3;

/** Two peers of one row, one line per quantity: both medians, their ratio, and what it is worth. */
export function comparisonLines(
  outcome: RowOutcome,
  names: { readonly before: string; readonly after: string },
): readonly string[] {
  const { row, measurement, error } = outcome;
  const head = `${row.title}  [${row.id}]`;
  if (measurement === undefined) return [head, `  ERROR ${error ?? ''}`, ''];
  const lines = measurement.quantities.flatMap((quantity) => {
    const before = quantity.samples[names.before] ?? [];
    const after = quantity.samples[names.after] ?? [];
    return before.length === 0 || after.length === 0 ? [] : [lineOf(quantity, before, after)];
  });
  return [head, `  A = ${names.before.slice(2)}, B = ${names.after.slice(2)}`, ...lines, ''];
}

function lineOf(quantity: Quantity, before: readonly number[], after: readonly number[]): string {
  const [a, b] = [spreadOf(before), spreadOf(after)];
  const show = (value: number): string => formatValue(value, quantity.unit);
  const apart = a.high < b.low || b.high < a.low;
  const range = `A ${show(a.low)} to ${show(a.high)}, B ${show(b.low)} to ${show(b.high)}`;
  const worth =
    Math.min(before.length, after.length) < samplesMin
      ? 'too few samples to tell'
      : apart
        ? 'the ranges are apart'
        : 'the ranges overlap: no clear difference';
  const ratio = `B is ${formatRatio(b.median / a.median)} × A`;
  return `  ${quantity.name}: A ${show(a.median)}, B ${show(b.median)}, ${ratio} (${range}; ${worth})`;
}
