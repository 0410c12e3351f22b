import { generateTransactions } from '../../../../examples/bigpetstore/generate-transactions.ts';

describe('generateTransactions', () => {
  test('makes the same transactions from the same seed, others from another', () => {
    const once = [...generateTransactions(200, 7)];
    expect([...generateTransactions(200, 7)]).toEqual(once);
    expect([...generateTransactions(200, 8)]).not.toEqual(once);
  });

  test('numbers them from 1 in the order of time, within one year', () => {
    const transactions = [...generateTransactions(500, 1)];
    expect(transactions.map((one) => one.transaction_id)).toEqual(
      transactions.map((_, index) => index + 1),
    );
    const times = transactions.map((one) => one.timestamp.slice(0, 23));
    expect(times).toEqual([...times].sort());
    expect(times[0]).toMatch(/^2023-01-01T/);
    expect(times.at(-1)).toMatch(/^2023-12-/);
  });

  test('resembles the sample in its marginals', () => {
    const transactions = [...generateTransactions(20_000, 1)];
    const share = (count: number): number =>
      transactions.filter((one) => one.line_items.length === count).length / transactions.length;
    expect(share(1)).toBeCloseTo(0.58, 1);
    expect(share(2)).toBeCloseTo(0.25, 1);
    const items = transactions.flatMap((one) => one.line_items);
    expect(new Set(items.map((item) => item.item_id)).size).toBe(55);
    expect(items.filter((item) => item.quantity === 1).length / items.length).toBeCloseTo(0.96, 1);
    const customers = new Set(transactions.map((one) => one.customer_id)).size;
    expect(customers / transactions.length).toBeCloseTo(0.04, 2);
  });

  test('never lists a product twice in one transaction', () => {
    for (const { line_items: items } of generateTransactions(2_000, 3)) {
      expect(new Set(items.map((item) => item.item_id)).size).toBe(items.length);
    }
  });
});
