import ts from 'typescript';
import { parse, read, sourceFiles } from './source-files.ts';

interface Title {
  readonly place: string;
  readonly path: readonly string[];
  readonly text: string;
}

/** `test`, `it` and `describe`, plain or with `.each(...)`; undefined for other calls. */
function blockKind(call: ts.CallExpression): 'test' | 'describe' | undefined {
  let callee: ts.Expression = call.expression;
  if (ts.isCallExpression(callee)) callee = callee.expression; // test.each(table)(title, run)
  if (ts.isTaggedTemplateExpression(callee)) callee = callee.tag;
  const [name] = callee.getText().split('.');
  if (name === 'test' || name === 'it') return 'test';
  return name === 'describe' ? 'describe' : undefined;
}

function titlesIn(file: string): readonly Title[] {
  const source = parse(file);
  const titles: Title[] = [];
  const visit = (node: ts.Node, path: readonly string[]): void => {
    const kind = ts.isCallExpression(node) ? blockKind(node) : undefined;
    const first = ts.isCallExpression(node) ? node.arguments[0] : undefined;
    if (kind === undefined || first === undefined || !isText(first)) {
      ts.forEachChild(node, (child) => visit(child, path));
      return;
    }
    const text = first.getText().slice(1, -1);
    if (kind === 'test') {
      const { line } = source.getLineAndCharacterOfPosition(first.getStart());
      titles.push({ place: `${file}:${line + 1}`, path, text });
    }
    ts.forEachChild(node, (child) => visit(child, [...path, text]));
  };
  visit(source, []);
  return titles;
}

function isText(node: ts.Node): boolean {
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
}

const files = sourceFiles().filter(
  (path) => path.startsWith('tests/') && /\.(test|contract)\.ts$/.test(path),
);

describe('Test titles', () => {
  const titles = files.flatMap(titlesIn);

  test('are found by this test, so that the checks below have something to check', () => {
    expect(titles.length).toBeGreaterThan(50);
  });

  test('are unique within their file and block', () => {
    const seen = new Set<string>();
    const doubled = titles.filter(({ place, path, text }) => {
      const key = [place.replace(/:\d+$/, ''), ...path, text].join(' > ');
      return seen.size === seen.add(key).size;
    });
    expect(doubled).toEqual([]);
  });

  test('are sentences of behaviour: a verb and what it does, not a noun or a ticket', () => {
    const offenders = titles.filter(
      ({ text }) => text.split(/\s+/).length < 2 || /^(should|test|tests|it)\b/i.test(text),
    );
    expect(offenders).toEqual([]);
  });
});

describe('Tests', () => {
  test('all run: none is skipped, focused, or left for later', () => {
    const offenders = sourceFiles()
      .filter((path) => /^(tests|benchmarks)\//.test(path))
      .flatMap((path) => {
        const found =
          /\b(?:test|it|describe)\.(?:skip|only|todo|failing)\b|\b(?:xit|xtest|xdescribe|fit|fdescribe)\(/.exec(
            read(path),
          );
        return found === null || path.endsWith('test-titles.test.ts')
          ? []
          : [`${path}: ${found[0]}`];
      });
    expect(offenders).toEqual([]);
  });

  test('wait for events and conditions, not for time: no sleep of a fixed length', () => {
    const sleep = /(?:await (?:delay|sleep|setTimeout)\(\s*\d)|setTimeout\((?:resolve|r|done), *\d/;
    const offenders = files.flatMap((path) => {
      const found = sleep.exec(read(path));
      return found === null ? [] : [`${path}: ${found[0]}`];
    });
    expect(offenders).toEqual([]);
  });
});

describe('Source files', () => {
  test('never switch the compiler off; correct the type instead', () => {
    const offenders = sourceFiles().filter(
      (path) => !path.startsWith('tests/repo/') && /@ts-(ignore|nocheck)/.test(read(path)),
    );
    expect(offenders).toEqual([]);
  });

  test('give a reason where they switch a lint rule off', () => {
    const offenders = sourceFiles().flatMap((path) =>
      [...read(path).matchAll(/eslint-disable.*$/gm)]
        .filter(([line]) => !path.startsWith('tests/repo/') && !/ -- \S/.test(line))
        .map(([line]) => `${path}: ${line}`),
    );
    expect(offenders).toEqual([]);
  });
});
