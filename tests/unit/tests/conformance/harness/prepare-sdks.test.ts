import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineOf } from '../../../../conformance/harness/prepare-sdks.ts';
import { prepareGo } from '../../../../conformance/harness/prepare-go.ts';
import { preparePython } from '../../../../conformance/harness/prepare-python.ts';
import { toolRunner } from '../../../../conformance/harness/set-up-tool.ts';
import type { PreparedColumn } from '../../../../conformance/harness/sdks.ts';
import { repositoryRoot, tempDir } from '../../../../support/index.ts';

/**
 * Goal: a column that is not run is excused only where its SDK cannot be had.
 *
 * Method: the set-up runs with programs in PATH that say what the true ones were seen to say, and end as they do. What one
 * does is a piece of shell that finds its arguments in "$*".
 */
describe('The set-up of the Go columns', () => {
  test('builds a driver of each', () => {
    const columns = withGo(goodGo);
    expect(columns.map(({ sdks }) => sdks.map(({ title }) => title))).toEqual([
      ['go: memphis.go 1.3.2'],
      ['nats.go 1.31.0'],
    ]);
    expect(columns.every(({ sdks }) => existsSync(sdks[0]?.command.path ?? ''))).toBe(true);
  });

  test('excuses a machine without Go', () => {
    const run = toolRunner({ PATH: tempDir() });
    expect(prepareGo({ run, builds: tempDir(), copy: '' })).toMatchObject([
      { column: 'go', reason: 'go is not installed' },
      { column: 'nats-go', reason: 'go is not installed' },
    ]);
  });

  test.each([
    ['does not answer', 'x@v1: Get "https://p.test/x.mod": dial tcp 10.0.0.1:443: i/o timeout'],
    ['has no name', 'x@v1: Get "https://p.test/x.mod": dial tcp: lookup p.test: no such host'],
    ['has no such module', 'x@v1: reading https://p.test/x/@v/v1.mod: 404 Not Found'],
    ['has it no more', 'x@v1: reading https://p.test/x/@v/v1.mod: 410 Gone'],
    ['does not hand it out', 'x@v1: reading https://p.test/x/@v/v1.mod: 403 Forbidden'],
    ['may not be asked', 'x@v1: module lookup disabled by GOPROXY=off'],
    ['has a host without it', 'x@v1: git ls-remote -q https://h.test/x in /y: exit status 128:'],
  ])('excuses a machine whose registry %s', (_, line) => {
    const columns = withGo(`case "$*" in "mod download") echo 'go: ${line}' >&2; exit 1;; esac`);
    for (const { reason, problem, sdks } of columns) {
      expect(reason).toMatch(/^go mod download: go: x@v1: /);
      expect(reason).not.toMatch(/p\.test\/|h\.test\//);
      expect([problem, sdks]).toEqual([undefined, []]);
    }
  });

  test.each([
    ['does not compile', 'build -o driver .', './main.go:7:2: undefined: foo', /drivers\/go$/],
    [
      'comes with other bytes',
      'mod download',
      'verifying x@v1: checksum mismatch: reading https://p.test/x: 404 Not Found',
      /clean -modcache/,
    ],
    ['is asked for in no version', 'mod download', 'go: x@v9: unknown revision v9', /go\.sum/],
    ['meets a Go that is out of order', 'version', 'go: cannot find GOROOT', /installation of Go/],
  ])('does not excuse a driver that %s', (_, call, line, next) => {
    const [column] = withGo(`case "$*" in "${call}") echo '${line}' >&2; exit 1;; esac`);
    expect(column?.reason).toBeUndefined();
    expect(column?.problem).toMatchObject({ code: 'SDK_SETUP_FAILED' });
    expect(column?.problem?.what).toContain('go: memphis.go 1.3.2');
    expect(column?.problem?.received).toContain(line.replace(/https:\S+:/, 'its address'));
    expect(column?.problem?.next.split(', then')[0]).toMatch(next);
  });

  test('does not excuse a build that leaves no program, or one that does not run', () => {
    const [nothing] = withGo('exit 0');
    expect(nothing?.problem?.received).toMatch(/^the driver failed/);
    const [crash] = withGo(`${goodGo}; echo 'echo "exec format" >&2; exit 1' >> driver`);
    expect(crash?.problem?.received).toMatch(/^the driver failed.*exec format/s);
  });

  test('does not excuse a copy of the SDK that is none', () => {
    const failing = `case "$*" in "mod tidy") echo "go: /none does not exist" >&2; exit 1;; esac`;
    const [ofSdk, ofNats] = withGo(`${failing}; ${goodGo}`, '/none');
    expect(ofSdk?.problem?.next).toContain('MEMPHIS_GO_DIR');
    expect(ofNats?.sdks).toHaveLength(1);
  });
});

describe('The set-up of the Python columns', () => {
  test('makes an environment for each NATS client, once', () => {
    const scene = new PythonScene();
    const [ofSdk, ofNats] = scene.prepare();
    expect(ofSdk?.sdks.map(({ title }) => title)).toEqual([
      'python: memphis-py 1.3.1 on nats-py newest, 2.16.0',
      'python: memphis-py 1.3.1 on nats-py 2.6.0',
    ]);
    expect(ofNats?.sdks).toHaveLength(2);
    scene.prepare();
    expect(scene.calls('-m venv')).toHaveLength(2);
  });

  test('installs every package in one version', () => {
    const scene = new PythonScene();
    scene.prepare();
    const [newest, old] = scene.calls('-m pip install');
    expect(newest).toContain('memphis-py==1.3.1 nats-py==2.16.0 constrained');
    expect(old).toContain('memphis-py==1.3.1 nats-py==2.6.0 constrained');
    const pins = readFileSync(
      join(repositoryRoot, 'tests/conformance/drivers/python/constraints.txt'),
      'utf8',
    );
    const lines = pins.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines.filter((line) => !/^[\w-]+==\d[\d.]*( ;|$)/.test(line))).toEqual([]);
  });

  test('makes an environment anew that does not work any more', () => {
    const scene = new PythonScene();
    scene.prepare();
    scene.breakEnvironments();
    expect(scene.prepare().map(({ sdks }) => sdks.length)).toEqual([2, 2]);
    expect(scene.calls('-m venv')).toHaveLength(4);
  });

  test('excuses a machine without Python', () => {
    const run = toolRunner({ PATH: tempDir() });
    expect(preparePython({ run, builds: tempDir() })).toMatchObject([
      { column: 'python', reason: 'python3 is not installed' },
      { column: 'nats-py', reason: 'python3 is not installed' },
    ]);
  });

  test('excuses a machine whose index has nothing, or does not answer', () => {
    const scene = new PythonScene({
      pip: `echo 'ERROR: Could not find a version that satisfies the requirement memphis-py==1.3.1 (from versions: none)
ERROR: No matching distribution found for memphis-py==1.3.1' >&2; exit 1`,
    });
    const [column] = scene.prepare();
    expect(column?.reason).toBe(
      'pip install: ERROR: No matching distribution found for memphis-py==1.3.1',
    );
    expect(column?.problem).toBeUndefined();
    expect(lineOf(column as PreparedColumn)).toMatch(/^Python SDK {2}not obtainable, not run: pip/);
  });

  test.each([
    ['a version that is none', { pip: 'echo "(from versions: 1.3.0, 1.3.1)" >&2; exit 1' }, 'pip'],
    ['a download that broke off', { pip: 'echo "ReadTimeoutError: x" >&2; exit 1' }, 'pip'],
    ['a package that does not build', { pip: 'echo "error: no compiler" >&2; exit 1' }, 'pip'],
    ['a Python without venv', { venv: 'echo "ensurepip is not available"; exit 1' }, 'venv'],
    ['an SDK in another version', { check: 'echo "nats-py is 2.5.0" >&2; exit 1' }, 'import'],
  ])('does not excuse %s', (_, fakes, step) => {
    const [ofSdk, ofNats] = new PythonScene(fakes).prepare();
    expect(ofSdk?.reason).toBeUndefined();
    expect(ofSdk?.problem).toMatchObject({ code: 'SDK_SETUP_FAILED' });
    expect(ofSdk?.problem?.received.split('\n')[0]).toContain(step);
    expect(ofNats?.problem).toBe(ofSdk?.problem);
    expect(lineOf(ofSdk as PreparedColumn)).toMatch(
      /^Python SDK {2}SET-UP FAILED, not run: see SDK/,
    );
  });

  test('masks the address of the index, which may hold a password', () => {
    const pip = 'echo "error at https://index.test/simple?key=secret" >&2; exit 1';
    const [column] = new PythonScene({ pip }).prepare();
    expect(column?.problem?.received).toMatch(/error at its address$/);
  });
});

