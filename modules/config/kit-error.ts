import { renderProblem } from '../toolchain/index.mjs';
import type { Problem } from '../toolchain/index.mjs';

/** Stops a command of the kit; carries everything that is wrong at once. */
export class KitError extends Error {
  override readonly name = 'KitError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], cause?: unknown) {
    super(problems.map(renderProblem).join('\n\n'), cause === undefined ? undefined : { cause });
    this.problems = problems;
  }
}
