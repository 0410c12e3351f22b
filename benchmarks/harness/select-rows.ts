import type { Row } from './row.ts';

/** Rows whose id begins with one of the comma-separated words; all of them without any. */
export function selectRows(rows: readonly Row[], only: string | undefined): readonly Row[] {
  if (only === undefined) return rows;
  const words = only.split(',').map((word) => word.trim());
  const unknown = words.filter((word) => !rows.some(({ id }) => id.startsWith(word)));
  if (unknown.length > 0) {
    const ids = rows.map(({ id }) => id).join(', ');
    throw new Error(`No row begins with ${unknown.join(', ')}. There are: ${ids}`);
  }
  return rows.filter(({ id }) => words.some((word) => id.startsWith(word)));
}
