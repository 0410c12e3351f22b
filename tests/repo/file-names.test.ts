import { basename, dirname } from 'node:path';
import { exportedNames, sourceFiles, trackedFiles, wordsOf } from './source-files.ts';

const vague = ['utils', 'util', 'helpers', 'helper', 'types', 'common', 'misc', 'shared', 'lib'];

function stem(path: string): string {
  return basename(path).replace(/\..*$/, '');
}

function singular(word: string): string {
  return word.replace(/s$/, '');
}

describe('File names', () => {
  test('say what is inside; look for the noun that the content of a vague file shares', () => {
    const offenders = trackedFiles().filter((path) =>
      path.split('/').some((part) => vague.includes(part.replace(/\..*$/, ''))),
    );
    expect(offenders).toEqual([]);
  });

  test('are kebab-case, folders too', () => {
    const offenders = sourceFiles().filter(
      (path) => !path.split('/').every((part) => /^[a-z0-9.]+(-[a-z0-9.]+)*$/.test(part)),
    );
    expect(offenders).toEqual([]);
  });

  test('are made of words that an export has, so that a newcomer can guess the content', () => {
    const offenders = sourceFiles()
      .filter((path) => /^(broker\/src|modules)\/.*\.ts$/.test(path) && !/index\.ts$/.test(path))
      .flatMap((path) => {
        const exported = exportedNames(path).map(({ name }) => name);
        const words = new Set(exported.flatMap(wordsOf).map(singular));
        const guessable = wordsOf(stem(path)).some((word) =>
          [...words].some((exportedWord) => exportedWord.startsWith(singular(word))),
        );
        // A file of many small exports is named after their theme.
        return guessable || exported.length === 0 || exported.length > 3
          ? []
          : [`${path} exports ${exported.join(', ')}`];
      });
    expect(offenders).toEqual([]);
  });

  test('equal the main export: a class that is the only export has the words of its path', () => {
    const offenders = sourceFiles()
      .filter((path) => /^(broker\/src|modules)\//.test(path))
      .flatMap((path) => {
        const exported = exportedNames(path);
        const only = exported.length === 1 ? exported[0]?.name : undefined;
        if (only === undefined || !/^[A-Z]/.test(only)) return [];
        // `handlers/publish.ts` may hold PublishHandler, `engines/memory/options.ts` MemoryEngineOptions.
        const known = path.split('/').flatMap((part) => wordsOf(part.replace(/\..*$/, '')));
        const unexplained = wordsOf(only).filter(
          (word) => word !== 'of' && !known.map(singular).includes(singular(word)),
        );
        return unexplained.length === 0 ? [] : [`${path} exports ${only}`];
      });
    expect(offenders).toEqual([]);
  });
});

describe('Unit tests', () => {
  const tests = sourceFiles().filter(
    (path) => path.startsWith('tests/unit/') && path.endsWith('.test.ts'),
  );

  test('mirror the source: tests/unit/broker/core/x.test.ts is about broker/src/core/x.ts', () => {
    const sources = new Set(sourceFiles());
    const offenders = tests.filter((path) => {
      const [, , first = '', ...rest] = path.split('/');
      const folder = dirname([first, ...(first === 'broker' ? ['src'] : []), ...rest].join('/'));
      return !['ts', 'mts', 'mjs'].some((ending) =>
        sources.has(`${folder}/${stem(path)}.${ending}`),
      );
    });
    expect(offenders).toEqual([]);
  });
});

describe('Tests', () => {
  test('stand in a folder of one of the known kinds', () => {
    const kinds = sourceFiles()
      .filter((path) => path.startsWith('tests/'))
      .map((path) => path.split('/')[1] ?? '');
    const known = [
      'browser',
      'conformance',
      'contract',
      'docs',
      'drills',
      'integration',
      'property',
      'repo',
      'simulation',
      'stacks',
      'support',
      'unit',
    ];
    expect(kinds.filter((kind) => !known.includes(kind))).toEqual([]);
  });
});
