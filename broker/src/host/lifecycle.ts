import { BrokerError, BrokerErrors } from '../core/errors/index.ts';
import type { Clock, Logger, Scheduler } from '../foundation/index.ts';

/** Times, and the end itself. */
export interface LifecycleOptions {
  /** From the first signal to giving up. */
  readonly stopTimeoutMs: number;
  /** The same after the store has failed. */
  readonly farewellTimeoutMs: number;
  /** A signal this soon after another is the same one. */
  readonly signalEchoMs: number;
  readonly onStopping: () => void;
  readonly onFailed: () => void;
  /** Ends the process. */
  readonly exit: (code: 0 | 1) => void;
  /** For people who see no log. */
  readonly complain: (message: string) => void;
}

/** One part that was started, and how it is stopped. */
interface Part {
  readonly name: string;
  readonly stop: () => Promise<void>;
  /** Whether it is stopped too when the store has failed: it does not touch the store. */
  readonly isStoreless: boolean;
}

/**
 * The life of the process, from its start to its exit code.
 *
 * | state | means | left by |
 * |---|---|---|
 * | `starting` | parts are being started | all are: `running`; one fails: `ending`, code 1; a signal: `ending` once all are started |
 * | `running` | the broker works | a signal: `ending`, code 0; a failure: `ending`, code 1 |
 * | `ending` | parts are stopped, last started first | all are: `ended`; the time is up or a second signal: `ended`, code 1 |
 * | `ended` | `exit` was called | |
 */
export class Lifecycle {
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #scheduler: Scheduler;
  readonly #options: LifecycleOptions;
  readonly #parts: Part[] = [];
  #state: 'starting' | 'running' | 'ending' | 'ended' = 'starting';
  #signalledAtMs: number | undefined;
  #stopping = '';
  #code: 0 | 1 = 0;

  constructor(logger: Logger, clock: Clock, scheduler: Scheduler, options: LifecycleOptions) {
    this.#logger = logger;
    this.#clock = clock;
    this.#scheduler = scheduler;
    this.#options = options;
  }

  /** Remembers how to stop a part; also one that is only about to start. */
  add(name: string, stop: () => Promise<void>, { isStoreless = false } = {}): void {
    this.#parts.push({ name, stop, isStoreless });
  }

  /** Starts the parts. Never rejects: a failure is logged and ends the process. */
  async run(start: () => Promise<void>): Promise<void> {
    try {
      await start();
    } catch (error) {
      if (this.#state !== 'starting') return; // it failed because of what has ended it already
      this.#report(error, 'The broker could not start');
      this.#code = 1;
      await this.#stop();
      return;
    }
    if (this.#state !== 'starting') return;
    this.#state = 'running';
    if (this.#signalledAtMs !== undefined) await this.#stop();
  }

  /** Ends the process in good order; a second signal ends it at once. */
  signal(name: string): void {
    const nowMs = this.#clock.monotonicMs();
    if (this.#signalledAtMs === undefined) {
      this.#signalledAtMs = nowMs;
      this.#logger.info({ event: 'stopping', signal: name }, 'The broker is stopping');
      this.#options.onStopping();
      if (this.#state === 'running') void this.#stop();
      else this.#limit(this.#options.stopTimeoutMs);
    } else if (nowMs - this.#signalledAtMs >= this.#options.signalEchoMs) {
      this.#giveUp(`a second ${name} came`);
    }
  }

  /** Ends the process because the store can not be trusted any more: what waits is answered, nothing is written. */
  fail(error: unknown): void {
    if (this.#state === 'ended') return;
    this.#report(error, 'The broker has failed and ends');
    this.#code = 1;
    this.#options.onFailed();
    // Where the parts are being stopped already, that goes on, but not for long.
    if (this.#state === 'ending') this.#limit(this.#options.farewellTimeoutMs);
    else
      void this.#end(
        this.#parts.filter((part) => part.isStoreless),
        this.#options.farewellTimeoutMs,
      );
  }

  /** Ends the process at once: after a fault of the program nothing in it can be trusted. */
  crash(error: unknown): void {
    this.#report(error, 'The broker has a fault and ends');
    this.#exit(1);
  }

  async #stop(): Promise<void> {
    await this.#end(this.#parts, this.#options.stopTimeoutMs);
  }

  async #end(parts: readonly Part[], timeoutMs: number): Promise<void> {
    this.#state = 'ending';
    this.#limit(timeoutMs);
    for (const part of parts.toReversed()) {
      this.#stopping = part.name;
      try {
        await part.stop();
      } catch (error) {
        this.#code = 1;
        this.#report(error, `Stopping failed: ${part.name}`);
      }
    }
    this.#logger.info({ event: 'stopped', exitCode: this.#code }, 'The broker has stopped');
    this.#exit(this.#code);
  }

  #limit(timeoutMs: number): void {
    this.#scheduler.after(timeoutMs, () => {
      this.#giveUp(`${timeoutMs} ms were not enough`);
    });
  }

  #giveUp(reason: string): void {
    if (this.#state === 'ended') return;
    const while_ = this.#stopping === '' ? 'starting' : `stopping: ${this.#stopping}`;
    this.#report(new Error(`${reason} while ${while_}`), 'The broker ends before its work is done');
    this.#exit(1);
  }

  /** Once per failure, in the log and on stderr. */
  #report(err: unknown, message: string): void {
    this.#logger.error({ event: 'failed', err }, message);
    const text = err instanceof Error ? err.message : String(err);
    const isExplained = err instanceof BrokerError || err instanceof BrokerErrors;
    const stack = isExplained || !(err instanceof Error) ? '' : `\n${err.stack ?? ''}`;
    this.#options.complain(`${message}: ${text}${stack}`);
  }

  #exit(code: 0 | 1): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#options.exit(code);
  }
}
