import type { Row } from './row.ts';

/** Rows that one of the comma-separated words names, in full or up to a dash; all without any. */
export function selectRows(rows: readonly Row[], only: string | undefined): readonly Row[] {
  if (only === undefined) return rows;
  const words = only.split(',').map((word) => word.trim());
  const names = (word: string, id: string): boolean => id === word || id.startsWith(`${word}-`);
  const unknown = words.filter((word) => !rows.some(({ id }) => names(word, id)));
  if (unknown.length > 0) {
    const ids = rows.map(({ id }) => id).join(', ');
    throw new Error(`No row is called ${unknown.join(', ')}. There are: ${ids}`);
  }
  return rows.filter(({ id }) => words.some((word) => names(word, id)));
}
