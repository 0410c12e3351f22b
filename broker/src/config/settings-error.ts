import type { BrokerError } from '../core/errors/index.ts';

/** Everything that is wrong with how the broker was started, at once. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly BrokerError[];

  constructor(problems: readonly BrokerError[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.problems = problems;
  }
}
