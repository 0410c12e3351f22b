import { read, trackedFiles } from './source-files.ts';

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

interface Lockfile {
  readonly packages: Readonly<
    Record<
      string,
      {
        hasInstallScript?: boolean;
        resolved?: string;
        link?: boolean;
        optionalDependencies?: Readonly<Record<string, string>>;
      }
    >
  >;
}

const manifests = trackedFiles()
  .filter((path) => /(^|\/)package\.json$/.test(path))
  .map((path) => ({ path, manifest: JSON.parse(read(path)) as Manifest }));
const lockfile = JSON.parse(read('package-lock.json')) as Lockfile;

/** Packages that would like to run a script when they are installed, and why they work without. */
const workWithoutInstallScript: Readonly<Record<string, string>> = {
  '@nestjs/core': 'prints a request for donations; comes with memphis-dev',
  '@parcel/watcher': 'builds what its prebuilt platform package already brings',
  '@swc/core': 'checks that its platform package is there',
  esbuild: 'checks and shortens the way to its platform package',
  lmdb: 'builds what its prebuilt platform package already brings',
  'msgpackr-extract': 'builds an optional accelerator that its platform package brings',
  protobufjs: 'warns of version mismatches; comes with memphis-dev',
};

describe('Dependencies', () => {
  test('are pinned to an exact version; pin with npm install --save-exact', () => {
    const loose = manifests.flatMap(({ path, manifest }) =>
      Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
        .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        .map(([name, version]) => `${path}: ${name} ${version}`),
    );
    expect(loose).toEqual([]);
  });

  test('that ship have a line of licence and reason in docs/dependencies.md, and no line is left over', () => {
    const listed = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` +\|/gm)].map(
      ([, name]) => name,
    );
    const shipped = manifests.flatMap(({ manifest }) => Object.keys(manifest.dependencies ?? {}));
    expect([...new Set(listed)].sort()).toEqual([...new Set(shipped)].sort());
  });

  test('need no script at install; name the reason here when a new one works without its own', () => {
    const withScript = Object.entries(lockfile.packages)
      .filter(([, entry]) => entry.hasInstallScript === true)
      .map(([path]) => path.replace(/^.*node_modules\//, ''));
    expect([...new Set(withScript)].sort()).toEqual(Object.keys(workWithoutInstallScript).sort());
  });

  test('are locked by version and hash, not by the address they were fetched from', () => {
    const addressed = Object.entries(lockfile.packages)
      .filter(([, { resolved, link }]) => resolved !== undefined && link !== true)
      .map(([path, { resolved }]) => `${path}: ${resolved}`);
    expect(addressed).toEqual([]);
  });

  test('are locked for every platform: npm ci refuses a lockfile that lacks an optional package', () => {
    const locked = new Set(
      Object.keys(lockfile.packages).map((path) => path.replace(/^.*node_modules\//, '')),
    );
    const missing = Object.entries(lockfile.packages).flatMap(([path, { optionalDependencies }]) =>
      Object.keys(optionalDependencies ?? {})
        .filter((name) => !locked.has(name))
        .map((name) => `${path}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  test('of the broker leave the kit out: no cdktf, no provider package', () => {
    const broker = manifests.find(({ path }) => path === 'broker/package.json')?.manifest;
    const names = Object.keys({ ...broker?.dependencies, ...broker?.devDependencies });
    expect(names).toContain('lmdb');
    expect(names.filter((name) => /cdktf|constructs|provider-/.test(name))).toEqual([]);
  });
});

describe('Scripts of package.json', () => {
  const scripts = Object.keys(
    manifests.find(({ path }) => path === 'package.json')?.manifest.scripts ?? {},
  );
  // One for each thing that somebody does: to the source, to a deployment, or to see about one.
  const verbs = [
    'audit',
    'bench',
    'build',
    'check',
    'cost',
    'dev',
    'doctor',
    'down',
    'drill',
    'extend',
    'generate',
    'plan',
    'reap',
    'release',
    'start',
    'synth',
    'test',
    'up',
  ];

  test('begin with one of the known verbs, so that nobody has to learn a second scheme', () => {
    expect(scripts.filter((name) => !verbs.includes(name.split(':')[0] ?? ''))).toEqual([]);
  });

  test('exist wherever a page tells the reader to run one', () => {
    const missing = trackedFiles()
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) =>
        [...read(path).matchAll(/npm run ([a-z][a-z:-]*)(?! *--workspace)/g)]
          .map(([, name]) => name ?? '')
          .filter((name) => !scripts.includes(name))
          .map((name) => `${path}: npm run ${name}`),
      );
    expect(missing).toEqual([]);
  });
});
