/**
 * Goal: the program that Terraform runs to make the image calls the container engine as it should,
 * and a password is seen by nobody who need not see it.
 *
 * Method: the real program, in a machine that has nothing but stand-ins for docker, podman and aws,
 * which write down how they are called. What a real engine makes of it, dockerfile.test.ts shows.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot, StandInPrograms, tempDir } from '../../support/index.ts';
import type { StandInAnswer, StandInRun } from '../../support/index.ts';

const password = 'canary-of-the-registry';
const host = '111122223333.dkr.ecr.eu-central-1.amazonaws.com';
const reference = `${host}/thebes-dev:src-0123456789ab`;

const aws: StandInAnswer = { call: 'aws ecr get-login-password', output: `${password}\n` };
const docker: readonly StandInAnswer[] = [
  aws,
  { call: 'docker version', output: '28.1.1' },
  { call: 'docker login', output: 'Login Succeeded' },
  { call: 'docker manifest inspect', status: 1, errorOutput: 'no such manifest' },
  { call: 'docker buildx version', output: 'v0.24.0' },
  { call: 'docker buildx build', output: 'pushing layers\n' },
];
const podman: readonly StandInAnswer[] = [
  aws,
  { call: 'podman --version', output: 'podman version 5.4.0' },
  { call: 'podman login' },
  { call: 'podman manifest inspect', status: 125 },
  { call: 'podman build' },
  { call: 'podman push' },
];

/** The answers with one of them changed. */
function but(answers: readonly StandInAnswer[], changed: StandInAnswer): readonly StandInAnswer[] {
  return [...answers.filter(({ call }) => call !== changed.call), changed];
}

function push(
  programs: StandInPrograms,
  platform = 'linux/arm64',
  variables: Record<string, string> = {},
): Promise<StandInRun> {
  const order = {
    root: repositoryRoot,
    repository: `${host}/thebes-dev`,
    tag: 'src-0123456789ab',
    platform,
    login: { user: 'AWS', passwordCommand: ['aws', 'ecr', 'get-login-password', '--region', 'x'] },
  };
  const program = join(repositoryRoot, 'modules/image/provisioner.ts');
  return programs.run([program, JSON.stringify(order)], { variables });
}

describe('The program that makes the image', () => {
  test('logs in, looks, builds for the processor of the nodes and pushes, with Docker', async () => {
    const programs = new StandInPrograms(docker);
    const { status, output } = await push(programs);
    expect(output).toContain(`Pushed ${reference}`);
    expect(status).toBe(0);
    expect(programs.commands).toEqual([
      'docker version --format {{.Server.Version}}',
      'docker buildx version',
      'aws ecr get-login-password --region x',
      `docker login --username AWS --password-stdin ${host}`,
      `docker manifest inspect ${reference}`,
      `docker buildx build --provenance=false --push --platform linux/arm64 --file broker/Dockerfile --tag ${reference} .`,
    ]);
    expect(programs.calls.at(-1)?.cwd).toBe(repositoryRoot);
  });

  test('builds, then pushes, with Podman, where Docker is not installed', async () => {
    const programs = new StandInPrograms(podman);
    expect((await push(programs, 'linux/amd64')).status).toBe(0);
    expect(programs.commands.slice(-2)).toEqual([
      `podman build --format docker --platform linux/amd64 --file broker/Dockerfile --tag ${reference} .`,
      `podman push ${reference}`,
    ]);
  });

  test.each([
    ['has no buildx', { call: 'docker buildx version', status: 1 }],
    ['is Podman by another name', { call: 'docker buildx version', output: 'buildah 1.39.0' }],
  ])('takes Podman, where Docker %s', async (_, buildx) => {
    const programs = new StandInPrograms([...but(docker, buildx), ...podman]);
    expect((await push(programs)).status).toBe(0);
    expect(programs.commands.at(-1)).toBe(`podman push ${reference}`);
  });

  test.each([
    ['docker', docker],
    ['podman', podman],
  ])('hands the password to the input of %s login and to nothing else', async (engine, answers) => {
    const programs = new StandInPrograms(answers);
    const { output } = await push(programs);
    expect(output).not.toContain(password);
    const seen = programs.calls.filter((call) => JSON.stringify(call).includes(password));
    expect(seen.map(({ program, args, input }) => [program, args[0], input])).toEqual([
      [engine, 'login', password],
    ]);
    const [login] = seen;
    expect(JSON.stringify([login?.args, login?.variables])).not.toContain(password);
  });

  test('builds nothing that the registry has', async () => {
    const programs = new StandInPrograms(but(docker, { call: 'docker manifest inspect' }));
    const { status, output } = await push(programs);
    expect({ status, output }).toEqual({ status: 0, output: `The registry has ${reference}\n` });
    expect(programs.commands.at(-1)).toBe(`docker manifest inspect ${reference}`);
  });

  test('leaves no login behind, neither in the settings of Docker nor beside them', async () => {
    const settings = tempDir();
    const temporary = tempDir();
    const kept = {
      credsStore: 'keychain',
      auths: { 'example.com': {}, [host]: {} },
      credHelpers: { 'other.example': 'helper', [host]: 'helper' },
      currentContext: 'mine',
    };
    writeFileSync(join(settings, 'config.json'), JSON.stringify(kept));
    mkdirSync(join(settings, 'contexts'));
    writeFileSync(join(settings, 'ca.pem'), 'an authority');
    // It does what a stand-in cannot: looks at the settings while the login lives.
    const programs = new StandInPrograms(docker);
    const spy = join(programs.folder, 'docker');
    const seen = join(programs.folder, 'seen');
    const peek = `const { DOCKER_CONFIG } = process.env;
      if (DOCKER_CONFIG.startsWith(${JSON.stringify(temporary)})) {
        const copy = { recursive: true, dereference: true, force: true };
        require('node:fs').cpSync(DOCKER_CONFIG, ${JSON.stringify(seen)}, copy);
      }`;
    writeFileSync(spy, readFileSync(spy, 'utf8').replace('\n', `\n${peek}\n`));

    await push(programs, 'linux/arm64', { DOCKER_CONFIG: settings, TMPDIR: temporary });
    expect(JSON.parse(readFileSync(join(seen, 'config.json'), 'utf8'))).toEqual({
      auths: { 'example.com': {} },
      currentContext: 'mine',
      credHelpers: { 'example.com': 'keychain', 'other.example': 'helper' },
    });
    expect(readdirSync(seen)).toEqual(['ca.pem', 'config.json', 'contexts']);
    expect(JSON.parse(readFileSync(join(settings, 'config.json'), 'utf8'))).toEqual(kept);
    expect(readdirSync(temporary).filter((name) => name.startsWith('thebes-login-'))).toEqual([]);
  });
});

