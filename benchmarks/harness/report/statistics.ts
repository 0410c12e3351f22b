/** A number of samples in three: what a table shows of them. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Median, least and greatest of at least one sample. */
export function spreadOf(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b);
  if (sorted.length === 0) throw new Error('There are no samples to take the spread of');
  return {
    median: percentile(sorted, 0.5),
    low: sorted[0] as number,
    high: sorted.at(-1) as number,
  };
}

/** Value below which the given share of the ascending samples lies, between two where needed. */
export function percentile(ascending: readonly number[], share: number): number {
  const position = (ascending.length - 1) * share;
  const below = ascending[Math.floor(position)] as number;
  const above = ascending[Math.ceil(position)] as number;
  return below + (above - below) * (position - Math.floor(position));
}
