import { catalogue as brokerCatalogue } from '../../broker/src/core/errors/index.ts';
import { exportedNames, read, sourceFiles } from './source-files.ts';

const codes = Object.keys(brokerCatalogue);

function textOf(files: readonly string[]): string {
  return files.map(read).join('\n');
}

describe('The error catalogue of the broker', () => {
  test('names each error by a code in capitals', () => {
    expect(codes.length).toBeGreaterThan(3);
    expect(codes.filter((code) => !/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(code))).toEqual([]);
  });

  test('stands in docs/reference/errors.md entry by entry, and nothing else does', () => {
    const sections = [...read('docs/reference/errors.md').matchAll(/^## (\S+)$/gm)];
    expect(sections.map(([, code]) => code)).toEqual(codes);
  });

  test('holds no error that nothing raises; remove the entry or raise it', () => {
    const source = textOf(
      sourceFiles().filter(
        (path) => path.startsWith('broker/src/') && !path.endsWith('/catalogue.ts'),
      ),
    );
    expect(codes.filter((code) => !source.includes(`'${code}'`))).toEqual([]);
  });

  test('holds no error that no test expects; provoke it in a test and look at its code', () => {
    const tests = textOf(
      sourceFiles().filter((path) => /^tests\/(?!repo\/)/.test(path) && path.endsWith('.ts')),
    );
    expect(codes.filter((code) => !tests.includes(code))).toEqual([]);
  });

  test('speaks in four parts that read as sentences: no entry ends its parts with a full stop', () => {
    const stopped = Object.entries(brokerCatalogue).filter(([, entry]) =>
      [entry.what, entry.received, entry.accepted, entry.next].some((part) => /\.$/.test(part)),
    );
    expect(stopped).toEqual([]);
  });
});

describe('The error catalogue of the kit', () => {
  const path = 'modules/config/catalogue.ts';

  test('holds no error that no test expects', () => {
    expect(exportedNames(path).length).toBeGreaterThan(0);
    const kitCodes = [...read(path).matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(
      ([, code]) => code ?? '',
    );
    expect(kitCodes.length).toBeGreaterThan(3);
    const tests = textOf(
      sourceFiles().filter((file) => /^tests\/(?!repo\/)/.test(file) && file.endsWith('.ts')),
    );
    expect(kitCodes.filter((code) => !tests.includes(code))).toEqual([]);
  });
});
