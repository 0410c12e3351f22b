import type { LineItem, Transaction } from './transaction.ts';

const customersPerTransaction = 200 / 4957;
const dayMs = 24 * 60 * 60 * 1000;
const yearMs = 365 * dayMs;
const productCount = 55;

/** How many line items a transaction has: the sample's shares, summed up. */
const lineItemShares = [0.577, 0.828, 0.934, 0.985, 0.997, 0.999, 0.9995, 1];

/**
 * Makes up one year of transactions whose marginals are those of the sample (README.md): the number
 * of customers per transaction, the days between two purchases of a customer, line items per
 * transaction, quantities, and a few products that sell much better than the rest.
 *
 * The same count and seed give the same transactions on every machine.
 */
export function* generateTransactions(count: number, seed: number): Generator<Transaction> {
  const random = seededRandom(seed);
  const customerCount = Math.max(1, Math.round(count * customersPerTransaction));
  // Every purchase gets a moment of the year; sorted, they are the year in time order. The first
  // days are a burst, as in the sample, because all customers start on 1 January.
  const moments = new Float64Array(count);
  for (let index = 0; index < count; index += 1) {
    const isFirstVisit = index < customerCount;
    moments[index] = isFirstVisit ? random() * random() * 2 * dayMs : random() * yearMs;
  }
  moments.sort();
  const products = popularity(random);
  for (let index = 0; index < count; index += 1) {
    yield {
      transaction_id: index + 1,
      // The burst visits every customer once; afterwards anybody may come.
      customer_id: index < customerCount ? index + 1 : 1 + Math.floor(random() * customerCount),
      timestamp: timestampOf(moments[index] ?? 0, random),
      line_items: lineItems(products, random),
    };
  }
}

function lineItems(products: readonly number[], random: () => number): LineItem[] {
  const share = random();
  const count = 1 + lineItemShares.findIndex((upTo) => share < upTo);
  const quantities = new Map<number, number>();
  while (quantities.size < count) {
    const place = random() * (products.at(-1) ?? 0);
    const itemId = 1 + products.findIndex((upTo) => place < upTo);
    quantities.set(itemId, random() < 0.962 ? 1 : 2 + Math.floor(random() * 1.1));
  }
  return Array.from(quantities, ([item_id, quantity]) => ({ item_id, quantity }));
}

/** Products' weights, summed up: some sell five times as often as others. */
function popularity(random: () => number): number[] {
  let sum = 0;
  return Array.from({ length: productCount }, () => (sum += 1 + 4 * random() ** 2));
}

function timestampOf(ms: number, random: () => number): string {
  const text = new Date(Date.UTC(2023, 0, 1) + Math.floor(ms)).toISOString().slice(0, -1);
  const microseconds = Math.floor(random() * 1000);
  return `${text}${String(microseconds).padStart(3, '0')}`;
}

/** Mulberry32: 32 bits of state are plenty for made-up purchases, and it is the same everywhere. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
