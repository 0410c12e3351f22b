import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokerPackages } from '../../../../modules/image/broker-packages.ts';
import { repositoryRoot } from '../../../support/index.ts';

function lines(packages: Record<string, object>): string[] {
  return brokerPackages(JSON.stringify({ packages }))
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '');
}

describe('brokerPackages', () => {
  test('follows what the broker asks for, its tools, and what those ask for', () => {
    const packages = {
      '': { dependencies: { kit: '1.0.0' } },
      broker: { dependencies: { a: '1.0.0' }, devDependencies: { tool: '1.0.0' } },
      'node_modules/a': { optionalDependencies: { b: '^1' }, devDependencies: { x: '1' } },
      'node_modules/b': { peerDependencies: { c: '*' } },
      'node_modules/c': {},
      'node_modules/kit': {},
      'node_modules/tool': {},
      'node_modules/x': {},
    };
    expect(lines(packages)).toEqual([
      'broker',
      'node_modules/a',
      'node_modules/b',
      'node_modules/c',
      'node_modules/tool',
    ]);
  });

  test('takes the package that Node would find: the nearest', () => {
    const packages = {
      broker: { dependencies: { a: '1', b: '1' } },
      'broker/node_modules/b': { dependencies: { c: '1' } },
      'node_modules/a': { dependencies: { b: '1' } },
      'node_modules/a/node_modules/b': {},
      'node_modules/b': {},
      'node_modules/c': {},
    };
    expect(lines(packages)).toEqual([
      'broker',
      'broker/node_modules/b',
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
    ]);
  });

  test('of this repository leave out the kit, its bindings and the tools of the tests', () => {
    const text = brokerPackages(readFileSync(join(repositoryRoot, 'package-lock.json'), 'utf8'));
    expect(text).toMatch(/^node_modules\/lmdb \{.*"version":"3\.5\.6"/m);
    expect(text).toMatch(/^node_modules\/typescript /m);
    expect(text).not.toMatch(/^node_modules\/(cdktf|@cdktf|jest|eslint|memphis-dev)\b/m);
  });
});
