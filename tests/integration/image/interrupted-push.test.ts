/**
 * Goal: a push that Terraform kills leaves no login behind. Method: the real program among stand-ins, of
 * which the one for docker never comes to the end of its build; the program is killed as Terraform does
 * it after Ctrl-C, so that nothing of its own can run any more.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  registerRelease,
  repositoryRoot,
  StandInPrograms,
  tempDir,
  waitUntil,
} from '../../support/index.ts';

const host = '111122223333.dkr.ecr.eu-central-1.amazonaws.com';
const order = {
  root: repositoryRoot,
  repository: `${host}/thebes-dev`,
  tag: 'src-0123456789ab',
  platform: 'linux/arm64',
  login: { user: 'AWS', passwordCommand: ['aws', 'ecr', 'get-login-password'] },
};

/** A docker that tells its pid when it builds, and then builds for ever. */
function neverEnding(programs: StandInPrograms): string {
  const file = join(programs.folder, 'docker');
  const pidFile = join(programs.folder, 'building');
  const hang = `if (process.argv.includes('build')) {
      require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
      setInterval(() => {}, 1000);
      return;
    }`;
  writeFileSync(file, readFileSync(file, 'utf8').replace('\n', `\n${hang}\n`));
  return pidFile;
}

describe('A push that is killed', () => {
  test('leaves no login behind', async () => {
    const programs = new StandInPrograms([
      { call: 'aws ecr get-login-password', output: 'canary' },
      { call: 'docker version', output: '28.1.1' },
      { call: 'docker login' },
      { call: 'docker manifest inspect', status: 1 },
      { call: 'docker buildx version', output: 'v0.24.0' },
    ]);
    const pidFile = neverEnding(programs);
    const temporary = tempDir();
    const logins = (): string[] =>
      readdirSync(temporary).filter((name) => name.startsWith('thebes-login-'));
    const program = join(repositoryRoot, 'modules/image/provisioner.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify(order)], {
      cwd: repositoryRoot,
      env: { PATH: programs.folder, HOME: programs.folder, TMPDIR: temporary },
      stdio: 'ignore',
    });
    registerRelease(() => void child.kill('SIGKILL'));
    await waitUntil(() => existsSync(pidFile), { timeoutMs: 60_000, what: 'the build to begin' });
    registerRelease(() => void process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL'));
    expect(logins()).toHaveLength(1);

    child.kill('SIGKILL');
    await waitUntil(() => logins().length === 0, { timeoutMs: 30_000, what: 'the login to go' });
  }, 120_000);
});
