// Plain JavaScript with Node built-ins only: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';

// The workspaces that carry a cloud's bindings, 1 GB together.
const clouds = ['modules/aws', 'modules/platform'];

/**
 * Installs what is asked for, unless it is there as package-lock.json has it. Who only deploys gets
 * neither the tools of the tests, which double the time, nor the clouds' bindings (1 GB), which are
 * workspaces of their own.
 *
 * @param {string} root folder of package-lock.json
 * @param {{ testTools: boolean }} what
 * @returns {boolean} whether anything had to be installed
 */
export function installPackages(root, { testTools }) {
  if (packagesAreCurrent(root, { testTools })) return false;
  const folder = path.join(root, 'node_modules');
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    // npm ci would empty what the link leads to, which may serve other checkouts.
    throw new Error(`${folder} is a link and out of date; run npm ci where it leads to`);
  }
  console.log('Packages   installing with npm ci; this is most of the first run');
  // No dependency needs an install script (architecture.md, decision 11), so none gets to run.
  const only = ['--include-workspace-root', '--workspace', 'broker'];
  const what = ['ci', '--ignore-scripts', ...(testTools ? [] : only)];
  const which = testTools ? ['--include', 'dev'] : ['--omit', 'dev'];
  const how = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel', 'error'];
  const args = [...what, ...which, ...how];
  const { status, error } = spawnSync('npm', args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    throw new Error(
      `npm ci failed (${error?.message ?? `exit code ${status}`}); it says why above`,
    );
  }
  return true;
}

/**
 * Whether every installed package is the locked one, and everything asked for directly is installed.
 *
 * @param {string} root
 * @param {{ testTools: boolean }} what
 */
export function packagesAreCurrent(root, { testTools }) {
  const installed = readJson(path.join(root, 'node_modules', '.package-lock.json'))?.packages;
  const locked = readJson(path.join(root, 'package-lock.json'))?.packages;
  if (installed === undefined || locked === undefined) return false;
  const asLocked = Object.entries(installed).every(
    ([place, { version, integrity }]) =>
      locked[place]?.version === version && locked[place]?.integrity === integrity,
  );
  const workspaces = testTools ? ['', 'broker', ...clouds] : ['', 'broker'];
  const wanted = workspaces.flatMap((workspace) => {
    const { dependencies, devDependencies } = locked[workspace] ?? {};
    const names = Object.keys({ ...dependencies, ...(testTools ? devDependencies : {}) });
    return names.map((name) => [`node_modules/${name}`, `${workspace}/node_modules/${name}`]);
  });
  return asLocked && wanted.every((places) => places.some((place) => place in installed));
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // Not installed, or an install that was cut short: npm writes it last.
  }
}
