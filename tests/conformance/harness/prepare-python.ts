import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../support/index.ts';
import { whatWentWrong } from './what-went-wrong.ts';
import type { PreparedColumn } from './sdks.ts';

// protobuf 5 breaks the SDK's schema handling (wire-protocol.md, "Getting the SDKs to run").
const sdkPackages = ['memphis-py==1.3.1', 'protobuf<5'];

/** The NATS clients under the SDK: it takes any, so what a new application gets and an old one has. */
const environments = [
  { name: 'newest', natsPackage: 'nats-py' },
  { name: '2.6.0', natsPackage: 'nats-py==2.6.0' },
];

const folder = join(repositoryRoot, '.cache/conformance');

/** The SDK, and the NATS client alone, by the program that holds it. */
const columns = [
  {
    column: 'python',
    title: 'python: memphis-py 1.3.1 on nats-py',
    driver: 'python/python_driver.py',
  },
  { column: 'nats-py', title: 'nats-py', driver: 'nats-py/nats_py_driver.py' },
] as const;

/** Makes a virtual environment for each NATS client, once; says why where it cannot. */
export function preparePython(): readonly PreparedColumn[] {
  const { status, stdout } = spawnSync('python3', ['--version'], { encoding: 'utf8' });
  if (status !== 0) return nothing('python3 is not installed');
  for (const { name, natsPackage } of environments) {
    const failure = install(environmentPath(name), [...sdkPackages, natsPackage]);
    if (failure !== undefined) return nothing(`${stdout.trim()}: ${failure}`);
  }
  return columns.map(({ column, title, driver }) => ({
    column,
    sdks: environments.map(({ name }) => ({
      column,
      title: `${title} ${name}`,
      command: {
        path: join(environmentPath(name), 'bin/python'),
        arguments: [join(repositoryRoot, 'tests/conformance/drivers', driver)],
        environment: { PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' },
      },
    })),
  }));
}

function nothing(reason: string): readonly PreparedColumn[] {
  return columns.map(({ column }) => ({ column, reason, sdks: [] }));
}

function environmentPath(name: string): string {
  return join(folder, `python-${name}`);
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
