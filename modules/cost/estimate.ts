import { SynthesizedStack } from '../synthesized/index.ts';
import type { Json } from '../synthesized/index.ts';
import { awsCosts, freeOfCharge, paidByUse } from './aws-costs.ts';
import type { Amount } from './aws-costs.ts';
import { readPriceList } from './price-list.ts';
import type { Price, PriceList } from './price-list.ts';

/** One thing that an environment pays for. */
export interface CostLine {
  readonly item: string;
  readonly count: number;
  readonly unit: Price['unit'];
  readonly unitPriceUsd: number;
  readonly monthUsd: number;
  readonly hourUsd: number;
  readonly source: string;
  readonly certain: boolean;
}

/** What an environment costs while nothing goes through it. */
export interface Estimate {
  /** The dearest first. */
  readonly lines: readonly CostLine[];
  readonly monthUsd: number;
  readonly hourUsd: number;
  /** The oldest day on which one of the prices was written down. */
  readonly asOf: string;
  /** The region that the prices are of. */
  readonly region: string;
  /** What is paid beside by use, by type. */
  readonly byUse: Readonly<Record<string, string>>;
  /** Types and items that no price is known of, so that the sum is too low. */
  readonly unpriced: readonly string[];
}

/** As clouds count a month. */
const monthHours = 730;

/** What a synthesized stack costs at list prices; no account is asked. */
export function estimate(json: Json, list: PriceList = readPriceList()): Estimate {
  const stack = new SynthesizedStack(json);
  const types = [...new Set(stack.resources.map(({ type }) => type))].sort();
  const amounts = stack.resources.flatMap(
    (resource) => awsCosts[resource.type]?.(resource, stack) ?? [],
  );
  const priced = summed(amounts).map(({ item, count }) => ({
    item,
    line: lineOf(item, count, list),
  }));
  const lines = priced
    .flatMap(({ line }) => (line === undefined ? [] : [line]))
    .sort((a, b) => b.monthUsd - a.monthUsd);
  const used = list.prices.filter(({ item }) => lines.some((line) => line.item === item));
  const monthUsd = cents(lines.reduce((sum, line) => sum + line.monthUsd, 0));
  return {
    lines,
    monthUsd,
    hourUsd: perHour(monthUsd),
    asOf: used.map(({ asOf }) => asOf).sort()[0] ?? '',
    region: list.region,
    byUse: Object.fromEntries(Object.entries(paidByUse).filter(([type]) => types.includes(type))),
    unpriced: [
      ...types.filter((type) => !isKnown(type)),
      ...priced.filter(({ line }) => line === undefined).map(({ item }) => item),
    ],
  };
}

/** The monthly sum in whole dollars, for the output of a stack. */
export function monthlyEstimateUsd(json: Json): number {
  return Math.round(estimate(json).monthUsd);
}

function isKnown(type: string): boolean {
  return (
    type in awsCosts ||
    type in paidByUse ||
    freeOfCharge.includes(type) ||
    type.startsWith('kubernetes_')
  );
}

function summed(amounts: readonly Amount[]): readonly Amount[] {
  const counts = new Map<string, number>();
  for (const { item, count } of amounts) counts.set(item, (counts.get(item) ?? 0) + count);
  return [...counts].map(([item, count]) => ({ item, count }));
}

function lineOf(item: string, count: number, list: PriceList): CostLine | undefined {
  const price = list.prices.find((one) => one.item === item);
  if (price === undefined) return undefined;
  const { unit, priceUsd, source, certain } = price;
  const monthUsd = cents(count * priceUsd * (unit === 'hour' ? monthHours : 1));
  return {
    item,
    count,
    unit,
    unitPriceUsd: priceUsd,
    monthUsd,
    hourUsd: perHour(monthUsd),
    source,
    certain,
  };
}

function cents(amountUsd: number): number {
  return Math.round(amountUsd * 100) / 100;
}

function perHour(monthUsd: number): number {
  return Math.round((monthUsd / monthHours) * 10_000) / 10_000;
}
