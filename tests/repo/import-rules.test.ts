/**
 * Goal: every import rule of .dependency-cruiser.mjs still bites.
 *
 * Method: one small tree in a temporary directory holds a violation of each rule, in a file of its
 * own, among imports that are allowed. dependency-cruiser runs on it once with our configuration; each planted
 * file must be reported by the rule it was made for, by no other one, and no innocent file at all.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from '../support/index.ts';
import { plantTree } from './planted-tree.ts';

/** By rule: a file, what it imports, and the rule's other reports on the way, where one thing breaks two rules. */
const violations: Readonly<Record<string, { file: string; imports: string; also?: string[] }[]>> = {
  'no-cycles': [{ file: 'broker/src/core/groups/chicken.ts', imports: './egg.ts' }],
  resolvable: [{ file: 'broker/src/core/groups/lost.ts', imports: './nowhere.ts' }],
  'foundation-is-the-bottom': [
    { file: 'broker/src/foundation/knows-core.ts', imports: '../core/stations/index.ts' },
  ],
  'core-knows-no-outside': [
    { file: 'broker/src/core/stations/knows-codec.ts', imports: '../../codecs/nats/index.ts' },
  ],
  'codecs-know-bytes-only': [
    { file: 'broker/src/codecs/nats/knows-core.ts', imports: '../../core/stations/index.ts' },
  ],
  'codecs-stand-alone': [
    { file: 'broker/src/codecs/nats/knows-http.ts', imports: '../http/index.ts' },
  ],
  'pure-layers-import-no-package': [
    { file: 'broker/src/core/stations/knows-pino.ts', imports: 'pino' },
    { file: 'broker/src/codecs/nats/knows-pino.ts', imports: 'pino' },
    { file: 'broker/src/foundation/knows-pino.ts', imports: 'pino' },
  ],
  'pure-layers-import-no-built-in': [
    { file: 'broker/src/core/stations/knows-files.ts', imports: 'node:fs' },
    { file: 'broker/src/codecs/nats/knows-net.ts', imports: 'net' },
    { file: 'broker/src/foundation/knows-crypto.ts', imports: 'node:crypto' },
  ],
  'adapters-know-no-sibling': [
    { file: 'broker/src/engines/memory/sibling.ts', imports: '../embedded/index.ts' },
    { file: 'broker/src/metadata/embedded/engine.ts', imports: '../../engines/embedded/index.ts' },
    { file: 'broker/src/protocols/nats/bus.ts', imports: '../../bus/local/index.ts' },
    { file: 'broker/src/host/engine.ts', imports: '../engines/memory/index.ts' },
    { file: 'broker/src/gateway/engine.ts', imports: '../engines/memory/index.ts' },
  ],
  'adapters-take-their-settings': [
    { file: 'broker/src/engines/memory/settings.ts', imports: '../../config/index.ts' },
  ],
  'config-stands-alone': [
    { file: 'broker/src/config/knows-stations.ts', imports: '../core/stations/index.ts' },
  ],
  'main-is-the-root': [
    {
      file: 'broker/src/core/stations/knows-engine.ts',
      imports: '../../engines/memory/index.ts',
      also: ['core-knows-no-outside'],
    },
    { file: 'broker/src/second-root.ts', imports: './engines/memory/index.ts' },
  ],
  'nobody-imports-a-main': [
    { file: 'tests/unit/broker/starts.test.ts', imports: '../../../broker/src/main.ts' },
  ],
  'broker-stands-alone': [
    { file: 'broker/src/host/knows-kit.ts', imports: '../../../modules/config/index.ts' },
  ],
  'broker-imports-its-own-packages': [
    { file: 'broker/src/host/unlisted.ts', imports: 'unlisted' },
    { file: 'broker/src/host/for-tests.ts', imports: 'only-for-tests' },
  ],
  'product-imports-no-test': [
    { file: 'modules/config/uses-test.ts', imports: '../../tests/support/index.ts' },
  ],
  'kit-sees-the-broker-by-its-settings': [
    { file: 'stacks/knows-foundation.ts', imports: '../broker/src/foundation/index.ts' },
    { file: 'modules/config/knows-core.ts', imports: '../../broker/src/core/stations/index.ts' },
  ],
  'modules-know-no-stack': [
    { file: 'modules/config/knows-stack.ts', imports: '../../stacks/local.ts' },
  ],
  'clouds-do-not-see-each-other': [
    { file: 'modules/gcp/knows-aws.ts', imports: '../aws/index.ts' },
  ],
  'neutral-modules-name-no-cloud': [
    { file: 'modules/contract/knows-aws.ts', imports: '../aws/index.ts' },
  ],
  'cdktf-through-one-door': [
    { file: 'stacks/own-cdktf.ts', imports: 'cdktf' },
    { file: 'modules/aws/own-constructs.ts', imports: 'constructs' },
  ],
  'providers-stay-in-modules': [
    { file: 'stacks/own-vpc.ts', imports: '@cdktf/provider-aws/lib/vpc' },
    { file: 'modules/local/own-vpc.ts', imports: '@cdktf/provider-aws/lib/vpc' },
  ],
  'providers-by-deep-path': [
    { file: 'modules/aws/whole-provider.ts', imports: '@cdktf/provider-aws' },
  ],
  'examples-are-outsiders': [
    { file: 'examples/shop/insider.ts', imports: '../../broker/src/core/stations/index.ts' },
    { file: 'examples/shop/borrows.ts', imports: '../other/main.ts' },
  ],
  'enter-by-index': [
    { file: 'broker/src/engines/memory/side-door.ts', imports: '../../core/stations/station.ts' },
    { file: 'broker/src/core/stations/side-door.ts', imports: '../../foundation/clock.ts' },
    { file: 'modules/local/side-door.ts', imports: '../config/settings.ts' },
  ],
  'enter-by-index-from-the-top': [
    { file: 'stacks/side-door.ts', imports: '../modules/config/settings.ts' },
    { file: 'scripts/side-door.ts', imports: '../broker/src/core/stations/station.ts' },
  ],
};

