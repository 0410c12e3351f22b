import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../support/index.ts';
import { read, sourceFiles, trackedFiles } from './source-files.ts';

/** All folders that hold tracked files, at any depth. */
function folders(): readonly string[] {
  const found = trackedFiles().flatMap((path) => {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  });
  return [...new Set(found)];
}

describe('Folders', () => {
  test('of the second level, and those of broker/src, are named in docs/architecture.md', () => {
    const page = read('docs/architecture.md');
    const unnamed = folders()
      .filter((path) => /^[^/]+\/[^/]+$/.test(path) || /^broker\/src\/[^/]+$/.test(path))
      .filter((path) => !page.includes(`${path.split('/').at(-1)}/`));
    expect(unnamed).toEqual([]);
  });

  test('that are adapters of one kind have the same shape, so that knowing one is knowing all', () => {
    const engines = folders().filter((path) => /^broker\/src\/engines\/[^/]+$/.test(path));
    expect(engines).not.toEqual([]);
    const wanted = engines.flatMap((path) => [
      `${path}/index.ts`,
      `${path}/options.ts`,
      `${path}/${path.split('/').at(-1)}-engine.ts`,
    ]);
    expect(wanted.filter((path) => !sourceFiles().includes(path))).toEqual([]);
  });

  test('that hold a family of adapters have a page that says how to add one', () => {
    const families = [
      { folder: 'broker/src/engines', page: 'docs/guides/add-an-engine.md' },
      { folder: 'broker/src/formats', page: 'docs/guides/add-a-format.md' },
      { folder: 'modules', page: 'docs/guides/add-a-target.md' },
    ];
    const missing = families
      .filter(({ folder }) => folders().includes(folder))
      .filter(({ page }) => !existsSync(join(repositoryRoot, page)));
    expect(missing).toEqual([]);
  });

  test('of the broker that others enter have an index.ts as their door', () => {
    const rooms = folders().filter((path) =>
      /^broker\/src\/(foundation|config|host|(core|codecs|protocols|engines|metadata|bus|formats)\/[^/]+)$/.test(
        path,
      ),
    );
    expect(rooms.filter((path) => !sourceFiles().includes(`${path}/index.ts`))).toEqual([]);
  });
});
