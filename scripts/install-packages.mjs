// Plain JavaScript with Node built-ins only: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Installs what the kit and the broker need, unless it is there as package-lock.json has it. The
 * clouds' bindings (1 GB) are workspaces of their own and are left out.
 *
 * @param {string} root folder of package-lock.json
 * @returns {boolean} whether anything had to be installed
 */
export function installPackages(root) {
  if (packagesAreCurrent(root)) return false;
  const folder = path.join(root, 'node_modules');
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    // npm ci would empty what the link leads to, which may serve other checkouts.
    throw new Error(`${folder} is a link and out of date; run npm ci where it leads to`);
  }
  // No dependency needs an install script (architecture.md, decision 11), so none gets to run.
  const what = ['ci', '--ignore-scripts', '--include-workspace-root', '--workspace', 'broker'];
  const how = ['--no-audit', '--no-fund', '--loglevel', 'error'];
  const { status, error } = spawnSync('npm', [...what, ...how], { cwd: root, stdio: 'inherit' });
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
 */
export function packagesAreCurrent(root) {
  const installed = readJson(path.join(root, 'node_modules', '.package-lock.json'))?.packages;
  const locked = readJson(path.join(root, 'package-lock.json'))?.packages;
  if (installed === undefined || locked === undefined) return false;
  const asLocked = Object.entries(installed).every(
    ([place, { version, integrity }]) =>
      locked[place]?.version === version && locked[place]?.integrity === integrity,
  );
  return asLocked && ['', 'broker'].every((workspace) => directOnes(workspace, locked, installed));
}

function directOnes(workspace, locked, installed) {
  const { dependencies, devDependencies } = locked[workspace] ?? {};
  return Object.keys({ ...dependencies, ...devDependencies }).every(
    (name) =>
      `node_modules/${name}` in installed || `${workspace}/node_modules/${name}` in installed,
  );
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // Not installed, or an install that was cut short: npm writes it last.
  }
}
