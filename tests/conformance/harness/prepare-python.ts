import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../support/index.ts';
import { whatWentWrong } from './what-went-wrong.ts';
import type { PreparedColumn, Sdk } from './sdks.ts';

// protobuf 5 breaks the SDK's schema handling (wire-protocol.md, "Getting the SDKs to run").
const sdkPackages = ['memphis-py==1.3.1', 'protobuf<5'];

/** The NATS clients under the SDK: it takes any, so what a new application gets and an old one has. */
const environments = [
  { name: 'newest', natsPackage: 'nats-py' },
  { name: '2.6.0', natsPackage: 'nats-py==2.6.0' },
];

const folder = join(repositoryRoot, '.cache/conformance');

/** Makes a virtual environment for each NATS client, once; says why where it cannot. */
export function preparePython(): PreparedColumn {
  const { status, stdout } = spawnSync('python3', ['--version'], { encoding: 'utf8' });
  if (status !== 0) return { column: 'python', reason: 'python3 is not installed', sdks: [] };
  const sdks: Sdk[] = [];
  for (const { name, natsPackage } of environments) {
    const path = join(folder, `python-${name}`);
    const failure = install(path, [...sdkPackages, natsPackage]);
    if (failure !== undefined) {
      return { column: 'python', reason: `${stdout.trim()}: ${failure}`, sdks: [] };
    }
    sdks.push({
      column: 'python',
      title: `python: memphis-py 1.3.1 on nats-py ${name}`,
      command: {
        path: join(path, 'bin/python'),
        arguments: [join(repositoryRoot, 'tests/conformance/drivers/python/python_driver.py')],
        environment: { PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' },
      },
    });
  }
  return { column: 'python', sdks };
}

/** Why the packages could not be installed; undefined where they are there. */
function install(path: string, packages: readonly string[]): string | undefined {
  const marker = join(path, 'installed.txt');
  const wanted = packages.join('\n');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return undefined;
  mkdirSync(folder, { recursive: true });
  const steps: readonly [string, readonly string[]][] = [
    ['python3', ['-m', 'venv', '--clear', path]],
    [join(path, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]],
  ];
  for (const [command, args] of steps) {
    const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
    if (status !== 0) return whatWentWrong(error?.message ?? stderr);
  }
  writeFileSync(marker, wanted);
  return undefined;
}
