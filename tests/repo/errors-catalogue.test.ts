import { catalogue as brokerCatalogue } from '../../broker/src/core/errors/index.ts';
import type { CatalogueEntry } from '../../broker/src/core/errors/index.ts';
import { exportedNames, read, sourceFiles } from './source-files.ts';

const codes = Object.keys(brokerCatalogue);

/** The fixed parts of what a client is told, by which a test on the wire knows the error. */
function wireParts(entry: CatalogueEntry): readonly string[] {
  return (entry.wire ?? entry.what)
    .split(/\{\w+\}/)
    .map((part) => part.trim())
    .filter((part) => part.length >= 12);
}

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

  test('holds no error that no test expects; provoke it in a test and look at its code or text', () => {
    const tests = textOf(
      sourceFiles().filter((path) => /^tests\/(?!repo\/)/.test(path) && path.endsWith('.ts')),
    );
    const unexpected = Object.entries<CatalogueEntry>(brokerCatalogue).filter(
      ([code, entry]) =>
        !tests.includes(code) && !wireParts(entry).some((part) => tests.includes(part)),
    );
    expect(unexpected.map(([code]) => code)).toEqual([]);
  });

  test('says of each what happened, what is accepted and what to do next', () => {
    const silent = Object.entries(brokerCatalogue).filter(([, entry]) =>
      [entry.what, entry.accepted, entry.next].some((part) => part.trim() === ''),
    );
    expect(silent).toEqual([]);
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
