import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../support/index.ts';
import { read, trackedFiles } from './source-files.ts';

const pages = trackedFiles().filter((path) => path.endsWith('.md'));

describe('Links between pages', () => {
  test('lead somewhere', () => {
    const dead = pages.flatMap((path) =>
      [...read(path).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, target]) => target ?? '')
        .filter((target) => !existsSync(join(repositoryRoot, dirname(path), target)))
        .map((target) => `${path}: ${target}`),
    );
    expect(dead).toEqual([]);
  });
});

describe('Paths in pages', () => {
  test('of source files exist', () => {
    const dead = pages
      .filter((path) => !path.startsWith('docs/decisions/'))
      .flatMap((path) =>
        [...read(path).matchAll(/`((?:broker|modules|stacks|tests|scripts|docs)\/[\w./-]+)`/g)]
          .map(([, target]) => target ?? '')
          .filter((target) => !existsSync(join(repositoryRoot, target)))
          .map((target) => `${path}: ${target}`),
      );
    expect(dead).toEqual([]);
  });
});

describe('README.md', () => {
  test('shows a tree of folders that exist', () => {
    const tree = /```text\n([^`]*broker\/[^`]*)```/.exec(read('README.md'))?.[1] ?? '';
    const shown = treePaths(tree);
    expect(shown.length).toBeGreaterThan(10);
    expect(shown.filter((path) => !existsSync(join(repositoryRoot, path)))).toEqual([]);
  });
});

describe('Decision records', () => {
  const records = pages.filter((path) => /^docs\/decisions\/\d{4}-/.test(path));

  test('are numbered from 1 without a gap', () => {
    const numbers = records.map((path) => Number(path.slice('docs/decisions/'.length).slice(0, 4)));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  test('have context, decision and consequences, in this order', () => {
    const sections = records.map((path) =>
      [...read(path).matchAll(/^## (.+)$/gm)].map(([, s]) => s),
    );
    expect(sections).toEqual(records.map(() => ['Context', 'Decision', 'Consequences']));
  });

  test('are all in the generated index; run npm run generate', () => {
    const index = read('docs/decisions/README.md');
    expect(records.filter((path) => !index.includes(path.split('/').at(-1) ?? ''))).toEqual([]);
  });
});

describe('CHANGELOG.md', () => {
  test('tells each release by reader: operators, developers, internals', () => {
    const releases = read('CHANGELOG.md').split(/^## /m).slice(1);
    expect(releases.length).toBeGreaterThan(0);
    for (const release of releases) {
      const readers = [...release.matchAll(/^### (.+)$/gm)].map(([, reader]) => reader ?? '');
      expect(readers).not.toEqual([]);
      expect(['Operators', 'Developers', 'Internals']).toEqual(expect.arrayContaining(readers));
    }
  });
});

describe('docs/hard-won.md', () => {
  test('lists dated traps, newest first', () => {
    const dates = [...read('docs/hard-won.md').matchAll(/^- (\d{4}-\d{2}-\d{2}): /gm)].map(
      ([, date]) => date,
    );
    expect(dates.length).toBeGreaterThan(0);
    expect(dates).toEqual([...dates].sort().reverse());
  });
});

/** Paths of an indented tree: two spaces a level, the caption behind two or more spaces. */
function treePaths(tree: string): readonly string[] {
  const above: string[] = [];
  return tree
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const depth = (line.length - line.trimStart().length) / 2;
      const [name = ''] = line.trim().split(/\s{2,}/);
      above.splice(depth, Infinity, name.replace(/\/$/, ''));
      return above.join('/');
    });
}
