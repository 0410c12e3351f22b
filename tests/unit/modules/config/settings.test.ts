import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Setting, SettingScope } from '../../../../modules/config/setting.ts';
import { settings } from '../../../../modules/config/settings.ts';
import { repositoryRoot } from '../../../support/index.ts';

const all = Object.values<Setting<unknown>>(settings);

/** The rows of a guide's table of settings, cell by cell. */
function rowsOf(guide: string): string[][] {
  const file = path.join(repositoryRoot, 'docs/guides', guide);
  return (existsSync(file) ? readFileSync(file, 'utf8') : '')
    .split('\n')
    .filter((line) => line.startsWith('| `KIT_'))
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
}

function defaultOf({ fallback, fallbackText }: Setting<unknown>): string {
  if (fallbackText !== undefined) return fallbackText;
  if (typeof fallback === 'object') return '';
  return typeof fallback === 'string' ? fallback : JSON.stringify(fallback);
}

describe('the settings of the kit', () => {
  const guides: { guide: string; scopes: readonly SettingScope[] }[] = [
    { guide: 'local.md', scopes: ['kit', 'local'] },
    { guide: 'aws.md', scopes: ['cloud', 'aws'] },
  ];

  test.each(guides)('are in $guide as they are in the code, in the same order', (expected) => {
    const wanted = all.filter(({ scope }) => expected.scopes.includes(scope));
    expect(rowsOf(expected.guide)).toEqual(
      wanted.map((setting) => [
        `\`${setting.variable}\``,
        setting.place === null ? '' : `\`${setting.place}\``,
        setting.meaning,
        setting.accepted,
        defaultOf(setting),
      ]),
    );
  });

  test('have a default that they accept themselves', () => {
    for (const { fallback, parse, variable } of all) {
      if (typeof fallback === 'object') continue; // not given, or read from another text
      expect([variable, parse(fallback)]).toEqual([variable, fallback]);
    }
  });

  test('have a variable each, and a place each where they last', () => {
    const variables = all.map(({ variable }) => variable);
    expect(new Set(variables).size).toBe(all.length);
    const places = all.map(({ place }) => place).filter((place) => place !== null);
    expect(new Set(places).size).toBe(places.length);
  });
});
