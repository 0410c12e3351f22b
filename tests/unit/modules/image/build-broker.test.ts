// Method: a workspace whose build is a copy, so that a test takes no compiler's time.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildBroker } from '../../../../modules/image/index.ts';

jest.setTimeout(60_000); // It starts npm, which is slow on a busy machine.

let root: string;
const printed: string[] = [];
const print = (line: string): number => printed.push(line);

// What stands for tsc: its last argument is where to write. It refuses source that says so.
const compiler = `
  const { cpSync, readFileSync } = require('node:fs');
  if (readFileSync('src/main.js', 'utf8').includes('broken')) process.exit(2);
  cpSync('src', process.argv.at(-1), { recursive: true });
`;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'thebes-build-'));
  printed.length = 0;
  mkdirSync(path.join(root, 'broker', 'src', 'core'), { recursive: true });
  write('package.json', JSON.stringify({ name: 'kit', workspaces: ['broker'] }));
  const scripts = { build: 'node build.cjs' };
  write('broker/package.json', JSON.stringify({ name: 'b', version: '1.0.0', scripts }));
  write('broker/build.cjs', compiler);
  write('broker/src/main.js', 'first');
  write('broker/src/core/a.js', 'a');
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

const write = (file: string, content: string): void =>
  writeFileSync(path.join(root, file), content);

const built = (file: string): string =>
  readFileSync(path.join(root, 'broker', 'dist', file), 'utf8');

describe('buildBroker', () => {
  test('builds once for the same source', () => {
    const hash = buildBroker(root, print);
    expect(buildBroker(root, print)).toBe(hash);
    expect(printed).toEqual([
      `Building the broker (source ${hash})`,
      `Broker is built already (source ${hash})`,
    ]);
  });

  test('replaces what was built before and leaves no file of it behind', () => {
    buildBroker(root, print);
    write('broker/src/main.js', 'second');
    rmSync(path.join(root, 'broker/src/core'), { recursive: true });
    buildBroker(root, print);
    expect(built('main.js')).toBe('second');
    expect(readdirSync(path.join(root, 'broker/dist')).sort()).toEqual(['.source-hash', 'main.js']);
  });

  test('leaves what was built before when the source does not compile', () => {
    buildBroker(root, print);
    write('broker/src/main.js', 'broken');
    expect(() => buildBroker(root, print)).toThrow('BROKER_BUILD_FAILED');
    expect(built('main.js')).toBe('first');
    const staging = readdirSync(path.join(root, 'broker/dist')).filter((n) =>
      n.startsWith('.build'),
    );
    expect(staging).toEqual([]);
  });

  test('builds again after a build that was cut short', () => {
    buildBroker(root, print);
    rmSync(path.join(root, 'broker/dist/.source-hash'));
    const abandoned = path.join(root, 'broker/dist/.build-999999999');
    mkdirSync(abandoned);
    buildBroker(root, print);
    expect(printed.filter((line) => line.startsWith('Building'))).toHaveLength(2);
    expect(existsSync(abandoned)).toBe(false);
  });

  test('gives two deployments at the same time the same whole files', async () => {
    const project = path.resolve(__dirname, '../../../..');
    const door = JSON.stringify(path.join(project, 'modules/image/index.ts'));
    const program = `import(${door}).then((image) => image.buildBroker(process.argv[1], () => {}))`;
    const build = (): Promise<number | null> =>
      new Promise((resolve) => {
        spawn(process.execPath, ['--import', 'tsx', '-e', program, root], {
          cwd: project,
          stdio: 'inherit',
        }).once('close', resolve);
      });
    expect(await Promise.all([build(), build()])).toEqual([0, 0]);
    expect(built('main.js') + built('core/a.js')).toBe('firsta');
    const names = readdirSync(path.join(root, 'broker/dist')).sort();
    expect(names).toEqual(['.source-hash', 'core', 'main.js']);
  });
});
