import type { Transaction } from './transaction.ts';

/** Counts and sums over transactions: what each group computes, and what the input is known to be. */
export class Totals {
  readonly #seen = new Map<number, number>();
  readonly #quantityByProduct = new Map<number, number>();
  #lineItemCount = 0;
  #quantity = 0;

  add(transaction: Transaction): void {
    const id = transaction.transaction_id;
    this.#seen.set(id, (this.#seen.get(id) ?? 0) + 1);
    this.#lineItemCount += transaction.line_items.length;
    for (const { item_id, quantity } of transaction.line_items) {
      this.#quantity += quantity;
      const soFar = this.#quantityByProduct.get(item_id) ?? 0;
      this.#quantityByProduct.set(item_id, soFar + quantity);
    }
  }

  /** Different transactions; a repeated one counts once. */
  get transactionCount(): number {
    return this.#seen.size;
  }

  get lineItemCount(): number {
    return this.#lineItemCount;
  }

  get quantity(): number {
    return this.#quantity;
  }

  /** The products sold most, with their quantities. */
  bestSellers(count: number): { itemId: number; quantity: number }[] {
    return [...this.#quantityByProduct]
      .map(([itemId, quantity]) => ({ itemId, quantity }))
      .sort((one, other) => other.quantity - one.quantity || one.itemId - other.itemId)
      .slice(0, count);
  }

  /** What is different from `expected`, in words; empty when every transaction is here exactly once and all sums agree. */
  differencesFrom(expected: Totals): string[] {
    const differences: string[] = [];
    const missing = [...expected.#seen.keys()].filter((id) => !this.#seen.has(id));
    const repeated = [...this.#seen].filter(([id, times]) => times > (expected.#seen.get(id) ?? 0));
    if (missing.length > 0) differences.push(`${missing.length} missing: ${someOf(missing)}`);
    if (repeated.length > 0) {
      const ids = repeated.map(([id]) => id);
      differences.push(`${repeated.length} too often or unknown: ${someOf(ids)}`);
    }
    const products = new Set([
      ...expected.#quantityByProduct.keys(),
      ...this.#quantityByProduct.keys(),
    ]);
    for (const product of products) {
      const wanted = expected.#quantityByProduct.get(product) ?? 0;
      const got = this.#quantityByProduct.get(product) ?? 0;
      if (wanted !== got) differences.push(`product ${product}: ${got} sold instead of ${wanted}`);
    }
    if (this.#lineItemCount !== expected.#lineItemCount) {
      differences.push(`${this.#lineItemCount} line items instead of ${expected.#lineItemCount}`);
    }
    return differences;
  }
}

function someOf(ids: readonly number[]): string {
  const shown = ids.slice(0, 5).join(', ');
  return ids.length > 5 ? `transactions ${shown}, …` : `transactions ${shown}`;
}
