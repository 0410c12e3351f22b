import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, lstatSync, mkdirSync } from 'node:fs';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { containerNodePath, repositoryRoot } from '../../support/index.ts';
import type { Instruction, Stage } from './dockerfile.ts';

/** Whom the stages run as where the test itself is root. */
const nobody = 65_534;

/**
 * A stage of the image as a folder on this machine: the folder stands for the root of the image's
 * file system. COPY copies, RUN runs in WORKDIR as a user without privileges; paths inside RUN are
 * not translated, so the Dockerfile's commands keep to relative ones.
 */
export class StageFolder {
  readonly root: string;
  readonly environment: Record<string, string> = {};
  #workingDirectory = '/';

  readonly #home: string;

  /** `home` is for what npm keeps between stages. */
  constructor(root: string, home: string) {
    this.root = root;
    this.#home = home;
    mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
    // The base image: a Node, where the official image has it.
    cpSync(containerNodePath() ?? process.execPath, join(root, 'usr/local/bin/node'));
    this.#own(root);
    this.#own(home);
  }

  get workingDirectory(): string {
    return this.path(this.#workingDirectory);
  }

  /** A path of the image on this machine. */
  path(imagePath: string): string {
    return join(this.root, resolve('/', this.#workingDirectory, imagePath));
  }

  /** Starts from what another stage has made, as `FROM <stage>` does. */
  continueFrom(other: StageFolder): void {
    copy(other.root, this.root);
    Object.assign(this.environment, other.environment);
    this.#workingDirectory = other.#workingDirectory;
    this.#own(this.root);
  }

  apply(stage: Stage, others: ReadonlyMap<string, StageFolder>): void {
    for (const instruction of stage.instructions) this.#applyOne(instruction, others);
  }

  /** A command line for this folder as a user without privileges. */
  unprivileged(command: readonly string[]): readonly string[] {
    if (process.getuid?.() !== 0) return command;
    return ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', ...command];
  }

  /** The environment of a process in this stage. */
  processEnvironment(): NodeJS.ProcessEnv {
    // How this machine reaches the registry is inherited; settings of the broker and what `npm
    // test` hands down (paths that only its own user reads) are not.
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(THEBES_|npm_)/i.test(name),
    );
    return {
      ...Object.fromEntries(inherited),
      PATH: `${join(this.root, 'usr/local/bin')}:${process.env['PATH'] ?? ''}`,
      HOME: this.#home,
      npm_config_registry: packageRegistry(),
      npm_config_update_notifier: 'false',
      ...this.environment,
    };
  }

  #applyOne({ keyword, flags, text }: Instruction, others: ReadonlyMap<string, StageFolder>): void {
    switch (keyword) {
      case 'WORKDIR':
        this.#workingDirectory = resolve(this.#workingDirectory, text);
        mkdirSync(this.workingDirectory, { recursive: true });
        this.#own(this.workingDirectory);
        break;
      case 'ENV':
        for (const pair of text.split(' ')) {
          const [name = '', value = ''] = pair.split('=');
          this.environment[name] = value;
        }
        break;
      case 'COPY':
        this.#copy(text.split(' '), flags['from'], others);
        break;
      case 'RUN':
        this.#run(text);
        break;
      case 'USER':
      case 'VOLUME':
      case 'EXPOSE':
      case 'HEALTHCHECK':
      case 'ENTRYPOINT':
        break; // said of the image, done when it runs
      default:
        throw new Error(`${keyword} is not known here; teach it to StageFolder`);
    }
  }

  #copy(
    paths: readonly string[],
    from: string | undefined,
    others: ReadonlyMap<string, StageFolder>,
  ): void {
    const target = paths.at(-1) ?? '';
    for (const source of paths.slice(0, -1)) {
      const stage = from === undefined ? undefined : others.get(from);
      if (from !== undefined && stage === undefined) throw new Error(`No stage ${from}`);
      const sourcePath = stage?.path(source) ?? contextPath(source);
      const intoFolder = target.endsWith('/') || !lstatSync(sourcePath).isDirectory();
      const name = source.split('/').at(-1) ?? '';
      copy(sourcePath, this.path(intoFolder ? join(target, name) : target));
    }
    this.#own(this.path(target));
  }

  #run(command: string): void {
    const [file = '', ...args] = this.unprivileged(['sh', '-c', command]);
    const { status, stdout, stderr } = spawnSync(file, args, {
      cwd: this.workingDirectory,
      env: this.processEnvironment(),
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`RUN ${command}: exit code ${status}\n${stdout}${stderr}`);
  }

  #own(path: string): void {
    if (process.getuid?.() === 0) chownAll(path, nobody);
  }
}

/** Takes the right to write from a folder and all that is in it. */
export function makeReadOnly(path: string): void {
  if (lstatSync(path).isSymbolicLink()) return;
  if (lstatSync(path).isDirectory()) {
    for (const name of readdirSync(path)) makeReadOnly(join(path, name));
  }
  chmodSync(path, lstatSync(path).mode & 0o555);
}

function chownAll(path: string, id: number): void {
  if (lstatSync(path).isSymbolicLink()) return;
  chownSync(path, id, id);
  if (!lstatSync(path).isDirectory()) return;
  for (const name of readdirSync(path)) chownAll(join(path, name), id);
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}

/** A file of the build context; throws where .dockerignore hides it. */
function contextPath(path: string): string {
  const shown = readFileSync(join(repositoryRoot, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .map((line) => line.slice(1));
  if (!shown.some((pattern) => path === pattern || path.startsWith(`${pattern}/`))) {
    throw new Error(`.dockerignore hides ${path} from the build; add !${path} there`);
  }
  const absolute = join(repositoryRoot, path);
  if (!existsSync(absolute)) throw new Error(`${relative(repositoryRoot, absolute)} is missing`);
  return absolute;
}

function packageRegistry(): string {
  return execFileSync('npm', ['config', 'get', 'registry'], {
    cwd: repositoryRoot,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
}
