import { peerNames } from './row.ts';
import type { Demand, Measurement, Quantity, Unit } from './row.ts';
import { spreadOf } from './report/statistics.ts';

/** What became of one demand. */
export interface Verdict {
  readonly quantity: string;
  readonly level: 'must' | 'goal';
  readonly demand: string;
  readonly measured: string;
  /** Undefined when there was nothing to compare with. */
  readonly reached: boolean | undefined;
}

/** Compares medians with what the budget demands. */
export function judge(demands: readonly Demand[], measurement: Measurement): readonly Verdict[] {
  return demands.map((demand) => verdictOn(demand, measurement));
}

function verdictOn(demand: Demand, measurement: Measurement): Verdict {
  const quantity = measurement.quantities.find(({ name }) => name === demand.quantity);
  if (quantity === undefined) throw new Error(`Nothing measures ${demand.quantity}`);
  const own = medianOf(quantity, peerNames.thebes);
  const { quantity: name, level, bound } = demand;
  if (bound.kind === 'at least times') {
    const other = medianOf(quantity, bound.peer);
    const ratio = own === undefined || other === undefined ? undefined : own / other;
    return {
      quantity: name,
      level,
      demand: `≥ ${bound.factor} × ${bound.peer}`,
      measured: ratio === undefined ? 'not measured' : `${formatRatio(ratio)} ×`,
      reached: ratio === undefined ? undefined : ratio >= bound.factor,
    };
  }
  const limit = bound.kind === 'at most' ? bound.value : bound.value(measurement);
  const comparable = own !== undefined && limit !== undefined;
  const isLower = bound.kind === 'at least measured';
  const sign = isLower ? '≥' : '≤';
  const text = limit === undefined ? '' : `${sign} ${formatValue(limit, quantity.unit)}`;
  return {
    quantity: name,
    level,
    demand: bound.kind === 'at most' ? text : `${text} (${bound.text})`.trim(),
    measured: own === undefined ? 'not measured' : formatValue(own, quantity.unit),
    reached: comparable ? (isLower ? own >= limit : own <= limit) : undefined,
  };
}

/** Median of a peer's samples; undefined where the peer was not there. */
export function medianOf(quantity: Quantity, peer: string): number | undefined {
  const samples = quantity.samples[peer];
  return samples === undefined || samples.length === 0 ? undefined : spreadOf(samples).median;
}

/** Three digits, or as many as it takes below one. */
export function formatRatio(ratio: number): string {
  return ratio >= 100 ? ratio.toFixed(0) : ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2);
}

/** A number with its unit, to the digits that mean something. */
export function formatValue(value: number, unit: Unit): string {
  if (unit === 'messages/s' || unit === 'commits/s') {
    if (value >= 10_000) return `${(value / 1000).toFixed(0)} k/s`;
    return value >= 1000 ? `${(value / 1000).toFixed(1)} k/s` : `${value.toFixed(0)} /s`;
  }
  const digits = unit === 'bytes' ? 0 : value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${unit}`;
}
