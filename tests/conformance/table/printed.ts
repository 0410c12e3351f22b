import { columns, failing } from './cell.ts';
import type { Cell } from './cell.ts';
import { items } from '../items.ts';

const width = 14;

/** The table for a terminal, with the reasons and the tests behind each cell. */
export function printedTable(cells: readonly Cell[]): string {
  const head = ['    ', ...columns.map((column) => column.padEnd(width)), 'item'].join(' ');
  const rows = items.map((item) => {
    const verdicts = columns.map((column) => {
      const cell = cells.find(
        (candidate) => candidate.item === item && candidate.column === column,
      );
      return (cell?.verdict ?? '').padEnd(width);
    });
    return [String(item.id).padStart(4), ...verdicts, item.text].join(' ');
  });
  return [head, ...rows, '', ...cells.map(line)].join('\n');
}

/** `12 node passed: tests/… ` */
function line({ item, column, verdict, reason, tests }: Cell): string {
  const behind = [reason, ...tests].filter(Boolean).join('; ');
  return `${String(item.id).padStart(4)} ${column.padEnd(6)} ${verdict}: ${behind}`;
}

/** The last line of the command. */
export function verdictLine(cells: readonly Cell[]): string {
  const failed = cells.filter(({ verdict }) => failing.includes(verdict)).length;
  const passed = cells.filter(({ verdict }) => verdict === 'passed').length;
  return `${passed} passed, ${failed} failed`;
}
