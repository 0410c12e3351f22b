import { formatValue } from '../judge.ts';
import type { Verdict } from '../judge.ts';
import type { Quantity } from '../row.ts';
import type { RowOutcome } from '../run-rows.ts';
import { spreadOf } from './statistics.ts';

/** What a terminal shows of one row: a line per quantity and peer, then a line per demand. */
export function consoleLines(outcome: RowOutcome): readonly string[] {
  const { row, seconds, measurement, verdicts, error } = outcome;
  const head = `${row.title}  [${row.id}, ${seconds.toFixed(0)} s]`;
  if (measurement === undefined) return [head, `  ERROR ${error?.split('\n')[0] ?? ''}`, ''];
  return [
    head,
    ...measurement.quantities.flatMap(quantityLines),
    ...verdicts.map(verdictLine),
    ...measurement.remarks.map((remark) => `  ${remark}`),
    '',
  ];
}

/** One word for a verdict. */
export function verdictWord(verdict: Verdict): string {
  if (verdict.reached === undefined) return 'not compared';
  if (verdict.reached) return 'pass';
  return verdict.level === 'must' ? 'FAIL' : 'not yet';
}

function quantityLines(quantity: Quantity): readonly string[] {
  return Object.entries(quantity.samples)
    .filter(([, samples]) => samples.length > 0)
    .map(([peer, samples]) => {
      const { median, low, high } = spreadOf(samples);
      const range =
        samples.length === 1
          ? ''
          : `  (${formatValue(low, quantity.unit)} to ${formatValue(high, quantity.unit)}, ${samples.length} samples)`;
      const label = `${quantity.name}, ${peer}`.padEnd(56);
      return `  ${label} ${formatValue(median, quantity.unit).padStart(12)}${range}`;
    });
}

function verdictLine(verdict: Verdict): string {
  const label = `${verdict.level} ${verdict.quantity} ${verdict.demand}`.padEnd(56);
  return `  ${label} ${verdict.measured.padStart(12)}  ${verdictWord(verdict)}`;
}
