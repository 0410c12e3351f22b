import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../support/index.ts';
import { obstacleIn } from './set-up-step.ts';
import type { SetUpStep } from './set-up-step.ts';
import type { PreparedColumn } from './sdks.ts';
import type { RunTool } from './set-up-tool.ts';

const drivers = join(repositoryRoot, 'tests/conformance/drivers');

/** What the Go columns are made with. */
export interface GoSetUp {
  readonly run: RunTool;
  /** Where the drivers are built, each in a folder of its own. */
  readonly builds: string;
  /** A copy of the SDK for machines that cannot have the module (MEMPHIS_GO_DIR); empty for none. */
  readonly copy: string;
}

/** Builds the driver of the Go SDK, and the one of the NATS client under it; says what is in the way where it cannot. */
export function prepareGo(setUp: GoSetUp): readonly PreparedColumn[] {
  return [
    build('go', 'go: memphis.go 1.3.2', setUp, setUp.copy),
    build('nats-go', 'nats.go 1.31.0', setUp, ''),
  ];
}

function build(
  column: 'go' | 'nats-go',
  title: string,
  { run, builds }: GoSetUp,
  copy: string,
): PreparedColumn {
  // Not beside its source, so that go.mod and go.sum of the checkout stay as they are.
  const folder = join(builds, column);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(drivers, column), folder, { recursive: true });
  if (run({ command: 'go', arguments: ['version'], folder }).isMissing) {
    return { column, reason: 'go is not installed', sdks: [] };
  }
  const go = (words: readonly string[], next: string): SetUpStep => ({
    name: ['go', ...words].join(' '),
    command: 'go',
    arguments: words,
    folder,
    next,
  });
  const path = join(folder, 'driver');
  const source = `tests/conformance/drivers/${column}`;
  const steps: readonly SetUpStep[] = [
    go(['version'], 'repair the installation of Go'),
    ...(copy === '' ? [] : stepsOfCopy(copy, go)),
    go(
      ['mod', 'download'],
      `empty the module cache (go clean -modcache), or correct go.mod and go.sum in ${source}`,
    ),
    go(['build', '-o', 'driver', '.'], `correct what Go names in ${source}`),
    // It ends when its input does, which is at once.
    { name: 'the driver', command: path, arguments: [], next: `see why ${path} does not run` },
  ];
  const obstacle = obstacleIn(title, steps, run);
  if (obstacle !== undefined) return { column, sdks: [], ...obstacle };
  return { column, sdks: [{ column, title, command: { path, arguments: [] } }] };
}

/** Puts the copy in the place of the module. What the copy needs is for it to say, so go.sum is made anew. */
function stepsOfCopy(
  copy: string,
  go: (words: readonly string[], next: string) => SetUpStep,
): SetUpStep[] {
  const next = 'let MEMPHIS_GO_DIR name a folder that holds memphis.go 1.3.2, or unset it';
  return [
    go(['mod', 'edit', `-replace=github.com/memphisdev/memphis.go=${copy}`], next),
    go(['mod', 'tidy'], next),
  ];
}