/** Files that break no rule and stand for what is allowed. */
const innocent: Readonly<Record<string, readonly string[]>> = {
  'broker/src/foundation/clock.ts': [],
  'broker/src/foundation/index.ts': ['./clock.ts'],
  'broker/src/core/errors/index.ts': [],
  'broker/src/core/stations/station.ts': ['../../foundation/index.ts'],
  'broker/src/core/stations/index.ts': ['./station.ts'],
  // The other half of the planted cycle, which is reported once, where it is met first.
  'broker/src/core/groups/egg.ts': ['./chicken.ts'],
  // Chapters of the core import each other's files.
  'broker/src/core/ports/index.ts': ['../stations/station.ts'],
  'broker/src/codecs/nats/index.ts': ['../../foundation/index.ts'],
  'broker/src/codecs/http/index.ts': [],
  'broker/src/engines/memory/index.ts': ['../../core/ports/index.ts'],
  'broker/src/engines/embedded/index.ts': ['node:fs', 'pino'],
  'broker/src/bus/local/index.ts': [],
  'broker/src/protocols/nats/handlers/publish.ts': ['../session.ts'],
  'broker/src/protocols/nats/session.ts': ['node:net', '../../codecs/nats/index.ts'],
  'broker/src/host/index.ts': ['node:crypto'],
  'broker/src/config/index.ts': ['../core/errors/index.ts'],
  'broker/src/main.ts': ['./config/index.ts', './engines/memory/index.ts', './host/index.ts'],
  'modules/cdk.ts': ['cdktf', 'constructs'],
  'modules/contract/index.ts': [],
  'modules/config/settings.ts': ['../../broker/src/config/index.ts'],
  'modules/config/index.ts': ['./settings.ts'],
  'modules/aws/index.ts': ['../cdk.ts', '@cdktf/provider-aws/lib/vpc'],
  'modules/local/index.ts': ['../cdk.ts', '../contract/index.ts'],
  'stacks/local.ts': ['../modules/cdk.ts', '../modules/local/index.ts'],
  'modules/toolchain/index.mjs': [],
  'scripts/before-install.mjs': ['../modules/toolchain/index.mjs'],
  'scripts/check.ts': ['node:fs', '../broker/src/core/errors/index.ts'],
  'examples/shop/main.ts': ['node:fs', 'cdktf-free', './basket.ts'],
  'examples/shop/basket.ts': [],
  'examples/other/main.ts': [],
  'tests/support/temp-dir.ts': ['node:fs'],
  'tests/support/index.ts': ['./temp-dir.ts'],
  'tests/unit/broker/core/stations/station.test.ts': [
    '../../../../support/temp-dir.ts',
    '../../../../../broker/src/core/stations/station.ts',
    '../../../../support/index.ts',
  ],
};

