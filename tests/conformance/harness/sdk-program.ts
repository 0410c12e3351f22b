import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { registerRelease, repositoryRoot } from '../../support/index.ts';

/** How a driver program is started. */
export interface SdkCommand {
  readonly path: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

interface Call {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** An answer of a driver program: one JSON line. */
interface ProgramAnswer {
  readonly id: number;
  readonly value?: unknown;
  /** The text of the error that the SDK raised. */
  readonly error?: string;
}

/**
 * A program that holds one SDK and does with it what it is told.
 *
 * Each call is a JSON line `{"id", "do", …}` on its stdin, each answer a line on its stdout; calls run side
 * by side. Programs of all languages know the same calls, so that one suite drives every SDK.
 */
export class SdkProgram {
  readonly #child: ChildProcess;
  readonly #calls = new Map<number, Call>();
  #lastId = 0;
  #stderr = '';

  private constructor(child: ChildProcess) {
    this.#child = child;
    const { stdout, stderr } = child;
    if (stdout === null || stderr === null) throw new Error('unreachable: both are pipes');
    stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    createInterface({ input: stdout }).on('line', (line) => this.#onLine(line));
    child.once('error', (error) => this.#fail(error));
    child.once('close', (code, signal) =>
      this.#fail(new Error(`The SDK program ended: ${signal ?? code}\n${this.#stderr}`)),
    );
  }

  static start({ path, arguments: args, environment }: SdkCommand): SdkProgram {
    const child = spawn(path, args, {
      cwd: repositoryRoot,
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const program = new SdkProgram(child);
    registerRelease(() => program.stop());
    return program;
  }

  /** What it wrote beside its answers; SDKs complain there. */
  get stderr(): string {
    return this.#stderr;
  }

  /** Resolves with what the SDK returned; rejects with the text of what it raised. */
  call(what: string, fields: object): Promise<unknown> {
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.#child.stdin?.write(`${JSON.stringify({ id, do: what, ...fields })}\n`);
    });
  }

  /** Ends it without a word to the broker: its sockets break. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }

  #onLine(line: string): void {
    if (line === '') return; // the Go program keeps its answers apart from what its SDK prints
    let answer: ProgramAnswer;
    try {
      answer = JSON.parse(line) as ProgramAnswer;
    } catch {
      this.#stderr += `${line}\n`; // an SDK that prints
      return;
    }
    const call = this.#calls.get(answer.id);
    this.#calls.delete(answer.id);
    if (answer.error === undefined) call?.resolve(answer.value);
    else call?.reject(new Error(answer.error));
  }

  #fail(error: Error): void {
    for (const { reject } of this.#calls.values()) reject(error);
    this.#calls.clear();
  }
}
