/**
 * Goal: broker/Dockerfile builds an image whose broker starts without privileges, on a read-only root file
 * system, answers its health check, and ends in order on SIGTERM.
 *
 * Method: where a container engine answers, it builds and runs the image. Elsewhere the same
 * stages are applied to empty folders: COPY copies, RUN runs as nobody, with the container's Node, and
 * the entry point is started as the Dockerfile says. What that cannot show is that the base image has
 * what the stages expect of it (a shell, npm, glibc).
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  freePort,
  registerRelease,
  repositoryRoot,
  tempDir,
  waitUntil,
} from '../../support/index.ts';
import { execForm, parseDockerfile } from './dockerfile.ts';
import type { Instruction } from './dockerfile.ts';
import { makeReadOnly, StageFolder } from './stage-folder.ts';

const stages = parseDockerfile(readFileSync(join(repositoryRoot, 'broker/Dockerfile'), 'utf8'));
const minutesMs = 60_000;

function finalInstruction(keyword: string): Instruction {
  const found = stages
    .at(-1)
    ?.instructions.filter((one) => one.keyword === keyword)
    .at(-1);
  if (found === undefined) throw new Error(`The last stage has no ${keyword}`);
  return found;
}

function hasContainerEngine(): boolean {
  return spawnSync('docker', ['info'], { stdio: 'ignore', timeout: 10_000 }).status === 0;
}

function buildStageFolders(): StageFolder {
  const built = new Map<string, StageFolder>();
  const home = tempDir();
  for (const stage of stages) {
    const folder = new StageFolder(tempDir(), home);
    const base = built.get(stage.base);
    if (base !== undefined) folder.continueFrom(base);
    folder.apply(stage, built);
    built.set(stage.name, folder);
  }
  const last = [...built.values()].at(-1);
  if (last === undefined) throw new Error('The Dockerfile has no stage');
  return last;
}

async function runInFolder(): Promise<void> {
  const image = buildStageFolders();
  makeReadOnly(image.root);
  const data = image.path('/data');
  execFileSync('chmod', ['700', data]); // the volume stays writable
  const [clientPort, monitoringPort] = [await freePort(), await freePort()];
  const environment = {
    ...image.processEnvironment(),
    // Paths of the image are paths below a folder here, and every port but a free one may be taken.
    THEBES_DATA_DIR: data,
    THEBES_CLIENT_PORT: String(clientPort),
    THEBES_WEBSOCKET_PORT: '0',
    THEBES_MONITORING_PORT: String(monitoringPort),
  };
  const [file = '', ...args] = image.unprivileged(execForm(finalInstruction('ENTRYPOINT')));
  const broker = spawn(file, args, { cwd: image.workingDirectory, env: environment });
  registerRelease(() => void broker.kill('SIGKILL'));
  const ended = once(broker, 'close');
  let output = '';
  broker.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  broker.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()));

  const health = image.unprivileged(execForm(finalInstruction('HEALTHCHECK')));
  const isHealthy = (): boolean =>
    spawnSync(health[0] ?? '', health.slice(1), { env: environment }).status === 0;
  await waitUntil(
    () => {
      if (broker.exitCode !== null) throw new Error(`The broker ended:\n${output}`);
      return isHealthy();
    },
    { timeoutMs: minutesMs, what: `the health check of the image\n${output}` },
  );

  broker.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(isHealthy()).toBe(false);
}

async function runInContainer(): Promise<void> {
  const tag = `thebes-test:${process.pid}`;
  const docker = (...args: string[]): string =>
    execFileSync('docker', args, { cwd: repositoryRoot, encoding: 'utf8' }).trim();
  const base = process.env['TEST_BASE_IMAGE'];
  const buildArguments = base === undefined ? [] : ['--build-arg', `BASE_IMAGE=${base}`];
  docker('build', '--file', 'broker/Dockerfile', '--tag', tag, ...buildArguments, '.');
  registerRelease(() => void docker('image', 'rm', '--force', tag));
  const container = docker('run', '--detach', '--read-only', tag);
  registerRelease(() => void docker('rm', '--force', '--volumes', container));
  await waitUntil(
    () => docker('inspect', '--format', '{{.State.Health.Status}}', container) === 'healthy',
    { timeoutMs: minutesMs, what: 'the container to be healthy' },
  );
  docker('stop', '--time', '25', container);
  expect(docker('inspect', '--format', '{{.State.ExitCode}}', container)).toBe('0');
}

describe('broker/Dockerfile', () => {
  test('names its base image by a build argument, the current Node LTS unless told otherwise', () => {
    const source = readFileSync(join(repositoryRoot, 'broker/Dockerfile'), 'utf8');
    expect(source).toMatch(/^ARG BASE_IMAGE=node:24-slim$/m);
    expect(
      source
        .match(/^FROM .*$/gm)
        ?.every((line) => /^FROM (\$\{BASE_IMAGE\}|packages)( |$)/.test(line)),
    ).toBe(true);
  });

  test('runs as a user by number that is not root, and starts node without a shell', () => {
    expect(finalInstruction('USER').text).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(execForm(finalInstruction('ENTRYPOINT'))[0]).toBe('node');
    expect(execForm(finalInstruction('HEALTHCHECK'))[0]).toBe('node');
  });

  test(
    'makes a broker that starts unprivileged on a read-only root, is healthy, and ends on SIGTERM',
    async () => {
      if (hasContainerEngine()) await runInContainer();
      else await runInFolder();
    },
    10 * minutesMs,
  );
});
