import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A list price of something that is paid by the time that it is there. */
export interface Price {
  readonly item: string;
  readonly unit: 'hour' | 'month' | 'GB-month';
  readonly priceUsd: number;
  /** The day on which it was written down, `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly source: string;
  /** False where the real price may well be another one. */
  readonly certain: boolean;
}

/** The prices of a cloud, in the region in which they are lowest. */
export interface PriceList {
  readonly region: string;
  readonly prices: readonly Price[];
}

/** The list that comes with the kit. */
export function readPriceList(): PriceList {
  const file = path.join(path.dirname(fileURLToPath(import.meta.url)), 'prices.json');
  return JSON.parse(readFileSync(file, 'utf8')) as PriceList;
}
