import { items } from '../conformance/items.ts';
import { read, sourceFiles } from './source-files.ts';

/** The page says what a run has seen; whether it still would is for the run to say. */
describe('docs/reference/sdk-compatibility.md', () => {
  const page = read('docs/reference/sdk-compatibility.md');
  const hint = 'run npm run test:conformance -- --write';
  const suites = sourceFiles()
    .filter((path) => /^tests\/conformance\/[^/]+\.test\.ts$/.test(path))
    .map((path) => ({ path, source: read(path) }));

  test(`has a row for every item of the list; else ${hint}`, () => {
    const rows = [...page.matchAll(/^\| (\d+) +\| (.+?) +\|/gm)];
    const shown = rows.map(([, id, text = '']) => [Number(id), text.replace(/\\(.)/g, '$1')]);
    expect(shown).toEqual(items.map(({ id, text }) => [id, text]));
  });

  test(`names tests that exist, and every test of an item; else ${hint}`, () => {
    const named = new Set(
      [...page.matchAll(/^- `([^`]+)`: (\d+): /gm)].map(([, p, id]) => `${p} ${id}`),
    );
    const there = new Set(
      suites.flatMap(({ path, source }) =>
        [...source.matchAll(/['`](\d+): /g)].map(([, id]) => `${path} ${id}`),
      ),
    );
    expect([...named].sort()).toEqual([...there].sort());
  });
});
