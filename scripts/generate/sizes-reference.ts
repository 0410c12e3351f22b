import { sizes } from '../../modules/contract/index.ts';
import { presets } from '../../modules/presets/index.ts';
import type { Generator } from './generator.ts';

const page = `# Sizes

What each size decides, whole. [aws.md](../guides/aws.md) says what a size is for, what it costs, and which can be
changed for which.
`;

/** The presets as a table: a row for each thing that is decided, a column for each size. */
export const sizesReference: Generator = {
  path: 'docs/reference/sizes.md',
  source: 'modules/presets/',
  render() {
    const columns = sizes.map((size) => leaves(presets[size]));
    const names = [...new Set(columns.flatMap((column) => [...column.keys()]))];
    const rows = names
      // The name itself, and what a size has nothing of where another one has several rows.
      .filter((name) => name !== 'size' && !names.some((other) => other.startsWith(`${name}.`)))
      .map((name) => [`\`${name}\``, ...columns.map((column) => column.get(name) ?? 'none')]);
    const lines = [['', ...sizes], ['', ...sizes].map(() => '---'), ...rows];
    return `${page}\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
  },
};

/** Every value below an object, by its place: `aws.database.multiAz`. */
function leaves(value: object, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
      const place = `${prefix}${name}`;
      if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) {
        return [...leaves(inner, `${place}.`)];
      }
      return [[place, textOf(inner)]];
    }),
  );
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  switch (value) {
    case null:
      return 'none';
    case true:
      return 'yes';
    case false:
      return 'no';
    default:
      return String(value);
  }
}