/** A `go` that does nothing, but leaves a program where it is told to. */
const goodGo = `case "$*" in "build -o driver .") echo '#!/bin/sh' > driver; chmod +x driver;; esac`;

function withGo(script: string, copy = ''): readonly PreparedColumn[] {
  const path = tempDir();
  writeProgram(join(path, 'go'), script);
  return prepareGo({ run: toolRunner(pathOf(path)), builds: tempDir(), copy });
}

interface FakePython {
  readonly venv?: string;
  readonly pip?: string;
  readonly check?: string;
}

/** A `python3` that makes environments whose Python does what it is told, and notes its calls. */
class PythonScene {
  readonly #path = tempDir();
  readonly #builds = tempDir();
  readonly #notes = join(tempDir(), 'calls');

  constructor({ venv = ':', pip = ':', check = ':' }: FakePython = {}) {
    writeFileSync(this.#notes, '');
    const note = `echo "$*\${PIP_CONSTRAINT:+ constrained}" >> '${this.#notes}'`;
    const inner = join(this.#path, 'inner');
    writeProgram(inner, `${note}; case "$*" in "-m pip"*) ${pip};; -c*) ${check};; esac`);
    const made = `mkdir -p "$4/bin"; cp '${inner}' "$4/bin/python"`;
    writeProgram(
      join(this.#path, 'python3'),
      `${note}; case "$*" in "-m venv"*) ${venv}; ${made};; esac`,
    );
  }

  prepare(): readonly PreparedColumn[] {
    return preparePython({ run: toolRunner(pathOf(this.#path)), builds: this.#builds });
  }

  /** As after the Python that made them was removed. */
  breakEnvironments(): void {
    for (const folder of ['python-newest', 'python-2.6.0']) {
      mkdirSync(join(this.#builds, folder, 'bin'), { recursive: true });
      writeProgram(join(this.#builds, folder, 'bin/python'), 'exit 1');
    }
  }

  calls(start: string): string[] {
    return readFileSync(this.#notes, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith(start));
  }
}

function writeProgram(path: string, script: string): void {
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

/** The programs of a folder, and those that a shell script needs. */
function pathOf(folder: string): NodeJS.ProcessEnv {
  return { PATH: `${folder}:/bin:/usr/bin` };
}
