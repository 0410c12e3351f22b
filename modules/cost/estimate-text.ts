import type { CostLine, Estimate } from './estimate.ts';

/** An estimate as a table for a terminal, with what it leaves out. */
export function estimateText(found: Estimate): string {
  const { lines, byUse, unpriced, asOf, region } = found;
  const rows = lines.map((line) => [
    amountText(line),
    `${line.item}${line.certain ? '' : ' (price uncertain)'}`,
    line.monthUsd.toFixed(2),
    line.hourUsd.toFixed(4),
  ]);
  const table = [
    ['', '', 'USD a month', 'an hour'],
    ...rows,
    ['', 'in all', found.monthUsd.toFixed(2), found.hourUsd.toFixed(4)],
  ];
  const width = (column: number): number =>
    Math.max(...table.map((row) => row[column]?.length ?? 0));
  const text = table.map(([amount = '', item = '', month = '', hour = '']) =>
    [
      amount.padStart(width(0)),
      item.padEnd(width(1)),
      month.padStart(width(2)),
      hour.padStart(width(3)),
    ]
      .join('  ')
      .trimEnd(),
  );
  return [
    ...text,
    '',
    `Estimate, list prices of ${asOf} for ${region}, 730 hours a month; most of Europe costs 10 to 20 % more, some regions more than that.`,
    ...(Object.keys(byUse).length === 0 ? [] : ['Beside it, by use:']),
    ...Object.entries(byUse).map(([type, price]) => `  ${type}  ${price}`),
    ...(unpriced.length === 0
      ? []
      : [`Without a price, so not in the sum: ${unpriced.join(', ')}`]),
  ].join('\n');
}

function amountText({ count, unit }: CostLine): string {
  return unit === 'GB-month' ? `${count} GB` : `${count} ×`;
}
