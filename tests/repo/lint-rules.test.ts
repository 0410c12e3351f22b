/**
 * Goal: the lint rules that carry our architecture still bite where they should, and only there.
 *
 * Method: as in import-rules.test.ts, one planted tree and one run of ESLint with our
 * configuration. Each planted file holds one offence and names the rule that must report it.
 */
import { execFile } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { repositoryRoot } from '../support/index.ts';
import { plantTree } from './planted-tree.ts';

const offences: readonly { rule: string; file: string; source: string }[] = [
  {
    rule: '@typescript-eslint/no-floating-promises',
    file: 'broker/src/host/floats.ts',
    source: `export function f(): void { Promise.resolve(1); }`,
  },
  {
    rule: '@typescript-eslint/no-misused-promises',
    file: 'broker/src/host/misuses.ts',
    source: `export function f(list: number[]): void { list.forEach(async () => { await Promise.resolve(); }); }`,
  },
  {
    rule: '@typescript-eslint/switch-exhaustiveness-check',
    file: 'broker/src/core/groups/half-switch.ts',
    source: `export function f(kind: 'ack' | 'nack'): number { switch (kind) { case 'ack': return 1; } return 0; }`,
  },
  {
    rule: 'no-empty',
    file: 'modules/config/empty-catch.ts',
    source: `export function f(): void { try { JSON.parse('') as unknown; } catch {} }`,
  },
  {
    rule: '@typescript-eslint/ban-ts-comment',
    file: 'modules/config/ignores.ts',
    source: `// @ts-ignore\nexport const answer: number = 'no';`,
  },
  ...['Date.now()', 'new Date()', 'performance.now()', 'setTimeout(f, 1)', 'process.pid'].map(
    (use, index) => ({
      rule: 'no-restricted-globals',
      file: `broker/src/core/groups/outside-${index}.ts`,
      source: `export function f(): unknown { return ${use}; }`,
    }),
  ),
  {
    rule: 'no-restricted-syntax',
    file: 'broker/src/foundation/chance.ts',
    source: `export function f(): number { return Math.random(); }`,
  },
  {
    rule: 'no-restricted-syntax',
    file: 'broker/src/engines/memory/own-clock.ts',
    source: `export function f(): number { return Date.now(); }`,
  },
  {
    rule: 'no-restricted-globals',
    file: 'broker/src/protocols/nats/own-timer.ts',
    source: `export function f(g: () => void): void { setTimeout(g, 1); }`,
  },
  {
    rule: 'no-restricted-imports',
    file: 'broker/src/protocols/nats/imports-timer.ts',
    source: `import { setTimeout as delay } from 'node:timers/promises';\nexport const f = (): Promise<void> => delay(1);`,
  },
  {
    rule: 'no-restricted-syntax',
    file: 'broker/src/protocols/nats/reads-setting.ts',
    source: `export function f(): unknown { return process.env['THEBES_HOST']; }`,
  },
  {
    rule: 'no-restricted-syntax',
    file: 'broker/src/protocols/nats/imports-setting.ts',
    source: `import { env } from 'node:process';\nexport const host = env['THEBES_HOST'];`,
  },
  {
    rule: 'no-restricted-syntax',
    file: 'modules/local/reads-setting.ts',
    source: `export function f(): unknown { const { KIT_ENV } = process.env; return KIT_ENV; }`,
  },
  {
    rule: 'no-restricted-syntax',
    file: 'broker/src/host/mutable.ts',
    source: `let count = 0;\nexport function f(): number { return (count += 1); }`,
  },
  {
    rule: 'no-restricted-syntax',
    file: 'modules/config/mutable-map.ts',
    source: `const seen = new Map<string, number>();\nexport function f(): void { seen.set('a', 1); }`,
  },
  {
    rule: 'no-console',
    file: 'broker/src/host/prints.ts',
    source: `export function f(): void { console.log('hello'); }`,
  },
  {
    rule: 'thebes/documented-door',
    file: 'broker/src/core/users/index.ts',
    source: `export { undocumented } from './undocumented.ts';`,
  },
  {
    rule: 'thebes/unit-last',
    file: 'broker/src/core/users/unitless.ts',
    source: `/** x */\nexport interface LoginOptions { readonly timeout: number; }`,
  },
  {
    rule: 'jsdoc/no-types',
    file: 'broker/src/core/users/typed-docs.ts',
    source: `/**\n * Adds one.\n * @param {number} n what to add to\n */\nexport function f(n: number): number { return n + 1; }`,
  },
];

const innocent: Readonly<Record<string, string>> = {
  'broker/src/core/users/undocumented.ts': `export const undocumented = 1;`,
  'broker/src/core/users/documented.ts': `/** One. */\nexport const documented = 1;\n/** Two. */\nexport interface Limits { readonly ackWaitMs: number; readonly payloadBytesMax: number; readonly pendingAcksMax: number; readonly name: string; }`,
  'broker/src/core/groups/index.ts': `export { documented } from '../users/documented.ts';\nexport type { Limits } from '../users/documented.ts';`,
  'broker/src/host/clock.ts': `export function wallMs(): number { return Date.now(); }`,
  'broker/src/host/timer.ts': `export function f(g: () => void): void { setTimeout(g, 1); }`,
  'broker/src/main.ts': `export const host = process.env['THEBES_HOST'];`,
  'broker/src/config/environment.ts': `export const names = Object.keys(process.env);`,
  'modules/local/passes-on.ts': `export function f(): unknown { return { ...process.env, LC_ALL: 'C' }; }`,
  'tests/unit/state.test.ts': `let count = 0;\ntest('counts', () => { count += 1; expect(count).toBe(1); });`,
};

interface FileReport {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

async function lintPlantedTree(): Promise<ReadonlyMap<string, readonly string[]>> {
  const planted = Object.fromEntries(offences.map(({ file, source }) => [file, `${source}\n`]));
  const root = plantTree({ ...planted, ...innocent, 'package.json': '{"type":"module"}' }, [
    'eslint.config.mjs',
    'scripts/lint-rules',
    'tsconfig.json',
  ]);
  symlinkSync(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'));
  const stdout = await new Promise<string>((resolve, reject) => {
    execFile(
      process.execPath,
      [join(repositoryRoot, 'node_modules/eslint/bin/eslint.js'), '--format', 'json', '.'],
      { cwd: root, maxBuffer: 64 * 1024 * 1024 },
      (error, output, stderr) => {
        if (output.startsWith('[')) resolve(output);
        else reject(new Error(`ESLint did not run: ${stderr}`, { cause: error }));
      },
    );
  });
  const reports = JSON.parse(stdout) as readonly FileReport[];
  return new Map(
    reports.map(({ filePath, messages }) => [
      relative(root, filePath),
      messages.map(({ ruleId, message }) => ruleId ?? message),
    ]),
  );
}

describe('The lint rules', () => {
  const run: { rulesByFile?: ReadonlyMap<string, readonly string[]> } = {};

  beforeAll(async () => {
    run.rulesByFile = await lintPlantedTree();
  }, 120_000);

  test.each(offences)('report $file by $rule', ({ rule, file }) => {
    expect(run.rulesByFile?.get(file)).toContain(rule);
  });

  test('leave alone what is allowed', () => {
    const reported = Object.keys(innocent).map((file) => [file, run.rulesByFile?.get(file)]);
    expect(reported).toEqual(Object.keys(innocent).map((file) => [file, []]));
  });
});
