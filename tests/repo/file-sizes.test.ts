import { read, sourceFiles } from './source-files.ts';

/**
 * Files that were longer than the limit when the limit came. Each may shrink, not grow; when it is
 * short enough its line goes away.
 */
const longFiles: Readonly<Record<string, number>> = {};

const linesMax = 400;

function lineCount(path: string): number {
  return read(path).trimEnd().split('\n').length;
}

describe('File sizes', () => {
  // A catalogue is a list, one entry after the other: its length is not a matter of shape.
  const lists = /\/catalogue\.ts$/;
  const sizes = sourceFiles()
    .filter((path) => !lists.test(path))
    .map((path) => ({ path, lines: lineCount(path) }));

  test(`stay within ${linesMax} lines; part a longer file by what its pieces are about`, () => {
    const tooLong = sizes.filter(({ path, lines }) => lines > (longFiles[path] ?? linesMax));
    expect(tooLong).toEqual([]);
  });

  test('of the exceptions only shrink; lower the number in this test when one did', () => {
    const now = Object.keys(longFiles).map((path) => [path, lineCount(path)]);
    expect(Object.fromEntries(now)).toEqual(longFiles);
  });

  test('have a median of at most 150 lines', () => {
    const sorted = sizes.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(150);
  });
});
