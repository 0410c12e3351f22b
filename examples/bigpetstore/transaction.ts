/** One purchase: who bought what, and when. */
export interface Transaction {
  readonly transaction_id: number;
  readonly customer_id: number;
  /** UTC without a zone, microseconds. */
  readonly timestamp: string;
  readonly line_items: readonly LineItem[];
}

/** One product on the receipt. */
export interface LineItem {
  readonly item_id: number;
  readonly quantity: number;
}
