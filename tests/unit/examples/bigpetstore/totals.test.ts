import { Totals } from '../../../../examples/bigpetstore/totals.ts';
import type { Transaction } from '../../../../examples/bigpetstore/transaction.ts';

function transaction(id: number, items: Record<number, number>): Transaction {
  return {
    transaction_id: id,
    customer_id: 1,
    timestamp: '2023-01-01T00:00:00.000000',
    line_items: Object.entries(items).map(([item, quantity]) => ({
      item_id: Number(item),
      quantity,
    })),
  };
}

function totalsOf(...transactions: Transaction[]): Totals {
  const totals = new Totals();
  for (const one of transactions) totals.add(one);
  return totals;
}

describe('Totals', () => {
  const input = [transaction(1, { 5: 2, 6: 1 }), transaction(2, { 5: 1 })];

  test('counts transactions, line items and pieces, and ranks the products', () => {
    const totals = totalsOf(...input);
    expect(totals.transactionCount).toBe(2);
    expect(totals.lineItemCount).toBe(3);
    expect(totals.quantity).toBe(4);
    expect(totals.bestSellers(5)).toEqual([
      { itemId: 5, quantity: 3 },
      { itemId: 6, quantity: 1 },
    ]);
  });

  test('finds no difference between the same transactions in any order', () => {
    expect(totalsOf(...[...input].reverse()).differencesFrom(totalsOf(...input))).toEqual([]);
  });

  test('names what is missing', () => {
    const differences = totalsOf(transaction(1, { 5: 2, 6: 1 })).differencesFrom(
      totalsOf(...input),
    );
    expect(differences).toEqual([
      '1 missing: transactions 2',
      'product 5: 2 sold instead of 3',
      '2 line items instead of 3',
    ]);
  });

  test('names what came twice', () => {
    const second = transaction(2, { 5: 1 });
    const differences = totalsOf(...input, second).differencesFrom(totalsOf(...input));
    expect(differences[0]).toBe('1 too often or unknown: transactions 2');
  });

  test('notices changed content even where the counts agree', () => {
    const changed = totalsOf(transaction(1, { 5: 2, 7: 1 }), transaction(2, { 5: 1 }));
    expect(changed.differencesFrom(totalsOf(...input))).toEqual([
      'product 6: 0 sold instead of 1',
      'product 7: 1 sold instead of 0',
    ]);
  });
});
