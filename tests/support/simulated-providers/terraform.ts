import { spawn } from 'node:child_process';
import { registerRelease } from '../release-registry.ts';

/** One line of Terraform's `-json` output, as far as it is used here. */
export interface TerraformMessage {
  readonly type: string;
  readonly '@message': string;
  readonly change?: { readonly resource: { readonly addr: string }; readonly action: string };
  readonly outputs?: Readonly<Record<string, { readonly action?: string }>>;
  readonly diagnostic?: Diagnostic;
}

/** What Terraform has to say about a run. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly summary: string;
  readonly detail: string;
  /** The resource that it is about. */
  readonly address?: string;
  /** Where in the configuration. */
  readonly snippet?: { readonly context?: string | null; readonly code?: string };
}

/** A run of Terraform that failed. */
export class TerraformError extends Error {
  override readonly name = 'TerraformError';
  readonly command: string;
  readonly diagnostics: readonly Diagnostic[];
  /** Everything that was printed. */
  readonly output: string;

  constructor(command: string, diagnostics: readonly Diagnostic[], output: string) {
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    const text = errors
      .map(
        ({ address, summary, detail }) => `${address ?? '(no resource)'}: ${summary}\n  ${detail}`,
      )
      .join('\n');
    super(`terraform ${command} failed.\n${text === '' ? output : text}`);
    this.command = command;
    this.diagnostics = errors;
    this.output = output;
  }
}

export interface TerraformOptions {
  readonly binary: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs one command in the folder of a stack. */
export class Terraform {
  readonly #options: TerraformOptions;

  constructor(options: TerraformOptions) {
    this.#options = options;
  }

  async init(): Promise<void> {
    const { code, output } = await this.#run(['init', '-input=false', '-no-color']);
    if (code !== 0) throw new TerraformError('init', [], output);
  }

  /** Takes back that an object is to be made again, for it was made though nobody waited for the end. */
  async untaint(address: string): Promise<void> {
    const { code, output } = await this.#run(['untaint', '-no-color', address]);
    if (code !== 0) throw new TerraformError('untaint', [], output);
  }

  /** The messages of a command that speaks JSON; throws `TerraformError` when it fails. */
  async messages(
    command: string,
    ...options: readonly string[]
  ): Promise<readonly TerraformMessage[]> {
    const { code, output } = await this.#run([command, '-json', '-input=false', ...options]);
    const messages = output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as TerraformMessage);
    if (code !== 0) {
      const diagnostics = messages.flatMap(({ diagnostic }) => diagnostic ?? []);
      throw new TerraformError(command, diagnostics, output);
    }
    return messages;
  }

  #run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
    const { binary, folder, environment } = this.#options;
    return new Promise((resolve, reject) => {
      const child = spawn(binary, args, { cwd: folder, env: environment });
      // Terraform stops its providers when it is told to stop.
      const finished = registerRelease(() => void child.kill('SIGTERM'));
      const chunks: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
      child.on('error', reject);
      child.on('close', (code) => {
        void finished();
        resolve({ code, output: Buffer.concat(chunks).toString() });
      });
    });
  }
}