const stubPackages = ['pino', 'cdktf', 'constructs', 'cdktf-free', 'unlisted', 'only-for-tests'];

interface CruiseReport {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly rule: { readonly name: string };
    }[];
    readonly ruleSetUsed: {
      readonly forbidden: readonly { readonly name: string; readonly comment?: string }[];
    };
  };
}

function importing(targets: readonly string[]): string {
  // A type import, because those count too; and an export, because a file without one is no module.
  return [...targets.map((target) => `import type {} from '${target}';`), 'export {};\n'].join(
    '\n',
  );
}

async function cruisePlantedTree(): Promise<CruiseReport> {
  const files: Record<string, string> = {
    'package.json': JSON.stringify({
      type: 'module',
      dependencies: { cdktf: '1.0.0', constructs: '1.0.0', '@cdktf/provider-aws': '1.0.0' },
      devDependencies: { 'cdktf-free': '1.0.0' },
    }),
    'broker/package.json': JSON.stringify({
      type: 'module',
      dependencies: { pino: '1.0.0' },
      devDependencies: { 'only-for-tests': '1.0.0' },
    }),
    'node_modules/@cdktf/provider-aws/package.json':
      '{"name":"@cdktf/provider-aws","version":"1.0.0"}',
    'node_modules/@cdktf/provider-aws/index.js': '',
    'node_modules/@cdktf/provider-aws/lib/vpc/index.js': '',
  };
  for (const name of stubPackages) {
    files[`node_modules/${name}/package.json`] = JSON.stringify({ name, version: '1.0.0' });
    files[`node_modules/${name}/index.js`] = '';
  }
  for (const [file, imports] of Object.entries(innocent)) {
    files[file] = file.endsWith('.mjs')
      ? imports.map((target) => `import '${target}';\n`).join('')
      : importing(imports);
  }
  for (const { file, imports } of Object.values(violations).flat()) {
    files[file] = importing([imports]);
  }
  const root = plantTree(files, ['.dependency-cruiser.mjs', 'tsconfig.json']);
  const folders = ['broker/src', 'modules', 'stacks', 'scripts', 'tests', 'examples'];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [
        join(repositoryRoot, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
        ...['--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...folders],
      ],
      { cwd: root, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (stdout.startsWith('{')) resolve(JSON.parse(stdout) as CruiseReport);
        else reject(new Error(`dependency-cruiser did not run: ${stderr}`, { cause: error }));
      },
    );
  });
}

describe('The import rules', () => {
  const cruise: { report?: CruiseReport } = {};

  function reportedRules(file: string): readonly string[] {
    const found = cruise.report?.summary.violations.filter(({ from }) => from === file) ?? [];
    return [...new Set(found.map(({ rule }) => rule.name))].sort();
  }

  beforeAll(async () => {
    cruise.report = await cruisePlantedTree();
  }, 60_000);

  test('have a planted violation each, and each says what to do instead', () => {
    const rules = cruise.report?.summary.ruleSetUsed.forbidden ?? [];
    expect(rules.map(({ name }) => name).sort()).toEqual(Object.keys(violations).sort());
    for (const { name, comment } of rules) {
      expect(`${name}: ${comment ?? ''}`).toMatch(/: .{30,}\.$/);
    }
  });

  test.each(
    Object.entries(violations).flatMap(([rule, plants]) =>
      plants.map(({ file, imports, also = [] }) => ({ rule, file, imports, also })),
    ),
  )('report $file, which imports $imports, as $rule', ({ rule, file, also }) => {
    expect(reportedRules(file)).toEqual([rule, ...also].sort());
  });

  test('leave every allowed import alone', () => {
    const accused = Object.keys(innocent).filter((file) => reportedRules(file).length > 0);
    expect(accused).toEqual([]);
    expect(cruise.report?.modules.map(({ source }) => source)).toEqual(
      expect.arrayContaining(Object.keys(innocent)),
    );
  });
});
