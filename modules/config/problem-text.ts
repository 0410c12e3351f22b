import { renderProblem } from '../toolchain/index.mjs';
import type { Problem } from '../toolchain/index.mjs';

/** A problem as Terraform prints it: what looks like an expression in it was typed by somebody, and is a text. */
export function problemText(problem: Problem): string {
  return renderProblem(problem).replace(/[$%](?=\{)/g, (sign) => sign + sign);
}
