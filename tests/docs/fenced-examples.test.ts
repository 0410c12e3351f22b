import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { registerRelease, repositoryRoot, startBroker } from '../support/index.ts';
import type { BrokerProcess } from '../support/index.ts';
import { fencedExamples } from './fenced-examples.ts';
import type { FencedExample } from './fenced-examples.ts';

const runnable = ['sh', 'bash', 'js', 'ts'];

const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: repositoryRoot, encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(repositoryRoot, path)));
const examples = pages
  .flatMap((page) => fencedExamples(page, readFileSync(join(repositoryRoot, page), 'utf8')))
  .filter(({ language }) => runnable.includes(language));
const toRun = examples.filter(({ outcome }) => outcome?.kind === 'run');

function titled(example: FencedExample): { example: FencedExample; title: string } {
  return { example, title: `${example.page}:${example.line}` };
}

/** Inside the checkout, so that the packages of the example are found; never in a folder of the project. */
function exampleFolder(): string {
  const cache = join(repositoryRoot, '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'docs-'));
  registerRelease(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

function commandFor({ language, code }: FencedExample): readonly string[] {
  if (language === 'sh' || language === 'bash') return [language, '-e', '-c', code];
  const path = join(exampleFolder(), language === 'ts' ? 'example.ts' : 'example.mjs');
  writeFileSync(path, code);
  return [process.execPath, ...(language === 'ts' ? ['--import', 'tsx'] : []), path];
}

async function run(
  example: FencedExample,
  broker: BrokerProcess,
): Promise<{ exitCode: number | null; output: string }> {
  const [file = '', ...args] = commandFor(example);
  const child = spawn(file, args, {
    cwd: repositoryRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      THEBES_PORT: String(broker.clientPort),
      THEBES_PASSWORD_FILE: join(broker.dataDir, 'root-password'),
    },
  });
  registerRelease(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { exitCode, output };
}

describe('Fenced examples', () => {
  test('say what they come to: exit=0, or tested-by=<file>, behind the language', () => {
    const silent = examples.filter(({ outcome }) => outcome === undefined);
    expect(silent.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
    expect(toRun.length).toBeGreaterThan(0);
  });

  test('that another test runs name one that exists', () => {
    const dangling = examples.filter(
      ({ outcome }) =>
        outcome?.kind === 'tested-by' && !existsSync(join(repositoryRoot, outcome.path)),
    );
    expect(dangling).toEqual([]);
  });

  test.each(toRun.map(titled))(
    'of $title do what its fence says',
    async ({ example }) => {
      const broker = await startBroker();
      const { exitCode, output } = await run(example, broker);
      const expected = example.outcome?.kind === 'run' ? example.outcome : undefined;
      expect({ exitCode, output }).toEqual({
        exitCode: expected?.exitCode,
        output: expect.stringContaining(expected?.prints ?? '') as string,
      });
    },
    60_000,
  );
});

describe('fencedExamples', () => {
  test('finds blocks inside lists, without their indentation', () => {
    const [example] = fencedExamples('page.md', '1. so\n\n   ```sh exit=3\n   exit 3\n   ```\n');
    expect(example).toEqual({
      page: 'page.md',
      line: 3,
      language: 'sh',
      code: 'exit 3\n',
      outcome: { kind: 'run', exitCode: 3, prints: '' },
    });
  });

  test('leaves a block without a marker without an outcome', () => {
    expect(fencedExamples('page.md', '```sh\nls\n```\n')[0]?.outcome).toBeUndefined();
  });
});
