import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { registerRelease } from '../../../tests/support/index.ts';
import type { LoadJobs } from './jobs.ts';

interface Answer {
  readonly id: number;
  readonly outcome?: unknown;
  readonly error?: string;
}

/**
 * The load client in a process of its own, so that it shares no event loop, heap or compiler with
 * anything else; the same process serves every peer of a row, so that all meet the same client.
 */
export class LoadProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<
    number,
    { readonly resolve: (outcome: never) => void; readonly reject: (error: Error) => void }
  >();
  #lastId = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (message) => {
      const { id, outcome, error } = message as Answer;
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(outcome as never);
      else waiting?.reject(new Error(error));
    });
    child.on('exit', (code, signal) => {
      const end = new Error(`The load process ended with ${signal ?? `exit code ${code}`}`);
      for (const { reject } of this.#waiting.values()) reject(end);
      this.#waiting.clear();
    });
  }

  /** Starts the process and waits until it takes jobs. */
  static async start(): Promise<LoadProcess> {
    const child = fork(new URL('./load-main.ts', import.meta.url), {
      execArgv: ['--import', 'tsx', '--max-semi-space-size=64'],
      serialization: 'advanced',
      // What the SDK logs must not mix with the results on stdout.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    registerRelease(() => {
      child.kill('SIGKILL');
    });
    const load = new LoadProcess(child);
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => {
        throw new Error('The load process did not start');
      }),
    ]);
    return load;
  }

  /** Runs one job; rejects with the load's own stack when it fails. */
  async run<Name extends keyof LoadJobs>(
    name: Name,
    ...job: Parameters<LoadJobs[Name]>
  ): Promise<Awaited<ReturnType<LoadJobs[Name]>>> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise<never>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, name, job: job[0] });
    });
  }

  /** Ends the process and waits for it. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.disconnect();
    await exited;
  }
}
