import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../support/index.ts';
import { whatWentWrong } from './what-went-wrong.ts';
import type { PreparedColumn } from './sdks.ts';

const drivers = join(repositoryRoot, 'tests/conformance/drivers');
const builds = join(repositoryRoot, '.cache/conformance');

/**
 * Builds the driver of the Go SDK, and the one of the NATS client under it; says why where they cannot be.
 * MEMPHIS_GO_DIR may name a copy of the SDK for machines that cannot have the module.
 */
export function prepareGo(): readonly PreparedColumn[] {
  const copy = process.env['MEMPHIS_GO_DIR'] ?? '';
  const replace =
    copy === '' ? [] : [['mod', 'edit', `-replace=github.com/memphisdev/memphis.go=${copy}`]];
  return [
    build('go', 'go', 'go: memphis.go 1.3.2', replace),
    build('nats-go', 'nats-go', 'nats.go 1.31.0', []),
  ];
}

function build(
  column: PreparedColumn['column'],
  folder: string,
  title: string,
  firstSteps: readonly string[][],
): PreparedColumn {
  // Not beside its source, so that go.mod of the checkout stays as it is and go.sum stays out of it.
  const target = join(builds, folder);
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  cpSync(join(drivers, folder), target, { recursive: true });
  const steps = [['version'], ...firstSteps, ['mod', 'tidy'], ['build', '-o', 'driver', '.']];
  for (const step of steps) {
    const { status, stderr, error } = spawnSync('go', step, { cwd: target, encoding: 'utf8' });
    if (error !== undefined) return { column, reason: 'go is not installed', sdks: [] };
    if (status !== 0) {
      return { column, reason: `go ${step[0]}: ${whatWentWrong(stderr)}`, sdks: [] };
    }
  }
  const path = join(target, 'driver');
  if (!existsSync(path)) return { column, reason: 'go build left no program', sdks: [] };
  return { column, sdks: [{ column, title, command: { path, arguments: [] } }] };
}
