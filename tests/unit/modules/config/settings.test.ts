import { readFileSync } from 'node:fs';
import path from 'node:path';
import { settings } from '../../../../modules/config/settings.ts';
import { repositoryRoot } from '../../../support/index.ts';

const guide = readFileSync(path.join(repositoryRoot, 'docs/guides/local.md'), 'utf8');

describe('the settings of the kit', () => {
  test('are in docs/guides/local.md as they are in the code, in the same order', () => {
    const rows = guide
      .split('\n')
      .filter((line) => line.startsWith('| `KIT_'))
      .map((line) =>
        line
          .split('|')
          .map((cell) => cell.trim())
          .slice(1, -1),
      );
    expect(rows).toEqual(
      Object.values(settings).map(({ variable, place, meaning, accepted, fallback }) => [
        `\`${variable}\``,
        `\`${place}\``,
        meaning,
        accepted,
        fallback === null ? '' : String(fallback),
      ]),
    );
  });

  test('have a default that they accept themselves', () => {
    for (const { fallback, parse, variable } of Object.values(settings)) {
      if (fallback !== null) expect([variable, parse(fallback)]).toEqual([variable, fallback]);
    }
  });
});
