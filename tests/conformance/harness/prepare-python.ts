import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../../support/index.ts';
import { natsPackages, sdkPackage } from './python-packages.ts';
import { obstacleIn } from './set-up-step.ts';
import type { Obstacle, SetUpStep } from './set-up-step.ts';
import type { PreparedColumn } from './sdks.ts';
import type { RunTool } from './set-up-tool.ts';

const drivers = join(repositoryRoot, 'tests/conformance/drivers');

/** Everything that comes with the packages, each in one version. */
const constraints = join(drivers, 'python/constraints.txt');

/** The SDK, and the NATS client alone, by the program that holds it. */
const columns = [
  {
    column: 'python',
    title: 'python: memphis-py 1.3.1 on nats-py',
    driver: 'python/python_driver.py',
  },
  { column: 'nats-py', title: 'nats-py', driver: 'nats-py/nats_py_driver.py' },
] as const;

/** What the Python columns are made with. */
export interface PythonSetUp {
  readonly run: RunTool;
  /** Where the virtual environments are, each in a folder of its own. */
  readonly builds: string;
}

/** Makes a virtual environment for each NATS client, once; says what is in the way where it cannot. */
export function preparePython({ run, builds }: PythonSetUp): readonly PreparedColumn[] {
  if (run({ command: 'python3', arguments: ['--version'] }).isMissing) {
    return columns.map(({ column }) => ({ column, reason: 'python3 is not installed', sdks: [] }));
  }
  for (const nats of natsPackages) {
    const packages = [sdkPackage, nats.package];
    const obstacle = install(join(builds, nats.folder), packages, run);
    if (obstacle !== undefined) {
      return columns.map(({ column }) => ({ column, sdks: [], ...obstacle }));
    }
  }
  return columns.map(({ column, title, driver }) => ({
    column,
    sdks: natsPackages.map((nats) => ({
      column,
      title: `${title} ${nats.title}`,
      command: {
        path: join(builds, nats.folder, 'bin/python'),
        arguments: [join(drivers, driver)],
        environment: { PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' },
      },
    })),
  }));
}

/** Prints nothing and ends well where each package is there in its version and both can be imported. */
const check = `
import sys
from importlib.metadata import version
for wanted in sys.argv[1:]:
    name, number = wanted.split("==")
    if version(name) != number:
        sys.exit(f"{name} is there in version {version(name)} instead of {number}")
import memphis, nats
`;

/** What is in the way of this environment; undefined where it is there, has these packages, and works. */
function install(path: string, packages: readonly string[], run: RunTool): Obstacle | undefined {
  const python = join(path, 'bin/python');
  const title = `Python SDK, ${packages.join(' on ')}`;
  const checked: SetUpStep = {
    name: 'the import of the packages',
    command: python,
    arguments: ['-c', check, ...packages],
    next: `remove ${path}`,
  };
  const marker = join(path, 'installed.txt');
  const wanted = [...packages, readFileSync(constraints, 'utf8')].join('\n');
  const isThere = existsSync(marker) && readFileSync(marker, 'utf8') === wanted;
  // Else it is made anew: the Python it was made with may be gone.
  if (isThere && run(checked).hasSucceeded) return undefined;
  mkdirSync(dirname(path), { recursive: true });
  const steps: readonly SetUpStep[] = [
    {
      name: 'python3 -m venv',
      command: 'python3',
      arguments: ['-m', 'venv', '--clear', path],
      next: 'install what Python says it lacks (some systems have venv in a package of its own)',
    },
    {
      name: 'pip install',
      command: python,
      arguments: ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages],
      // By variables, because those also reach the packages that pip gets to build others; newer ones read the second.
      variables: { PIP_CONSTRAINT: constraints, PIP_BUILD_CONSTRAINT: constraints },
      next: 'correct what pip names; the versions are in harness/python-packages.ts and drivers/python/constraints.txt',
    },
    checked,
  ];
  const obstacle = obstacleIn(title, steps, run);
  if (obstacle === undefined) writeFileSync(marker, wanted);
  return obstacle;
}
