import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildContextFiles } from '../../../../modules/image/build-context.ts';
import { tempDir } from '../../../support/index.ts';

function folderWith(ignored: string, ...files: string[]): string {
  const root = tempDir();
  writeFileSync(path.join(root, '.dockerignore'), ignored);
  for (const file of files) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), file);
  }
  return root;
}

describe('buildContextFiles', () => {
  test('takes out what a pattern matches, folders with all that is in them', () => {
    const root = folderWith(
      '# a comment\n\n.dockerignore\nlogs/\n*.tmp\n',
      'a.ts',
      'logs/x/y',
      'b.tmp',
    );
    expect(buildContextFiles(root)).toEqual(['a.ts']);
  });

  test('keeps what an exception names, in a folder that is left out otherwise', () => {
    const root = folderWith(
      '*\n!broker/src\n',
      'a.ts',
      'broker/x',
      'broker/src/b',
      'broker/src/c/d',
    );
    expect(buildContextFiles(root)).toEqual(['broker/src/b', 'broker/src/c/d']);
  });

  test('lets the last pattern that matches decide', () => {
    const root = folderWith('*\n!a/*.ts\na/secret.ts', 'a/b.ts', 'a/secret.ts', 'a/b.js');
    expect(buildContextFiles(root)).toEqual(['a/b.ts']);
  });

  test('knows ** for folders at any depth, and that * stops at a slash', () => {
    const root = folderWith(
      '.dockerignore\n**/dist\nx/*.md',
      'dist/a',
      'p/q/dist/b',
      'x/y/c.md',
      'x/d.md',
    );
    expect(buildContextFiles(root)).toEqual(['x/y/c.md']);
  });

  test('takes everything where nothing says what to leave out', () => {
    const root = tempDir();
    writeFileSync(path.join(root, 'a.ts'), '');
    expect(buildContextFiles(root)).toEqual(['a.ts']);
  });

  test('takes a name with other signs by the letter', () => {
    const root = folderWith('.dockerignore\na.c\nd+e', 'abc', 'a.c', 'd+e', 'dde');
    expect(buildContextFiles(root)).toEqual(['abc', 'dde']);
  });
});
