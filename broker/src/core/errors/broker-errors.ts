import type { BrokerError } from './broker-error.ts';

/** Everything that is wrong with one thing, told at once. */
export class BrokerErrors extends Error {
  override readonly name: string = 'BrokerErrors';
  readonly problems: readonly BrokerError[];

  constructor(problems: readonly BrokerError[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.problems = problems;
  }
}
