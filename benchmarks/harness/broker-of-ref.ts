import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildBroker } from '../../modules/image/index.ts';
import { repositoryRoot } from '../../tests/support/index.ts';

/** A built broker of some state of the repository. */
export interface BrokerOfRef {
  /** Folder that holds broker/dist. */
  readonly root: string;
  /** Short commit, or `+` for a working tree. */
  readonly version: string;
  /** Gives the checkout back. */
  remove(): void;
}

/** The working tree under this name, whatever is committed. */
const workingTree = 'working';

/**
 * Checks a git ref out beside the working tree and builds its broker. Packages are those of the
 * working tree where the lockfile is the same; otherwise they are installed.
 */
export function brokerOfRef(ref: string, print: (line: string) => void): BrokerOfRef {
  if (ref === workingTree) {
    buildBroker(repositoryRoot, print);
    return { root: repositoryRoot, version: '+', remove: () => undefined };
  }
  const version = git('rev-parse', '--short', '--verify', `${ref}^{commit}`).trim();
  const parent = mkdtempSync(join(tmpdir(), 'thebes-compare-'));
  const root = join(parent, 'checkout');
  const remove = (): void => {
    git('worktree', 'remove', '--force', root);
    rmSync(parent, { recursive: true, force: true });
  };
  git('worktree', 'add', '--detach', root, version);
  try {
    providePackages(root, print);
    buildBroker(root, print);
  } catch (error) {
    remove();
    throw error;
  }
  return { root, version, remove };
}

function providePackages(root: string, print: (line: string) => void): void {
  const lockfile = (folder: string): string =>
    readFileSync(join(folder, 'package-lock.json'), 'utf8');
  if (lockfile(root) === lockfile(repositoryRoot)) {
    for (const folder of ['node_modules', 'broker/node_modules']) {
      const installed = join(repositoryRoot, folder);
      if (existsSync(installed)) symlinkSync(installed, join(root, folder));
    }
    return;
  }
  print(`Installing the packages of ${root}`);
  const words = ['ci', '--ignore-scripts', '--include-workspace-root', '--workspace', 'broker'];
  execFileSync('npm', [...words, '--no-audit', '--no-fund'], { cwd: root, stdio: 'ignore' });
}

function git(...words: string[]): string {
  return execFileSync('git', words, { cwd: repositoryRoot, encoding: 'utf8', stdio: 'pipe' });
}
