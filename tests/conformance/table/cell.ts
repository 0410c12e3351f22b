import type { Column, ConformanceItem } from '../items.ts';
import { items } from '../items.ts';

/** Of one item in one column. Only `passed` says that something was seen to work. */
export type Verdict = 'passed' | 'failed' | 'no test' | 'impossible' | 'not obtainable' | 'drill';

/** One cell of the table. */
export interface Cell {
  readonly item: ConformanceItem;
  readonly column: Column;
  readonly verdict: Verdict;
  /** What the verdict rests on, where it is not a test. */
  readonly reason: string;
  /** `file: title` of the tests that filled it. */
  readonly tests: readonly string[];
}

/** A test of a run, as Jest tells it. */
export interface TestOutcome {
  readonly file: string;
  /** Title of the describe block it stands in: it begins with the column. */
  readonly block: string;
  /** Begins with the number of its item. */
  readonly title: string;
  readonly hasPassed: boolean;
}

export const columns: readonly Column[] = ['node', 'python', 'go', 'wire'];

/** Verdicts that the run as a whole does not survive. */
export const failing: readonly Verdict[] = ['failed', 'no test'];

/** The cells of all items, in the order of the list, filled by the tests of one run. */
export function cellsOf(
  outcomes: readonly TestOutcome[],
  notObtainable: Partial<Record<Column, string>>,
): Cell[] {
  return items.flatMap((item) =>
    columns
      .filter((column) => item.columns.includes(column))
      .map((column) => cellOf(item, column, outcomes, notObtainable[column])),
  );
}

function cellOf(
  item: ConformanceItem,
  column: Column,
  outcomes: readonly TestOutcome[],
  notObtainable: string | undefined,
): Cell {
  const filling = outcomes.filter(
    ({ block, title }) => columnOf(block) === column && itemIdOf(title) === item.id,
  );
  const tests = [...new Set(filling.map(({ file, title }) => `${file}: ${title}`))];
  const cell = (verdict: Verdict, reason = ''): Cell => ({ item, column, verdict, reason, tests });
  const impossible = item.impossible?.[column];
  if (impossible !== undefined) return cell('impossible', impossible);
  if (notObtainable !== undefined) return cell('not obtainable', notObtainable);
  if (item.drill !== undefined) return cell('drill', item.drill);
  if (filling.some(({ hasPassed }) => !hasPassed)) return cell('failed');
  return filling.length === 0 ? cell('no test') : cell('passed');
}

/** `node: memphis-dev 1.3.2` as its column. */
function columnOf(block: string): string {
  return /^\w+/.exec(block)?.[0] ?? '';
}

/** `12: creates a station` as 12; NaN for a test that fills no cell. */
function itemIdOf(title: string): number {
  return Number(/^(\d+): /.exec(title)?.[1] ?? NaN);
}