describe('The program that makes the image rejects', () => {
  const refused: readonly [string, string, readonly StandInAnswer[], RegExp][] = [
    ['a machine without an engine', 'IMAGE_ENGINE_MISSING', [aws], /neither docker nor podman/],
    [
      'a Docker whose server does not answer',
      'IMAGE_ENGINE_SILENT',
      [aws, { call: 'docker version', status: 1, errorOutput: 'Cannot connect to the daemon' }],
      /Cannot connect to the daemon/,
    ],
    [
      'a Docker that builds for its own processor only',
      'IMAGE_BUILDX_MISSING',
      but(docker, { call: 'docker buildx version', status: 1 }),
      /plug-in buildx/,
    ],
    [
      'a cloud tool that is not logged in',
      'IMAGE_PASSWORD_FAILED',
      but(docker, { ...aws, status: 255, output: '', errorOutput: 'Unable to locate credentials' }),
      /Unable to locate credentials/,
    ],
    [
      'a machine without the cloud tool',
      'IMAGE_PASSWORD_FAILED',
      docker.filter((answer) => answer !== aws),
      /ENOENT/,
    ],
    [
      'an account that the registry does not know',
      'IMAGE_LOGIN_REFUSED',
      but(docker, { call: 'docker login', status: 1, errorOutput: '403 Forbidden' }),
      /403 Forbidden/,
    ],
    [
      'a build that fails',
      'IMAGE_BUILD_FAILED',
      but(docker, { call: 'docker buildx build', status: 17, errorOutput: 'exec format error' }),
      /exec format error[^]*exit code 17/,
    ],
    [
      'a push that fails',
      'IMAGE_BUILD_FAILED',
      but(podman, { call: 'podman push', status: 125 }),
      /exit code 125 from "podman push/,
    ],
  ];

  test.each(refused)('%s, by %s', async (_, code, answers, words) => {
    const { status, output } = await push(new StandInPrograms(answers));
    expect(output).toContain(`(${code})`);
    expect(output).toMatch(words);
    expect(output).toMatch(/accepted: .*\n *next: +\S/);
    expect(output).not.toContain(password);
    expect(output).not.toMatch(/^\s+at /m);
    expect(status).toBe(1);
  });
});
