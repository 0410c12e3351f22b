import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { KitError, problem } from '../config/index.ts';
import type { Registry } from '../contract/index.ts';
import { lastLines, runProgram } from '../host/index.ts';
import type { EngineName } from './container-engine.ts';

/**
 * A login that nothing but this push sees: the engine keeps it in a folder that vanishes with it,
 * not in the user's own settings, where it would be good for hours.
 */
export class EngineLogin {
  readonly #folder: string;
  readonly #engine: EngineName;
  readonly #host: string;
  readonly #guard: ChildProcess;

  /** `environment`: the one that the engine runs in, which may say where Docker has its settings. */
  constructor(engine: EngineName, host: string, environment: NodeJS.ProcessEnv) {
    this.#engine = engine;
    this.#host = host;
    this.#folder = mkdtempSync(path.join(tmpdir(), 'thebes-login-')); // readable by this user alone
    this.#guard = guardOf(this.#folder);
    if (engine === 'podman') return;
    const own = environment['DOCKER_CONFIG'] ?? path.join(homedir(), '.docker');
    adoptDockerSettings(own, this.#folder, host);
  }

  /** Variables under which the engine knows the login. */
  get variables(): Readonly<Record<string, string>> {
    return this.#engine === 'docker'
      ? { DOCKER_CONFIG: this.#folder }
      : { REGISTRY_AUTH_FILE: path.join(this.#folder, 'auth.json') };
  }

  /** Logs in with a password that is handed from program to program: in no argument, variable or file of ours. */
  async logIn(login: Registry['login']): Promise<void> {
    const host = this.#host;
    const password = await runProgram(login.passwordCommand);
    if (password.status !== 0 || password.output.trim() === '') {
      throw new KitError([
        problem('IMAGE_PASSWORD_FAILED', {
          command: login.passwordCommand.join(' '),
          reason: lastLines(password.errorOutput, 5),
        }),
      ]);
    }
    const command = [this.#engine, 'login', '--username', login.user, '--password-stdin', host];
    const { status, errorOutput } = await runProgram(command, {
      input: password.output.trim(),
      variables: this.variables,
    });
    if (status !== 0) {
      throw new KitError([
        problem('IMAGE_LOGIN_REFUSED', { host, reason: lastLines(errorOutput, 5) }),
      ]);
    }
  }

  end(): void {
    rmSync(this.#folder, { recursive: true, force: true });
    this.#guard.stdin?.end();
  }
}

/**
 * A process that removes the folder when this one is gone, however it went: Terraform, when it is
 * interrupted, kills what it runs at once. In a group of its own, so that Ctrl-C spares it, and without
 * the output of this one, for whose end Terraform waits.
 */
function guardOf(folder: string): ChildProcess {
  const removal = `process.stdin.resume().on('end', () =>
    require('node:fs').rmSync(process.argv[1], { recursive: true, force: true }))`;
  const guard = spawn(process.execPath, ['--eval', removal, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.on('error', () => undefined); // without it the push works as well
  guard.stdin?.on('error', () => undefined);
  guard.unref();
  return guard;
}

/** What of the user's settings a build needs: builders, plug-ins, contexts, keys of a server elsewhere, proxies, other logins. */
function adoptDockerSettings(own: string, folder: string, host: string): void {
  for (const name of ['buildx', 'cli-plugins', 'contexts', 'ca.pem', 'cert.pem', 'key.pem']) {
    const part = path.join(own, name);
    if (existsSync(part)) symlinkSync(part, path.join(folder, name));
  }
  const { credsStore, auths, credHelpers, ...settings } = readSettings(
    path.join(own, 'config.json'),
  );
  // A store would keep this login for good; without one Docker writes it into this folder. It stays in
  // charge of the registries that the user is logged in to.
  const stored = credsStore === undefined ? [] : Object.keys(object(auths));
  const helpers = {
    ...Object.fromEntries(stored.map((registry) => [registry, credsStore])),
    ...object(credHelpers),
  };
  const adopted = {
    ...settings,
    auths: without(object(auths), host),
    credHelpers: without(helpers, host),
  };
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify(adopted), { mode: 0o600 });
}

function without(entries: object, host: string): object {
  return Object.fromEntries(
    Object.entries(entries).filter(([registry]) => !registry.includes(host)),
  );
}

function object(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function readSettings(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch {
    return {}; // Docker was never set up by this user.
  }
}
